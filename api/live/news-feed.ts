import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Db } from '../../db/client.ts';
import { listenTo, type Listening } from '../../db/listen.ts';
import { NEWS_CHANNEL, presentPosition, readNews, type News } from '../../db/queries/news.ts';
import type { Position } from '../../domain/live/position.ts';

/** However many notices come, the log is read at most that often. */
const READ_EVERY_MS = 100;
const RETRY_AFTER_MS = 1_000;
/** So often the log is read after a notice, for those who were committing then and gave none themselves. */
const LOOKS_MAX = 10;

/** What is written to the audit log, read as it comes. */
export interface NewsFeed {
  /** All that was committed up to here has been told. */
  readonly position: Position;
  stop(): Promise<void>;
}

/**
 * Tells everything that is committed from now on, in parts and in the order of reading. Reads when
 * notice is given, and for a moment after; while the database is away it waits and then tells what it missed.
 * Throws `DatabaseUnavailable` where it cannot begin.
 */
export async function openNewsFeed(
  db: Db,
  log: Logger,
  tell: (news: News) => void,
): Promise<NewsFeed> {
  const feed = new Feed(db, log, tell);
  await feed.begin();
  return feed;
}

class Feed implements NewsFeed {
  readonly #db: Db;
  readonly #log: Logger;
  readonly #tell: (news: News) => void;
  readonly #stopped = new AbortController();
  #position: Position = { next: 0n, open: [] };
  #listening: Listening | null = null;
  #wanted = false;
  #reading: Promise<void> | null = null;

  constructor(db: Db, log: Logger, tell: (news: News) => void) {
    this.#db = db;
    this.#log = log;
    this.#tell = tell;
  }

  get position(): Position {
    return this.#position;
  }

  /** Listens first: what is committed between the two is read because of its notice. */
  async begin(): Promise<void> {
    let begun = false;
    this.#listening = await listenTo(this.#db, NEWS_CHANNEL, () => {
      this.#wanted = true;
      if (begun) this.#wake();
    });
    try {
      this.#position = await presentPosition(this.#db);
    } catch (error) {
      await this.stop();
      throw error;
    }
    begun = true;
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#listening?.end();
    await this.#reading;
  }

  #wake(): void {
    if (this.#reading) return;
    this.#reading = this.#readAll().finally(() => {
      this.#reading = null;
      if (this.#wanted && !this.#stopped.signal.aborted) this.#wake();
    });
  }

  /**
   * Notice is given by one for all that commit at the same time. They are met by now, or open now and met by
   * one of the next looks.
   */
  async #readAll(): Promise<void> {
    const { signal } = this.#stopped;
    let late: readonly bigint[] = [];
    for (let looks = 0; !signal.aborted; looks += 1) {
      if (this.#wanted) looks = 0;
      else if (looks > 1 && (late.length === 0 || looks >= LOOKS_MAX)) return;
      this.#wanted = false;
      const pauseMs = await this.#read();
      const { open } = this.#position;
      late = looks < 2 ? open : late.filter((xact) => open.includes(xact));
      await sleep(pauseMs, null, { signal }).catch(() => {});
    }
  }

  /** Reads once, and answers how long to wait before the next time. */
  async #read(): Promise<number> {
    try {
      const news = await readNews(this.#db, this.#position);
      this.#position = news.position;
      if (news.missed || news.rows.length > 0) this.#tell(news);
      return READ_EVERY_MS;
    } catch (error) {
      this.#wanted = true;
      if (!this.#stopped.signal.aborted) this.#log.warn({ err: error }, 'news could not be read');
      return RETRY_AFTER_MS;
    }
  }
}
