import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import { z } from 'zod';
import { DatabaseUnavailable, isConnectionLost, isContention } from './errors.ts';
import { openPool, type Pool } from './pool.ts';
import * as schema from './schema/index.ts';

const DEADLINE_MS = 5_000;
const REPEATS_MAX = 6;

export interface RunOptions {
  /** Longest wait for the answer, 5 s unless told. */
  deadlineMs?: number;
  /**
   * Whether the statement may be sent again when nobody can tell if it took effect. True unless
   * told: every statement here is a read, or guarded in its WHERE by the state that it leaves.
   */
  repeatable?: boolean;
}

/** The one way to the database, for everything but migrations. */
export interface Db {
  /**
   * Runs one statement and parses its rows. Waits at most the deadline, replaces the pool where
   * that passes, and repeats after lost connections and lost races, with growing waits.
   * Throws `DatabaseUnavailable` when that does not help, the database's own error otherwise.
   */
  run<Row>(
    row: z.ZodType<Row>,
    text: string,
    values?: readonly unknown[],
    options?: RunOptions,
  ): Promise<Row[]>;
  /** Typed queries over the same guarded connections; never transactions. */
  readonly orm: PostgresJsDatabase<typeof schema>;
  readonly url: string;
  close(): Promise<void>;
}

type Parameters = postgres.ParameterOrJSON<never>[];

/** Opens the database at `databaseUrl`. Connects on first use; call `close` when done. */
export function openDatabase(databaseUrl: string): Db {
  const guarded = new GuardedPool(databaseUrl);
  return {
    url: databaseUrl,
    orm: drizzle(guarded.facade(), { schema }),
    async run(row, text, values = [], options = {}) {
      const rows = await guarded.send(text, values, options, false);
      return z.array(row).parse(rows);
    },
    close: () => guarded.close(),
  };
}

/**
 * Arrays go as text, which the statement's own casts type. The driver would have to look the array
 * types up on each new connection, and a connection that dies in that look-up ends the process.
 */
export const toParameter = (value: unknown): unknown =>
  Array.isArray(value) ? `{${value.map(toElement).join(',')}}` : value;

const toElement = (element: string | number | bigint | null | undefined): string =>
  element === null || element === undefined
    ? 'NULL'
    : `"${String(element).replaceAll(/["\\]/g, String.raw`\$&`)}"`;

class GuardedPool {
  readonly #databaseUrl: string;
  #pool: Pool;

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl;
    this.#pool = openPool(databaseUrl);
  }

  close = (): Promise<void> => this.#pool.end({ timeout: 5 });

  async send(
    text: string,
    values: readonly unknown[],
    options: RunOptions,
    asArrays: boolean,
  ): Promise<unknown[]> {
    const repeats = options.repeatable === false ? 0 : REPEATS_MAX;
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.#once(text, values, options.deadlineMs ?? DEADLINE_MS, asArrays);
      } catch (error) {
        const lost = isConnectionLost(error);
        if (tries >= repeats || !(lost || isContention(error))) {
          throw lost
            ? new DatabaseUnavailable('the database connection was lost', { cause: error })
            : error;
        }
        await sleep(2 ** tries * 25 * (0.5 + Math.random()));
      }
    }
  }

  /**
   * The driver sometimes never settles a statement whose connection died, and its other statements
   * on that pool may hang too: so the whole pool goes, and what still runs on it gets 5 s to end.
   */
  async #once(
    text: string,
    values: readonly unknown[],
    deadlineMs: number,
    asArrays: boolean,
  ): Promise<unknown[]> {
    const pool = this.#pool;
    const query = pool.unsafe(text, values.map(toParameter) as Parameters, { prepare: true });
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.#replace(pool);
        reject(new DatabaseUnavailable(`the database did not answer within ${deadlineMs} ms`));
      }, deadlineMs);
    });
    try {
      return await Promise.race([asArrays ? query.values() : query, deadline]);
    } finally {
      clearTimeout(timer);
    }
  }

  #replace(pool: Pool): void {
    if (this.#pool !== pool) return;
    this.#pool = openPool(this.#databaseUrl);
    Object.assign(this.#pool.options.parsers, pool.options.parsers);
    Object.assign(this.#pool.options.serializers, pool.options.serializers);
    pool.end({ timeout: 5 }).catch(() => {});
  }

  /** What drizzle needs of a driver's client, with every statement sent through the guard. */
  facade(): postgres.Sql {
    // Whether rows or arrays are wanted is told right after the call, so sending waits for that.
    const unsafe = (text: string, values: unknown[] = []) => {
      let asArrays = false;
      const answer = Promise.resolve().then(() => this.send(text, values, {}, asArrays));
      const arrays = () => {
        asArrays = true;
        return answer;
      };
      return Object.assign(answer, { values: arrays });
    };
    const begin = (): never => {
      throw new Error('transactions go through db/transaction.ts');
    };
    // A function, as the driver's own client is one: drizzle takes plain objects for settings.
    return Object.assign((): never => begin(), {
      options: this.#pool.options,
      unsafe,
      begin,
    }) as never;
  }
}
