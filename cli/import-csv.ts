import { importAnswer, type ImportAnswer } from './answers.ts';
import type { ApiClient } from './client.ts';
import { csvParts } from './csv-parts.ts';

/** What a CSV file may hold. */
export const IMPORT_KINDS = ['affiliates', 'commissions'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** How to import. */
export interface ImportOptions {
  readonly dryRun?: boolean;
  /** Take the good rows, where others are refused. */
  readonly partial?: boolean;
  readonly idempotencyKey: string;
}

/** Rows of a whole file; the numbers of bad rows are those of the file. */
export type ImportResult = Pick<ImportAnswer, 'accepted' | 'rejected' | 'errors'>;

/**
 * Imports a CSV text of any length in pieces that the API takes. Unless `partial`, all pieces are
 * tried dry first, so that a bad row in the last one leaves nothing behind. The same text again
 * imports nothing twice.
 */
export async function importCsv(
  client: ApiClient,
  kind: ImportKind,
  text: string,
  { dryRun = false, partial = false, idempotencyKey }: ImportOptions,
): Promise<ImportResult> {
  const parts = csvParts(text);
  const send = async (dry: boolean): Promise<ImportResult> => {
    const total: ImportResult = { accepted: 0, rejected: 0, errors: [] };
    for (const [index, { csv, linesBefore }] of parts.entries()) {
      const answer = await client.post(importAnswer, '/api/disbursement/imports', {
        query: { kind, ...(dry && { dryRun: true }), ...(partial && { partial: true }) },
        body: csv,
        idempotencyKey: dry ? undefined : partKey(idempotencyKey, index, parts.length),
      });
      total.accepted += answer.accepted;
      total.rejected += answer.rejected;
      total.errors.push(
        ...answer.errors.map((error) => ({ ...error, row: error.row + linesBefore })),
      );
    }
    return total;
  };
  if (dryRun) return send(true);
  if (parts.length > 1 && !partial) {
    const tried = await send(true);
    const { accepted, rejected, errors } = tried;
    if (rejected > 0) return { accepted: 0, rejected: accepted + rejected, errors };
  }
  return send(false);
}

const partKey = (key: string, index: number, parts: number): string =>
  parts === 1 ? key : `${key}/${index + 1}`;
