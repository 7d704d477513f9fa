import { z } from 'zod';
import { DomainError } from '../../../domain/errors.ts';
import type { Db } from '../../client.ts';
import { countColumn, instantColumn } from '../../rows.ts';
import { inTransaction, type Tx } from '../../transaction.ts';

/** Held while numbers are given, by whoever gives them: two could else draw the same, or leave one out. */
const STATEMENT_LOCK = 4_770_815;

const DEADLINE_MS = 30_000;
const NUMBERS_AT_ONCE = 10_000;
const ROUNDS_MAX = 20;

/** A statement's number, given once. */
const numberRow = z.object({ number: countColumn, created_at: instantColumn });
export type StatementNumber = z.infer<typeof numberRow>;

/**
 * Payments that were settled, have no number, and were settled after what has the newest ones; a little
 * before it, too, since a statement that settles may be seen later than one that began after it. What is
 * older than that and comes to light all the same is numbered when somebody asks for it.
 */
const DUE = `
  from payments p
  where p.completed_at is not null and not exists (select 1 from statements s where s.payment_id = p.id)
    and p.completed_at >= coalesce((
      select max(q.completed_at) from (
        select payment_id from statements where payment_id is not null order by number desc limit 100
      ) newest join payments q on q.id = newest.payment_id) - interval '10 minutes', '-infinity')`;

const NUMBERED = (due: string): string => `
  with due as (${due}),
  last as (select coalesce(max(number), 0) as number from statements)
  insert into statements (number, payee_id, payment_id)
  select last.number + row_number() over (order by due.completed_at, due.id), due.payee_id, due.id
  from due cross join last
  returning payment_id`;

const COLUMNS = 'select p.id, p.payee_id, p.completed_at';
const numberedRow = z.object({ payment_id: z.string().nullable() });

/**
 * Gives the payments that were settled the next numbers, without gaps and in the order in which they were
 * settled. Answers how many. Safe to repeat, and beside others.
 */
export async function issueStatements(db: Db): Promise<number> {
  let issued = 0;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const due = await db.run(z.object({ id: z.string() }), `select p.id ${DUE} limit 1`);
    if (due.length === 0) break;
    issued += await numbering(db, async (tx) => {
      const order = `order by p.completed_at, p.id limit ${NUMBERS_AT_ONCE}`;
      return (await tx.run(numberedRow, NUMBERED(`${COLUMNS} ${DUE} ${order}`))).length;
    });
  }
  return issued;
}

/**
 * The number of a settled payment's statement, given now where it has none, after all that was settled
 * before it. Null for a payment that is not settled. Throws `unavailable` where very many wait.
 */
export async function issueStatement(db: Db, paymentId: string): Promise<StatementNumber | null> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const [known] = await db.run(
      numberRow,
      'select number, created_at from statements where payment_id = $1',
      [paymentId],
    );
    if (known) return known;
    const settled = await db.run(
      z.object({ id: z.string() }),
      'select id from payments where id = $1 and completed_at is not null',
      [paymentId],
    );
    if (settled.length === 0) return null;
    await numbering(db, (tx) => numberUpTo(tx, paymentId));
  }
  throw new DomainError(
    'unavailable',
    'Many statements are being numbered; ask again in a minute.',
  );
}

async function numberUpTo(tx: Tx, paymentId: string): Promise<void> {
  const upTo = `and (p.completed_at, p.id) <= (select q.completed_at, q.id from payments q where q.id = $1)`;
  const order = `order by p.completed_at, p.id limit ${NUMBERS_AT_ONCE}`;
  const before = await tx.run(numberedRow, NUMBERED(`${COLUMNS} ${DUE} ${upTo} ${order}`), [
    paymentId,
  ]);
  if (before.length > 0) return;
  const alone = `${COLUMNS} from payments p where p.id = $1 and p.completed_at is not null
    and not exists (select 1 from statements s where s.payment_id = p.id)`;
  await tx.run(numberedRow, NUMBERED(alone), [paymentId]);
}

/** The number of a payee's statement of a year, given now where it has none. */
export async function issueYear(db: Db, payeeId: string, year: number): Promise<StatementNumber> {
  const known = await findYear(db, payeeId, year);
  if (known) return known;
  await numbering(db, (tx) =>
    tx.run(
      numberedRow,
      `insert into statements (number, payee_id, year)
       select coalesce(max(number), 0) + 1, $1, $2::int from statements
       having not exists (select 1 from statements where payee_id = $1 and year = $2::int)
       returning payment_id`,
      [payeeId, year],
    ),
  );
  const given = await findYear(db, payeeId, year);
  if (!given) throw new Error(`no number was given to the year ${year} of ${payeeId}`);
  return given;
}

/** The number of a payee's statement of a year; null where none was given. */
export async function findYear(
  db: Db,
  payeeId: string,
  year: number,
): Promise<StatementNumber | null> {
  const rows = await db.run(
    numberRow,
    'select number, created_at from statements where payee_id = $1 and year = $2',
    [payeeId, year],
  );
  return rows[0] ?? null;
}

const numbering = <T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> =>
  inTransaction(db, DEADLINE_MS, async (tx) => {
    await tx.run(z.unknown(), `select pg_advisory_xact_lock(${STATEMENT_LOCK})`);
    return work(tx);
  });
