import { createHash } from 'node:crypto';
import type { Db } from '../../db/client.ts';
import { isContention } from '../../db/errors.ts';
import type { Actor } from '../../db/queries/actor.ts';
import { insertImport, type ImportRecord } from '../../db/queries/imports.ts';
import { Overtaken } from '../../db/queries/ingest-conversions.ts';
import type { Runner } from '../../db/queries/runner.ts';
import type { ImportError } from '../../db/schema/imports.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Vault } from '../../db/vault.ts';
import { BULK_ITEMS_MAX } from '../../domain/limits.ts';
import { toJsonAmount } from '../../domain/money.ts';
import { affiliateImport } from './affiliate-rows.ts';
import { CellReader } from './cells.ts';
import { commissionImport } from './commission-rows.ts';
import { conversionImport } from './conversion-rows.ts';
import { readCsv, type CsvTable } from './csv.ts';
import { foreignImport, type ForeignDefaults, type ForeignKind } from './foreign/index.ts';
import type { ImportKind } from './kind.ts';
import { ImportRefused } from './refused.ts';

const DEADLINE_MS = 60_000;
const TRIES_MAX = 5;
/** Errors that are kept and answered; a file that has more is wrong as a whole. */
const ERRORS_MAX = 1_000;

/** What a file may hold besides exports of others. */
export const OWN_KINDS = ['affiliates', 'commissions', 'conversions'] as const;

export interface ImportOrder {
  id: string;
  kind: (typeof OWN_KINDS)[number] | ForeignKind;
  /** For what exports of others leave out. */
  defaults: ForeignDefaults;
  body: Uint8Array;
  /** Only say what would happen. */
  dryRun: boolean;
  /** Take the lines that are right where others are wrong. */
  partial: boolean;
  actor: Actor;
}

export interface ImportAnswer {
  accepted: number;
  rejected: number;
  errors: ImportError[];
  /** For exports of others: how many lines were left aside, why (at most 1,000), and what the rest comes to. */
  skipped?: number;
  notes?: ImportError[];
  totals?: Record<string, number>;
}

/** What came of an import. */
interface ImportRun {
  answer: ImportAnswer;
  /** The payees who have a verified account by it. */
  verifiedPayeeIds: string[];
}

/**
 * Runs an import: all lines or none, unless `partial`. A dry run answers the same and changes
 * nothing. Every run is kept with its errors. Safe to repeat: lines are known by their external ids.
 */
export function runImport(db: Db, vault: Vault, order: ImportOrder): Promise<ImportRun> {
  switch (order.kind) {
    case 'affiliates':
      return run(db, order, affiliateImport(vault));
    case 'commissions':
      return run(db, order, commissionImport);
    case 'conversions':
      return run(db, order, conversionImport);
    default: {
      const { affiliates, commissions } = foreignImport(order.kind, vault, order.defaults);
      return affiliates ? run(db, order, affiliates) : run(db, order, commissions);
    }
  }
}

async function run<Row extends { row: number }>(
  db: Db,
  order: ImportOrder,
  kind: ImportKind<Row>,
): Promise<ImportRun> {
  const table = readCsv(order.body, kind.columns);
  const { rows, errors, notes } = await sortOut(db, kind, table);
  const problems = [...table.errors, ...errors].toSorted((a, b) => a.row - b.row);
  const total = rows.length + new Set(problems.map(({ row }) => row)).size;
  const taken = problems.length === 0 || (order.partial && !table.unusable) ? rows : [];
  const answer = {
    accepted: taken.length,
    rejected: total - taken.length,
    errors: problems.slice(0, ERRORS_MAX),
    ...(kind.columns.headers && { skipped: notes.length, notes: notes.slice(0, ERRORS_MAX) }),
    ...(kind.amountOf && { totals: totalsOf(taken.map(kind.amountOf)) }),
  };
  const record = {
    ...answer,
    skipped: notes.length,
    bodySha256: createHash('sha256').update(order.body).digest('hex'),
  };
  if (order.dryRun || taken.length === 0) {
    await insertImport(db, { ...order, ...record });
    return { answer, verifiedPayeeIds: [] };
  }
  try {
    const verifiedPayeeIds = await insertAll(db, kind, taken, { ...order, ...record });
    for (const part of partsOf(taken)) await kind.settle?.(db, part);
    return { answer, verifiedPayeeIds };
  } catch (error) {
    if (!(error instanceof ImportRefused)) throw error;
    const refused = {
      ...answer,
      accepted: 0,
      rejected: total,
      errors: [error.error],
      ...(answer.totals && { totals: {} }),
    };
    await insertImport(db, { ...order, ...record, ...refused });
    return { answer: refused, verifiedPayeeIds: [] };
  }
}

