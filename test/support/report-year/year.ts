import postgres from 'postgres';
import type { Db } from '../../../db/client.ts';
import { addUpSlots } from '../../../db/queries/report/add-up.ts';
import { checkStatements } from './checks-sql.ts';
import { AT, DRAW, SPAN } from './draw-sql.ts';
import { earningStatements } from './earnings-sql.ts';
import { LATE_RETURNS, paymentStatements } from './payments-sql.ts';

/** Batches of the past end at once, which the product's never do. */
const UNBORN = [
  'alter table batches disable trigger batches_born_queued',
  'alter table payments disable trigger payments_batch_open',
];
const BORN = UNBORN.map((statement) => statement.replace('disable', 'enable'));

async function write(databaseUrl: string, statements: readonly string[]): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    for (const statement of statements) await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/**
 * Fills an empty, migrated database with a year of 50,000 payments in every state and all that stands
 * behind them, under all checks and foreign keys. Always the same year.
 */
export const seedYear = (databaseUrl: string): Promise<void> =>
  write(databaseUrl, [
    'set synchronous_commit = off',
    ...UNBORN,
    DRAW,
    AT,
    SPAN,
    ...paymentStatements,
    ...earningStatements,
    ...checkStatements,
    ...BORN,
    'analyze',
  ]);

/** Payments of the past come back now. */
export const returnLate = (databaseUrl: string): Promise<void> =>
  write(databaseUrl, [LATE_RETURNS]);

const SLOTS_AT_ONCE = 5_000;

/** Adds everything up that has changed. */
export async function addUpAll(db: Db): Promise<void> {
  for (const source of ['payments', 'ledger'] as const) {
    while ((await addUpSlots(db, source, { slotsMax: SLOTS_AT_ONCE, restSeconds: 0 })) > 0);
  }
}
