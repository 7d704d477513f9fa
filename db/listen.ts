import { v7 } from 'uuid';
import { z } from 'zod';
import type { Db } from './client.ts';
import { DatabaseUnavailable } from './errors.ts';
import { openPool, type Pool } from './pool.ts';

const CONNECT_MS = 5_000;
const ECHO_EVERY_MS = 15_000;
/** An echo that takes longer never comes. */
const ECHO_WITHIN_MS = 5_000;

/** A connection that hears notices. */
export interface Listening {
  end(): Promise<void>;
}

/**
 * Calls `hear` after each notice on a channel, whenever the connection has come back after a loss, and every
 * 15 seconds: notices may be lost, so who hears must look. Comes back by itself, with growing waits.
 * Resolves once it listens; throws `DatabaseUnavailable` where it cannot.
 */
export async function listenTo(db: Db, channel: string, hear: () => void): Promise<Listening> {
  const listener = new Listener(db, channel, hear);
  await listener.begin();
  return listener;
}

/**
 * The driver finds out by itself that a connection was closed. One that died silently, or that a pooler
 * gave away, looks just like one on which nothing happens: so the listener calls to itself now and
 * then, and takes another connection where it does not hear that.
 */
class Listener implements Listening {
  readonly #db: Db;
  readonly #channel: string;
  readonly #hear: () => void;
  readonly #echo = `bursar_echo_${v7().replaceAll('-', '')}`;
  #echoes = 0;
  #ended = false;
  #pool: Pool;
  #beat: NodeJS.Timeout | undefined;
  #check: NodeJS.Timeout | undefined;

  constructor(db: Db, channel: string, hear: () => void) {
    this.#db = db;
    this.#channel = channel;
    this.#hear = hear;
    this.#pool = this.#open();
  }

  async begin(): Promise<void> {
    try {
      await this.#listen(this.#pool);
    } catch (error) {
      await this.end();
      throw new DatabaseUnavailable('notices cannot be heard', { cause: error });
    }
    this.#beat = setInterval(() => void this.#call(), ECHO_EVERY_MS).unref();
  }

  async end(): Promise<void> {
    this.#ended = true;
    clearInterval(this.#beat);
    clearTimeout(this.#check);
    await close(this.#pool);
  }

  #open = (): Pool => openPool(this.#db.url, { max: 1 });

  /** The driver listens again after each loss, and then calls what stands last in `listen`. */
  async #listen(pool: Pool): Promise<void> {
    const heard = Promise.all([
      pool.listen(this.#channel, this.#hear, this.#hear),
      pool.listen(this.#echo, () => {
        this.#echoes += 1;
        this.#hear();
      }),
    ]);
    heard.catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('no connection in time')), CONNECT_MS);
    });
    await Promise.race([heard, deadline]).finally(() => clearTimeout(timer));
  }

  async #call(): Promise<void> {
    const [pool, before] = [this.#pool, this.#echoes];
    try {
      await this.#db.run(z.unknown(), `select pg_notify($1, '')`, [this.#echo]);
    } catch {
      return; // Nothing can be heard while the database is away, and the driver tries again.
    }
    if (this.#ended) return;
    this.#check = setTimeout(() => {
      if (this.#echoes === before && this.#pool === pool) this.#replace(pool);
    }, ECHO_WITHIN_MS).unref();
  }

  #replace(deaf: Pool): void {
    this.#pool = this.#open();
    this.#listen(this.#pool).catch(() => {});
    void close(deaf);
  }
}

const close = (pool: Pool): Promise<void> => pool.end({ timeout: 1 }).catch(() => {});
