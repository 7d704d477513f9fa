import { importAnswer, type ImportAnswer } from './answers.ts';
import type { ApiClient } from './client.ts';
import { csvParts } from './csv-parts.ts';

/** What a CSV file may hold. */
export const IMPORT_KINDS = [
  'affiliates',
  'commissions',
  'conversions',
  'rewardful-affiliates',
  'rewardful-commissions',
  'partnerstack-partners',
  'partnerstack-rewards',
  'firstpromoter-promoters',
  'firstpromoter-commissions',
  'dub-partners',
  'dub-commissions',
] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** How to import. */
export interface ImportOptions {
  readonly dryRun?: boolean;
  /** Take the good rows, where others are refused. */
  readonly partial?: boolean;
  /** Of exports of others: for lines that have none. */
  readonly country?: string | undefined;
  readonly currency?: string | undefined;
  readonly idempotencyKey: string;
}

/** Rows of a whole file; the numbers of bad rows are those of the file. */
export type ImportResult = Pick<
  ImportAnswer,
  'accepted' | 'rejected' | 'errors' | 'skipped' | 'notes' | 'totals'
>;

/**
 * Imports a CSV text of any length in pieces that the API takes. Unless `partial`, all pieces are
 * tried dry first, so that a bad row in the last one leaves nothing behind. The same text again
 * imports nothing twice.
 */
export async function importCsv(
  client: ApiClient,
  kind: ImportKind,
  text: string,
  { dryRun = false, partial = false, country, currency, idempotencyKey }: ImportOptions,
): Promise<ImportResult> {
  const parts = csvParts(text);
  const send = async (dry: boolean): Promise<ImportResult> => {
    let total: ImportResult = { accepted: 0, rejected: 0, errors: [] };
    for (const [index, { csv, linesBefore }] of parts.entries()) {
      const answer = await client.post(importAnswer, '/api/disbursement/imports', {
        query: {
          kind,
          country,
          currency,
          ...(dry && { dryRun: true }),
          ...(partial && { partial: true }),
        },
        body: csv,
        idempotencyKey: dry ? undefined : partKey(idempotencyKey, index, parts.length),
      });
      total = together(total, answer, linesBefore);
    }
    return total;
  };
  if (dryRun) return send(true);
  if (parts.length > 1 && !partial) {
    const tried = await send(true);
    const { accepted, rejected, errors } = tried;
    if (rejected > 0)
      return { ...tried, accepted: 0, rejected: accepted + rejected, errors, totals: {} };
  }
  return send(false);
}

const partKey = (key: string, index: number, parts: number): string =>
  parts === 1 ? key : `${key}/${index + 1}`;

type Lines = ImportResult['errors'];

/** What a piece of the file adds; its lines count from the beginning of the file. */
function together(total: ImportResult, piece: ImportResult, linesBefore: number): ImportResult {
  const moved = (lines: Lines) => lines.map((line) => ({ ...line, row: line.row + linesBefore }));
  const totals = { ...total.totals };
  for (const [currency, sum] of Object.entries(piece.totals ?? {}))
    totals[currency] = (totals[currency] ?? 0) + sum;
  return {
    accepted: total.accepted + piece.accepted,
    rejected: total.rejected + piece.rejected,
    errors: [...total.errors, ...moved(piece.errors)],
    ...(piece.skipped !== undefined && {
      skipped: (total.skipped ?? 0) + piece.skipped,
      notes: [...(total.notes ?? []), ...moved(piece.notes ?? [])],
    }),
    ...(piece.totals && { totals }),
  };
}
