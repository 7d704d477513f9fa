import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { AuditKeys } from '../db/audit-keys.ts';
import type { Db } from '../db/client.ts';
import { readAuditState } from '../db/queries/audit-state.ts';
import { sealNext } from '../db/seal-audit.ts';
import type { Block } from '../domain/audit/block.ts';
import type { Anchor } from './audit-anchor.ts';

const SEAL_EVERY_MS = 2_000;
const TELL_EVERY_MS = 60_000;
const RENEW_EVERY_MS = 3_600_000;
/** A transaction that stays open holds all seals back; so long, somebody should know. */
const LAG_SECONDS_MAX = 60;
const LAST_SEAL_MS = 2_000;

export interface SealingOptions {
  db: Db;
  keys: AuditKeys;
  /** Null where heads are written nowhere: then cut tails are not found. */
  anchor: Anchor | null;
  /** A new head is written down at most that often. */
  anchorEveryMs: number;
  log: Logger;
  sealEveryMs?: number;
}

/** Seals that are being made. */
export interface Sealing {
  /** Seals and writes down what is left, for at most a few seconds, and ends. */
  stop(): Promise<void>;
}

/**
 * Seals the audit log every two seconds and writes the newest seal down outside. An outage of the
 * database or of the place outside is told once a minute and ends nothing.
 */
export function startSealing(options: SealingOptions): Sealing {
  const stopping = new AbortController();
  const sealer = new Sealer(options);
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await sealer.pass(stopping.signal);
      const pause = sleep(options.sealEveryMs ?? SEAL_EVERY_MS, null, { signal: stopping.signal });
      await pause.catch(() => {});
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      const last = running.then(() => sealer.finish());
      await Promise.race([last, sleep(LAST_SEAL_MS, null, { ref: false })]);
    },
  };
}

class Sealer {
  readonly #options: SealingOptions;
  #last: Block | null = null;
  #written: { height: bigint; atMs: number } | null = null;
  #toldAtMs = new Map<string, number>();

  constructor(options: SealingOptions) {
    this.#options = options;
  }

  async pass(signal: AbortSignal): Promise<void> {
    await this.#seal(signal);
    const { anchorEveryMs } = this.#options;
    const sinceMs = this.#written ? Date.now() - this.#written.atMs : Infinity;
    if (sinceMs >= anchorEveryMs) await this.#write(sinceMs >= RENEW_EVERY_MS);
    await this.#tellLag();
  }

  async finish(): Promise<void> {
    await this.#seal();
    await this.#write(false);
  }

  async #seal(signal?: AbortSignal): Promise<void> {
    const { db, keys } = this.#options;
    try {
      for (;;) {
        const { last, more } = await sealNext(db, keys, { known: this.#last });
        this.#last = last;
        if (!more || signal?.aborted) return;
      }
    } catch (error) {
      this.#tell('seal', () =>
        this.#options.log.error({ err: error }, 'the audit log is not sealed'),
      );
    }
  }

  async #write(renew: boolean): Promise<void> {
    const { anchor, log } = this.#options;
    const head = this.#last;
    if (!anchor || !head) return;
    const renewal = head.height === this.#written?.height;
    if (renewal && !renew) return;
    try {
      await anchor.write(head, renewal);
      this.#written = { height: head.height, atMs: Date.now() };
    } catch (error) {
      this.#tell('anchor', () =>
        log.error({ err: error }, 'the head of the audit log is not written down'),
      );
    }
  }

  async #tellLag(): Promise<void> {
    const { db, log } = this.#options;
    if (!this.#due('lag')) return;
    try {
      const state = await readAuditState(db);
      this.#toldAtMs.set('lag', Date.now());
      if (state.unsealedSeconds > LAG_SECONDS_MAX) {
        log.warn(state, 'audit rows wait for their seal; a transaction may be open for long');
      }
    } catch {
      // The pass before has told that the database is away.
    }
  }

  #tell(what: string, write: () => void): void {
    if (!this.#due(what)) return;
    this.#toldAtMs.set(what, Date.now());
    write();
  }

  #due(what: string): boolean {
    return Date.now() - (this.#toldAtMs.get(what) ?? -Infinity) >= TELL_EVERY_MS;
  }
}
