import type { Actor } from '../../db/queries/actor.ts';
import type { Runner } from '../../db/queries/runner.ts';
import type { ImportError } from '../../db/schema/imports.ts';
import type { CellReader } from './cells.ts';
import type { CsvColumns, CsvRow } from './csv.ts';

/** What is wrong with a line that reads well: it does not fit what stands. */
export type RowProblem = Omit<ImportError, 'row'>;

/** All that one kind of import needs to say. Lines are checked and inserted at most 1,000 at once. */
export interface ImportKind<Row extends { row: number }> {
  columns: CsvColumns;
  /** Reads a line; what is wrong with it is noted in `cells`. Null for a line that `cells` leaves aside. */
  read(line: CsvRow, cells: CellReader): Row | null;
  /** What is wrong with the file as a whole, once all its lines are read. */
  checkFile?(): RowProblem | null;
  /** Holds lines against what stands; null for one that can be taken. Changes nothing. */
  check(db: Runner, rows: readonly Row[]): Promise<(RowProblem | null)[]>;
  /** Inserts lines that were checked, each once. Answers the payees who have a verified account by it. */
  insert(db: Runner, rows: readonly Row[], actor: Actor): Promise<string[]>;
  /** What is to be looked at once more after the commit, since others may have run in the same moment. */
  settle?(db: Runner, rows: readonly Row[]): Promise<void>;
  /** What a line comes to, where the answer is to say the sum. */
  amountOf?: (row: Row) => { currency: string; amountMinor: bigint };
  /** Lines are inserted in this order, so that two imports lock what they share in one order. */
  order(row: Row): string;
}
