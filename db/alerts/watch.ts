import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Measure } from '../../domain/alerts/measures.ts';
import type { Mailer } from '../../providers/mail/port.ts';
import type { Db } from '../client.ts';
import type { AlertSenses } from '../queries/alert-readings.ts';
import { lookAtRules } from './look.ts';
import { sendMailedNotices, sendPlainNotices } from './send-notices.ts';

export interface AlertWatchOptions {
  db: Db;
  log: Logger;
  senses: AlertSenses;
  /** Null where no mails are sent. */
  mailer: Mailer | null;
  /** What this process can read. */
  measures: readonly Measure[];
  pace?: AlertPace;
}

/** How often things are done. */
export interface AlertPace {
  /** Whether a rule is due is asked so often. */
  tickMs: number;
  /** A quick rule is looked at once in so many seconds, over all processes. */
  everySeconds: number;
}

/** Alerts that are being looked after. */
export interface AlertWatch {
  /** Begins nothing more, and waits a few seconds for what is under way. */
  stop(): Promise<void>;
}

const PACE: AlertPace = { tickMs: 5_000, everySeconds: 30 };
const STOP_MS = 2_000;
const TELL_EVERY_MS = 60_000;

/**
 * Looks at the alert rules and sends their notices, beside all the others that do so: API and worker alike,
 * since either may be what is missing. Nothing of it goes through Temporal, whose absence is among what it
 * tells. An outage of the database is told once a minute and ends nothing.
 */
export function startAlertWatch(options: AlertWatchOptions): AlertWatch {
  const { measures, mailer, pace = PACE } = options;
  const stopping = new AbortController();
  const look = (speed: 'quick' | 'slow') => async (): Promise<void> => {
    const { everySeconds } = pace;
    if (await lookAtRules(options, { measures, pace: speed, everySeconds }))
      await sendPlainNotices(options);
  };
  // Each goes on by itself: a check of all books delays no rule, and a mail server no line of the log.
  const passes = [
    look('quick'),
    look('slow'),
    () => sendPlainNotices(options),
    ...(mailer ? [() => sendMailedNotices(options)] : []),
  ];
  const running = passes.map((pass) => repeat(pass, options.log, pace.tickMs, stopping.signal));
  return {
    async stop() {
      stopping.abort();
      await Promise.race([Promise.all(running), sleep(STOP_MS, null, { ref: false })]);
    },
  };
}

async function repeat(
  pass: () => Promise<unknown>,
  log: Logger,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  let toldAtMs = -Infinity;
  while (!signal.aborted) {
    try {
      await pass();
    } catch (error) {
      if (performance.now() - toldAtMs >= TELL_EVERY_MS) {
        toldAtMs = performance.now();
        log.warn({ err: error }, 'alerts are not looked after; trying again');
      }
    }
    await sleep(everyMs, null, { signal, ref: false }).catch(() => {});
  }
}
