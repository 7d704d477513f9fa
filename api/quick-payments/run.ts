import type { Db } from '../../db/client.ts';
import { isUniqueViolation } from '../../db/errors.ts';
import {
  createBatch,
  NobodyPayable,
  type Excluded,
  type NewBatch,
} from '../../db/queries/create-batch.ts';
import { insertList } from '../../db/queries/payment-lists.ts';
import { SKIP_REASONS, SKIP_REMEDIES } from '../../domain/eligibility.ts';
import type { GivenList, RowError } from './rows.ts';
import { sortRows, type SortedRow } from './sort-rows.ts';

const TRIES_MAX = 5;

/** What a list asks for, beside its rows. */
export interface ListOrder extends Omit<NewBatch, 'currency' | 'listId' | 'affiliateIds'> {
  /** Only say what would happen. */
  dryRun: boolean;
  /** Pay the rows that can be paid where others cannot. */
  partial: boolean;
}

/** What came of a list. */
export interface ListRun {
  /** None where nothing was made: by a dry run, or because of `errors`. */
  batchId: string | null;
  accepted: SortedRow[];
  errors: RowError[];
}

/** A list is named after its batch, so that either leads to the other. */
export const listIdOf = (batchId: string): string => `lst_${batchId.slice(4)}`;
const batchIdOf = (listId: string): string => `bat_${listId.slice(4)}`;

/**
 * Stores the rows of a list as commissions and makes a batch of exactly those, in one transaction:
 * all rows or none, unless `partial`. A list that stands already, with the same content, is answered
 * as it is; its rows are never paid twice.
 */
export async function runList(db: Db, list: GivenList, order: ListOrder): Promise<ListRun> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await runOnce(db, list, order);
    } catch (error) {
      // An external id was taken meanwhile: the next look says by whom.
      if (!isUniqueViolation(error) || tries >= TRIES_MAX) throw error;
    }
  }
}

async function runOnce(db: Db, list: GivenList, order: ListOrder): Promise<ListRun> {
  const { fresh, standing, errors } = await sortRows(db, list);
  const problems = [...list.errors, ...errors];
  const [known, ...others] = standing;
  if (known && others.length === 0) return standingRun(known, fresh, problems);
  for (const [, rows] of standing) problems.push(...rows.map((row) => errorOf(row, IN_SEVERAL)));
  if (list.unusable || fresh.length === 0) return { batchId: null, accepted: [], errors: problems };
  if (problems.length > 0 && !order.partial) {
    // All that is wrong is told at once: also who could not be paid.
    const { errors: more } = await payRows(db, list, fresh, { ...order, dryRun: true });
    return { batchId: null, accepted: [], errors: [...problems, ...more] };
  }
  const paid = await payRows(db, list, fresh, order);
  return { ...paid, errors: [...problems, ...paid.errors] };
}

/** The list was taken before: what is in it is answered, what is not stays out of it. */
function standingRun(
  [listId, rows]: [string, SortedRow[]],
  fresh: readonly SortedRow[],
  problems: readonly RowError[],
): ListRun {
  const errors = [...problems, ...fresh.map((row) => errorOf(row, NOT_IN_LIST))];
  return { batchId: batchIdOf(listId), accepted: rows, errors };
}

/** Undoes a transaction after it was seen who would be left out. */
class Undone extends Error {
  readonly excluded: readonly Excluded[];

  constructor(excluded: readonly Excluded[]) {
    super('undone');
    this.excluded = excluded;
  }
}

async function payRows(
  db: Db,
  list: GivenList,
  rows: readonly SortedRow[],
  order: ListOrder,
): Promise<ListRun> {
  const errors: RowError[] = [];
  let left = [...rows];
  for (;;) {
    const excluded = await tryRows(db, list.currency, left, order);
    if (excluded.length === 0) {
      return { batchId: order.dryRun ? null : order.batchId, accepted: left, errors };
    }
    const reasons = new Map(excluded.map((each) => [each.affiliateId, each]));
    errors.push(
      ...left.flatMap((row) => {
        const reason = reasons.get(row.payeeId);
        return reason ? [errorOf(row, problemOf(reason))] : [];
      }),
    );
    left = left.filter(({ payeeId }) => !reasons.has(payeeId));
    if (left.length === 0 || !order.partial) return { batchId: null, accepted: [], errors };
  }
}

/** Makes the batch of these rows, or says who stands in its way and changes nothing. */
async function tryRows(
  db: Db,
  currency: string,
  lines: readonly SortedRow[],
  { dryRun, partial: _partial, ...batch }: ListOrder,
): Promise<readonly Excluded[]> {
  const listId = listIdOf(batch.batchId);
  const affiliateIds = [...new Set(lines.map(({ payeeId }) => payeeId))];
  try {
    await createBatch(
      db,
      { ...batch, currency, listId, affiliateIds },
      {
        before: (tx) => insertList(tx, { id: listId, currency, lines, actor: batch.actor }),
        after: (excluded) => {
          if (dryRun || excluded.length > 0) throw new Undone(excluded);
        },
      },
    );
    return [];
  } catch (error) {
    if (error instanceof Undone || error instanceof NobodyPayable) return error.excluded;
    throw error;
  }
}

type Problem = Pick<RowError, 'column' | 'code' | 'message'>;

const errorOf = (row: SortedRow, problem: Problem): RowError => ({
  row: row.row,
  externalId: row.externalId,
  ...problem,
});

const problemOf = ({ code }: Excluded): Problem => ({
  column: 'affiliate_external_id',
  code,
  message: `${SKIP_REASONS[code]} ${SKIP_REMEDIES[code]}`,
});

const NOT_IN_LIST: Problem = {
  column: 'external_id',
  code: 'not_in_list',
  message: 'This list was taken before without this row; send it in a list of its own.',
};
const IN_SEVERAL: Problem = {
  column: 'external_id',
  code: 'external_id_conflict',
  message: 'The rows of this list stand in several lists already.',
};
