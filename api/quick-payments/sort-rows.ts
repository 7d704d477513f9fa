import { payeesNamed, standingLines, type ListLine } from '../../db/queries/payment-lists.ts';
import type { Runner } from '../../db/queries/runner.ts';
import { AMOUNT_MINOR_MAX } from '../../domain/limits.ts';
import type { GivenList, GivenRow, RowError } from './rows.ts';

/** A row whose payee is known. */
export type SortedRow = GivenRow & ListLine;

export interface SortedRows {
  /** Rows that stand nowhere yet. */
  fresh: SortedRow[];
  /** Rows that stand already, with the same content, in the list of that id. */
  standing: Map<string, SortedRow[]>;
  errors: RowError[];
}

type Problem = Pick<RowError, 'column' | 'code' | 'message'>;

/** Holds the rows of a list against payees and commissions that are there, and against each other. */
export async function sortRows(db: Runner, list: GivenList): Promise<SortedRows> {
  const { rows } = list;
  const [payees, stored] = await Promise.all([
    payeesNamed(
      db,
      rows.flatMap(({ affiliateId }) => affiliateId ?? []),
      rows.flatMap(({ affiliateExternalId }) => affiliateExternalId ?? []),
    ),
    standingLines(
      db,
      rows.map(({ externalId }) => externalId),
    ),
  ]);
  const byExternalId = new Map(stored.map((line) => [line.external_id, line]));
  const sorted: SortedRows = { fresh: [], standing: new Map(), errors: [] };
  const seen = new Set<string>();
  const sums = new Map<string, bigint>();
  for (const row of rows) {
    const refuse = (problem: Problem): void => {
      sorted.errors.push({ row: row.row, externalId: row.externalId, ...problem });
    };
    const payeeId = payees.get(
      row.affiliateId === undefined ? `name ${row.affiliateExternalId}` : `id ${row.affiliateId}`,
    );
    const line = byExternalId.get(row.externalId);
    const sum = (sums.get(payeeId ?? '') ?? 0n) + row.amountMinor;
    if (payeeId === undefined) refuse(UNKNOWN_AFFILIATE);
    else if (seen.has(row.externalId)) refuse(TWICE);
    else if (line && line.list_id !== null && isSame(line, row, payeeId, list.currency))
      addTo(sorted.standing, line.list_id, { ...row, payeeId });
    else if (line) refuse(TAKEN);
    else if (sum > AMOUNT_MINOR_MAX) refuse(TOO_LARGE);
    else {
      sums.set(payeeId, sum);
      sorted.fresh.push({ ...row, payeeId });
    }
    seen.add(row.externalId);
  }
  return sorted;
}

const isSame = (
  line: Awaited<ReturnType<typeof standingLines>>[number],
  row: GivenRow,
  payeeId: string,
  currency: string,
): boolean =>
  line.payee_id === payeeId &&
  line.amount_minor === row.amountMinor &&
  line.currency === currency &&
  line.description === (row.description ?? null);

function addTo(lists: SortedRows['standing'], listId: string, row: SortedRow): void {
  const known = lists.get(listId);
  if (known) known.push(row);
  else lists.set(listId, [row]);
}

const UNKNOWN_AFFILIATE: Problem = {
  column: 'affiliate_external_id',
  code: 'unknown_affiliate',
  message: 'There is no such affiliate; add it first.',
};
const TWICE: Problem = {
  column: 'external_id',
  code: 'external_id_conflict',
  message: 'This external id stands twice in the list.',
};
const TAKEN: Problem = {
  column: 'external_id',
  code: 'external_id_conflict',
  message: 'This external id stands already, elsewhere or with other content.',
};
const TOO_LARGE: Problem = {
  column: 'amount',
  code: 'too_large',
  message: 'What one payee gets by the list is larger than an amount may be.',
};
