import { z } from 'zod';
import { toParameter, type Db } from './client.ts';
import { DatabaseUnavailable, isConnectionLost } from './errors.ts';
import { openPool, type Pool } from './pool.ts';

/** A transaction's statements. Refuses all work once its connection has failed. */
export interface Tx {
  run<Row>(row: z.ZodType<Row>, text: string, values?: readonly unknown[]): Promise<Row[]>;
}

type Parameters = Parameters_<Pool['unsafe']>[1];
type Parameters_<F extends (...values: never[]) => unknown> = F extends (
  ...values: infer V
) => unknown
  ? V
  : never;

/**
 * Runs several statements as one transaction, the exception to "one change, one statement". It has a
 * connection of its own, which nobody else can ever write into and which is thrown away afterwards;
 * a callback must await nothing but `tx.run`. Throws `DatabaseUnavailable` where the connection went
 * away: if that was during COMMIT the outcome is unknown, so callers read back by a key they chose.
 */
export async function inTransaction<T>(
  db: Db,
  deadlineMs: number,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  let failure: DatabaseUnavailable | null = null;
  const fail = (what: string, cause?: unknown) =>
    (failure ??= new DatabaseUnavailable(what, { cause }));
  const connection = openPool(db.url, { max: 1, onClose: () => fail('the connection was lost') });
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(fail(`the transaction took longer than ${deadlineMs} ms`)),
      deadlineMs,
    );
  });
  deadline.catch(() => {});
  const send = async (text: string, values: readonly unknown[] = []): Promise<unknown[]> => {
    if (failure) throw failure;
    try {
      return await Promise.race([
        connection.unsafe(text, values.map(toParameter) as Parameters),
        deadline,
      ]);
    } catch (error) {
      throw isConnectionLost(error) ? fail('the connection was lost', error) : error;
    }
  };
  try {
    await send('begin');
    const result = await work({
      run: async (row, text, values) => z.array(row).parse(await send(text, values)),
    });
    await send('commit');
    return result;
  } catch (error) {
    await send('rollback').catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
    connection.end({ timeout: 0 }).catch(() => {});
  }
}
