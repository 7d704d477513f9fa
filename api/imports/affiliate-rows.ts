import { z } from 'zod';
import {
  checkAffiliates,
  findAccountConflicts,
  insertAffiliates,
  insertImportedAccounts,
  type ImportedAccount,
  type NewAffiliate,
} from '../../db/queries/ingest-affiliates.ts';
import { adoptConversions } from '../../db/queries/ingest-conversions.ts';
import type { Vault } from '../../db/vault.ts';
import { PROVIDER_NAMES } from '../../providers/port.ts';
import type { CellReader } from './cells.ts';
import type { CsvRow } from './csv.ts';
import type { ImportKind } from './kind.ts';

/** A line of affiliates, with its account where it names one. */
export interface AffiliateRow {
  row: number;
  affiliate: NewAffiliate;
  account: ImportedAccount | null;
}

const email = z.email();

/** Whether a text is an email address. */
export const isEmail = (text: string): boolean => email.safeParse(text).success;
const KYC = ['NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED'] as const;

function read(line: CsvRow, cells: CellReader): AffiliateRow {
  const affiliate = {
    externalId: cells.required('external_id', 200),
    fullName: cells.required('full_name', 300),
    email: cells.required('email', 320),
    country: cells.matching('country', /^[A-Z]{2}$/, 'An ISO-3166 code of two upper-case letters.'),
    currency: cells.currency('currency') ?? '',
  };
  if (affiliate.email !== '' && !isEmail(affiliate.email)) {
    cells.refuse('email', 'invalid_value', 'This is not an email address.');
  }
  return { row: line.row, affiliate, account: readAccount(cells, affiliate.externalId) };
}

function readAccount(cells: CellReader, affiliateExternalId: string): ImportedAccount | null {
  const named = cells.optional('provider', 50);
  const accountRef = cells.optional('account_ref', 200);
  const kycStatus = cells.oneOf('kyc_status', KYC, 'PENDING');
  if (named === undefined && accountRef === undefined) return null;
  if (named === undefined)
    cells.refuse('provider', 'missing_value', 'An account needs its provider.');
  if (accountRef === undefined)
    cells.refuse('account_ref', 'missing_value', 'An account needs its reference.');
  const provider = PROVIDER_NAMES.find((name) => name === named);
  if (named !== undefined && !provider) {
    cells.refuse('provider', 'invalid_value', `One of ${PROVIDER_NAMES.join(', ')}.`);
  }
  return { affiliateExternalId, provider: provider ?? '', accountRef: accountRef ?? '', kycStatus };
}

/** Payees, each with at most one account. Account numbers are encrypted with `vault`. */
export const affiliateImport = (vault: Vault): ImportKind<AffiliateRow> => ({
  columns: {
    required: ['external_id', 'full_name', 'email', 'country', 'currency'],
    optional: ['provider', 'account_ref', 'kyc_status'],
  },
  read,
  async check(db, rows) {
    const found = await checkAffiliates(
      db,
      rows.map(({ affiliate }) => affiliate),
    );
    const accounts = rows.flatMap(({ account }) => account ?? []);
    const conflicts = await findAccountConflicts(db, vault, accounts);
    return rows.map(({ affiliate, account }, index) => {
      const one = found[index];
      if (one?.kind === 'conflict') return conflict(COLUMNS[one.field] ?? 'external_id');
      return account && conflicts.has(affiliate.externalId) ? conflict('account_ref') : null;
    });
  },
  async insert(db, rows, actor) {
    await insertAffiliates(
      db,
      rows.map(({ affiliate }) => affiliate),
      actor,
    );
    return insertImportedAccounts(
      db,
      vault,
      rows.flatMap(({ account }) => account ?? []),
      actor,
    );
  },
  async settle(db, rows) {
    await adoptConversions(
      db,
      rows.map(({ affiliate }) => affiliate.externalId),
    );
  },
  order: ({ affiliate }) => affiliate.externalId,
});

const COLUMNS: Record<string, string> = {
  fullName: 'full_name',
  email: 'email',
  country: 'country',
  currency: 'currency',
};

const conflict = (column: string) => ({
  column,
  code: 'external_id_conflict',
  message: 'This external_id stands already with other content.',
});
