import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import { writeAudit } from '../db/queries/audit.ts';
import type { Metrics } from './metrics.ts';

const MERGE_MS = 1_000;

export interface Rejection {
  provider: string;
  reason: string;
  ipAddress: string | null;
}

/**
 * Writes refused events down. The first is written at once; those of the following second share one
 * row with their count, so a flood of forged events does not fill the audit log.
 */
export interface WebhookRejections {
  note(rejection: Rejection): void;
}

export function makeWebhookRejections(db: Db, metrics: Metrics, log: Logger): WebhookRejections {
  const windows = new Map<string, { last: Rejection; count: number }>();

  const write = (rejection: Rejection, count: number) => {
    const { provider, reason, ipAddress } = rejection;
    writeAudit(db, {
      action: 'webhook.rejected',
      status: 'WARNING',
      actor: { id: `provider:${provider}`, ipAddress, userAgent: null },
      details: { provider, reason, count },
    }).catch((error: unknown) =>
      log.error({ err: error, provider, count }, 'a rejection was not written down'),
    );
  };
  const openWindow = (key: string, last: Rejection) => {
    windows.set(key, { last, count: 0 });
    setTimeout(() => {
      const window = windows.get(key);
      windows.delete(key);
      if (!window || window.count === 0) return;
      write(window.last, window.count);
      openWindow(key, window.last);
    }, MERGE_MS).unref();
  };
  return {
    note(rejection) {
      const { provider, reason } = rejection;
      metrics.webhooksRejected.inc({ provider, reason });
      const key = `${provider} ${reason}`;
      const window = windows.get(key);
      if (window) {
        window.last = rejection;
        window.count += 1;
        return;
      }
      write(rejection, 1);
      openWindow(key, rejection);
    },
  };
}
