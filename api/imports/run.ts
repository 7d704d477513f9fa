import { createHash } from 'node:crypto';
import type { Db } from '../../db/client.ts';
import { isContention } from '../../db/errors.ts';
import type { Actor } from '../../db/queries/actor.ts';
import { insertImport, type ImportRecord } from '../../db/queries/imports.ts';
import type { Runner } from '../../db/queries/runner.ts';
import type { ImportError } from '../../db/schema/imports.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Vault } from '../../db/vault.ts';
import { BULK_ITEMS_MAX } from '../../domain/limits.ts';
import { affiliateImport } from './affiliate-rows.ts';
import { CellReader } from './cells.ts';
import { commissionImport } from './commission-rows.ts';
import { readCsv } from './csv.ts';
import type { ImportKind } from './kind.ts';
import { ImportRefused } from './refused.ts';

const DEADLINE_MS = 60_000;
const TRIES_MAX = 5;
/** Errors that are kept and answered; a file that has more is wrong as a whole. */
const ERRORS_MAX = 1_000;

export interface ImportOrder {
  id: string;
  kind: 'affiliates' | 'commissions';
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
export const runImport = (db: Db, vault: Vault, order: ImportOrder): Promise<ImportRun> =>
  order.kind === 'affiliates'
    ? run(db, order, affiliateImport(vault))
    : run(db, order, commissionImport);

async function run<Row extends { row: number }>(
  db: Db,
  order: ImportOrder,
  kind: ImportKind<Row>,
): Promise<ImportRun> {
  const table = readCsv(order.body, kind.columns);
  const { rows, errors } = await sortOut(db, kind, table.rows);
  const problems = [...table.errors, ...errors].toSorted((a, b) => a.row - b.row);
  const total = rows.length + new Set(problems.map(({ row }) => row)).size;
  const taken = problems.length === 0 || (order.partial && !table.unusable) ? rows : [];
  const answer = {
    accepted: taken.length,
    rejected: total - taken.length,
    errors: problems.slice(0, ERRORS_MAX),
  };
  const record = { ...answer, bodySha256: createHash('sha256').update(order.body).digest('hex') };
  if (order.dryRun || taken.length === 0) {
    await insertImport(db, { ...order, ...record });
    return { answer, verifiedPayeeIds: [] };
  }
  try {
    const verifiedPayeeIds = await insertAll(db, kind, taken, { ...order, ...record });
    return { answer, verifiedPayeeIds };
  } catch (error) {
    if (!(error instanceof ImportRefused)) throw error;
    const refused = { accepted: 0, rejected: total, errors: [error.error] };
    await insertImport(db, { ...order, ...record, ...refused });
    return { answer: refused, verifiedPayeeIds: [] };
  }
}

/** Reads every line and holds it against what stands. */
async function sortOut<Row extends { row: number }>(
  db: Runner,
  kind: ImportKind<Row>,
  lines: Parameters<ImportKind<Row>['read']>[0][],
) {
  const errors: ImportError[] = [];
  const readable: Row[] = [];
  for (const line of lines) {
    const cells = new CellReader(line);
    const row = kind.read(line, cells);
    if (cells.errors.length === 0) readable.push(row);
    else errors.push(...cells.errors);
  }
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
  return { rows, errors };
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
      if (!isContention(error) || tries >= TRIES_MAX) throw error;
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
