import type { Logger } from 'pino';
import type { Db } from '../../db/client.ts';
import type { News } from '../../db/queries/news.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Position } from '../../domain/live/position.ts';
import { changesRights } from '../../domain/live/topics.ts';
import { openNewsFeed, type NewsFeed } from './news-feed.ts';

/** A place among those who are told. */
export interface Joined {
  /** All that is committed after this is told. */
  readonly position: Position;
  leave: () => void;
}

/** Told all that is committed; `rights` says that somebody may be able to do less than before. */
export type Hear = (news: News, rights: boolean) => void;

/**
 * The one reader of news of a process, for all its streams. It holds a connection to the database only
 * while somebody listens.
 */
export interface LiveHub {
  /**
   * Calls `hear` with all that is committed from the answered position on. Throws
   * `DatabaseUnavailable` where nothing can be heard, and `unavailable` while the process stops.
   */
  join(hear: Hear): Promise<Joined>;
}

export interface LiveHubOptions {
  db: Db;
  log: Logger;
  /** Aborted when the process stops. */
  stopping: AbortSignal;
  /** Called before anybody hears of an action that may have taken a right away. */
  forgetRights: () => void;
}

export const makeLiveHub = (options: LiveHubOptions): LiveHub => new Hub(options);

class Hub implements LiveHub {
  readonly #options: LiveHubOptions;
  readonly #hearing = new Set<Hear>();
  /** Who hears, and who is about to. */
  #members = 0;
  #feed: Promise<NewsFeed> | null = null;

  constructor(options: LiveHubOptions) {
    this.#options = options;
  }

  async join(hear: Hear): Promise<Joined> {
    if (this.#options.stopping.aborted)
      throw new DomainError('unavailable', 'This server is stopping; connect again.');
    this.#members += 1;
    try {
      const feed = await this.#opened();
      // A function of its own for each who joins, so that leaving takes away no other.
      const mine: Hear = (news, rights) => hear(news, rights);
      this.#hearing.add(mine);
      return { position: feed.position, leave: () => this.#leave(mine) };
    } catch (error) {
      this.#forgetMember();
      throw error;
    }
  }

  #leave(mine: Hear): void {
    if (this.#hearing.delete(mine)) this.#forgetMember();
  }

  #opened(): Promise<NewsFeed> {
    if (this.#feed) return this.#feed;
    const { db, log } = this.#options;
    const opened = openNewsFeed(db, log, (news) => this.#tell(news));
    this.#feed = opened;
    opened.catch(() => {
      if (this.#feed === opened) this.#feed = null;
    });
    return opened;
  }

  #forgetMember(): void {
    this.#members -= 1;
    const feed = this.#feed;
    if (this.#members > 0 || !feed) return;
    this.#feed = null;
    feed
      .then((opened) => opened.stop())
      .catch((error: unknown) =>
        this.#options.log.warn({ err: error }, 'the reader of news was not ended'),
      );
  }

  #tell(news: News): void {
    const rights = news.missed || news.rows.some(({ action }) => changesRights(action));
    if (rights) this.#options.forgetRights();
    for (const hear of this.#hearing) hear(news, rights);
  }
}