/** Reads every line and holds it against what stands. Columns are called what the file calls them. */
async function sortOut<Row extends { row: number }>(
  db: Runner,
  kind: ImportKind<Row>,
  { rows: lines, titles }: CsvTable,
) {
  const errors: ImportError[] = [];
  const notes: ImportError[] = [];
  const readable: Row[] = [];
  for (const line of lines) {
    const cells = new CellReader(line);
    const row = kind.read(line, cells);
    if (cells.skipped) notes.push(cells.skipped);
    else if (cells.errors.length > 0) errors.push(...cells.errors);
    else if (row) readable.push(row);
  }
  const problem = kind.checkFile?.();
  if (problem) errors.push({ row: 1, ...problem });
  const rows: Row[] = [];
  // One after the other: a line is also held against the lines of its own part of the file.
  for (const part of partsOf(readable)) {
    const problems = await kind.check(db, part);
    part.forEach((row, index) => {
      const problem = problems[index];
      if (problem) errors.push({ row: row.row, ...problem });
      else rows.push(row);
    });
  }
  const named = (error: ImportError) => ({
    ...error,
    column: titles.get(error.column) ?? error.column,
  });
  return { rows, errors: errors.map(named), notes: notes.map(named) };
}

/** Sums by currency. */
function totalsOf(
  amounts: readonly { currency: string; amountMinor: bigint }[],
): Record<string, number> {
  const sums = new Map<string, bigint>();
  for (const { currency, amountMinor } of amounts) {
    sums.set(currency, (sums.get(currency) ?? 0n) + amountMinor);
  }
  return Object.fromEntries([...sums].map(([currency, sum]) => [currency, toJsonAmount(sum)]));
}

/** All parts in one transaction, together with the record of the import. Answers whom `insert` does. */
async function insertAll<Row extends { row: number }>(
  db: Db,
  kind: ImportKind<Row>,
  rows: readonly Row[],
  record: ImportRecord,
): Promise<string[]> {
  const ordered = rows.toSorted((a, b) => (kind.order(a) < kind.order(b) ? -1 : 1));
  for (let tries = 1; ; tries += 1) {
    try {
      return await inTransaction(db, DEADLINE_MS, async (tx) => {
        const verifiedPayeeIds: string[] = [];
        for (const part of partsOf(ordered)) {
          await refuseChanged(tx, kind, part);
          verifiedPayeeIds.push(...(await kind.insert(tx, part, record.actor)));
        }
        await insertImport(tx, record);
        return verifiedPayeeIds;
      });
    } catch (error) {
      const again = isContention(error) || error instanceof Overtaken;
      if (!again || tries >= TRIES_MAX) throw error;
    }
  }
}

/** What was free when the file was checked may be taken by now, also by an earlier line. */
async function refuseChanged<Row extends { row: number }>(
  db: Runner,
  kind: ImportKind<Row>,
  part: readonly Row[],
): Promise<void> {
  const problems = await kind.check(db, part);
  const index = problems.findIndex((problem) => problem !== null);
  const problem = problems[index];
  const row = part[index];
  if (problem && row) throw new ImportRefused({ row: row.row, ...problem });
}

const partsOf = <Row>(rows: readonly Row[]): Row[][] =>
  Array.from({ length: Math.ceil(rows.length / BULK_ITEMS_MAX) }, (_, part) =>
    rows.slice(part * BULK_ITEMS_MAX, (part + 1) * BULK_ITEMS_MAX),
  );
