import { setTimeout as sleep } from 'node:timers/promises';
import { latestAuditId } from '../../../db/queries/audit.ts';
import type { Db } from '../../../db/client.ts';
import type { News } from '../../../db/queries/news.ts';
import { ENDED_BATCH_STATES } from '../../../domain/batch.ts';
import type { AppContext } from '../../http/context.ts';
import { writeEvent } from '../../live/event-stream.ts';
import { openStream, type OpenStream } from '../../live/open-stream.ts';
import { readBatch } from './read-batch.ts';

/** A snapshot counts all payments of the batch, so a running one sends at most this many a second. */
const SNAPSHOT_EVERY_MS = 1_000;

/**
 * Opens the stream of a batch for the caller of `c`, who has seen its state up to the audit row
 * `seen`. Looks at the batch when there is news of it, and never else. Throws what refuses it, before
 * anything is sent.
 */
export async function followBatch(
  c: AppContext,
  batchId: string,
  seen: number,
): Promise<ReadableStream<Uint8Array>> {
  const follower = new BatchFollower(c, batchId, seen);
  await follower.begin();
  return follower.stream.body;
}

class BatchFollower {
  readonly stream: OpenStream;
  readonly #db: Db;
  readonly #log: AppContext['var']['log'];
  readonly #batchId: string;
  readonly #ended = new AbortController();
  #seen: number;
  #snapshotAt = 0;
  #wanted = false;
  #looking: Promise<void> | null = null;

  constructor(c: AppContext, batchId: string, seen: number) {
    this.#db = c.var.deps.db;
    this.#log = c.var.log;
    this.#batchId = batchId;
    this.#seen = seen;
    this.stream = openStream(c, 'batch', {
      // Each snapshot says all: a slow reader needs the next one alone.
      behind: () => ': some were left out\n\n',
      heartbeat: () => ': alive\n\n',
    });
    this.stream.onEnd(() => this.#ended.abort());
  }

  async begin(): Promise<void> {
    try {
      await this.stream.join((news) => this.#hear(news));
      await this.#look((newest) => newest > this.#seen);
    } catch (error) {
      this.stream.end();
      throw error;
    }
  }

  #hear({ rows, missed }: News): void {
    if (!missed && !rows.some(({ batchId }) => batchId === this.#batchId)) return;
    this.#wanted = true;
    this.#wake();
  }

  #wake(): void {
    if (this.#looking) return;
    this.#looking = this.#lookAll().finally(() => {
      this.#looking = null;
      if (this.#wanted) this.#wake();
    });
  }

  async #lookAll(): Promise<void> {
    const { signal } = this.#ended;
    while (this.#wanted) {
      const waitMs = this.#snapshotAt + SNAPSHOT_EVERY_MS - performance.now();
      if (waitMs > 0) await sleep(waitMs, null, { signal }).catch(() => {});
      this.#wanted = false;
      if (signal.aborted) return;
      try {
        // News may be of a row below those that were seen, whose transaction ended later.
        await this.#look(() => true);
      } catch (error) {
        this.#log.warn({ err: error, batchId: this.#batchId }, 'a batch is followed no longer');
        this.stream.end();
      }
    }
  }

  async #look(isNew: (newest: number) => boolean): Promise<void> {
    this.#snapshotAt = performance.now();
    const newest = await latestAuditId(this.#db, this.#batchId);
    const batch = await readBatch(this.#db, this.#batchId);
    const id = String(newest);
    if (isNew(newest)) this.stream.send(writeEvent({ event: 'progress', data: batch, id }));
    this.#seen = newest;
    if (!ENDED_BATCH_STATES.some((state) => state === batch.status)) return;
    this.stream.send(writeEvent({ event: 'end', data: {}, id }));
    this.stream.end();
  }
}
