import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import { writeAudit } from '../db/queries/audit.ts';
import { openCases } from '../db/queries/cases.ts';
import { judgeWebhooks } from '../db/queries/risk-judge.ts';
import type { WebhookRejection } from '../providers/port.ts';
import type { Metrics } from './metrics.ts';
import { raise } from './risk-guard.ts';

const MERGE_MS = 1_000;
/** So many events without proof within so long are taken for an attack. */
const ATTACK_EVENTS = 3;
const ATTACK_WITHIN_MS = 300_000;

export interface Rejection {
  provider: string;
  reason: WebhookRejection | 'too_large';
  ipAddress: string | null;
}

/**
 * Writes refused events down. The first is written at once; those of the following second share one
 * row with their count, so a flood of forged events does not fill the audit log. Three within five
 * minutes that lack proof open a case; each API process counts for itself.
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
    })
      .then(async () => raise(db, log, await judgeWebhooks(db, { provider })))
      .catch((error: unknown) =>
        log.error({ err: error, provider, count }, 'a rejection was not written down or judged'),
      );
  };
  const attacks = makeAttackWatch((provider) => {
    const subject = provider;
    const summary = "Events arrive that are not proved to be this provider's, one after the other.";
    const details = { atLeast: ATTACK_EVENTS, withinMs: ATTACK_WITHIN_MS };
    openCases(db, [
      { kind: 'webhook_attack', severity: 'high', subject, summary, provider, details },
    ]).catch((error: unknown) => log.error({ err: error, provider }, 'a case was not opened'));
  });
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
      if (reason !== 'unreadable' && reason !== 'too_large') attacks(provider);
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

/** Calls `alarm` where enough came within the time, at most once in that time for a provider. */
function makeAttackWatch(alarm: (provider: string) => void) {
  const seen = new Map<string, { at: number[]; alarmedAt: number }>();
  return (provider: string): void => {
    const now = performance.now();
    const known = seen.get(provider) ?? { at: [], alarmedAt: -Infinity };
    seen.set(provider, known);
    known.at = [...known.at, now].slice(-ATTACK_EVENTS);
    const [first = now] = known.at;
    const enough = known.at.length === ATTACK_EVENTS && now - first <= ATTACK_WITHIN_MS;
    if (!enough || now - known.alarmedAt < ATTACK_WITHIN_MS) return;
    known.alarmedAt = now;
    alarm(provider);
  };
}
