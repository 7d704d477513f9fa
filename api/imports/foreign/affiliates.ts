import type { Vault } from '../../../db/vault.ts';
import { isCurrency } from '../../../domain/currency.ts';
import { affiliateImport, isEmail, type AffiliateRow } from '../affiliate-rows.ts';
import type { CellReader } from '../cells.ts';
import type { ImportKind } from '../kind.ts';
import type { AffiliateMapping } from './mapping.ts';

/** What stands for a cell that an export leaves out. */
export interface ForeignDefaults {
  /** An ISO-3166 code of two letters. */
  country?: string | undefined;
  currency?: string | undefined;
}

/**
 * Partners of another product as payees of external ids that begin with its name, followed by its id or,
 * where the file has none, by their email address in lower case. Accounts are not taken over.
 */
export function foreignAffiliates(
  mapping: AffiliateMapping,
  vault: Vault,
  defaults: ForeignDefaults,
): ImportKind<AffiliateRow> {
  const own = affiliateImport(vault);
  return {
    ...own,
    columns: {
      required: [
        'email',
        ...(defaults.country === undefined ? ['country'] : []),
        ...(defaults.currency === undefined ? ['currency'] : []),
      ],
      optional: [],
      headers: mapping.headers,
    },
    read(line, cells) {
      const email = cells.required('email', 320).toLowerCase();
      if (email !== '' && !isEmail(email)) {
        cells.refuse('email', 'invalid_value', 'This is not an email address.');
      }
      const id = cells.optional('external_id', 180) ?? email;
      const affiliate = {
        externalId: `${mapping.source}:${id}`,
        fullName: nameOf(cells) ?? email,
        email,
        country: readCountry(cells, defaults.country),
        currency: readCurrency(cells, defaults.currency) ?? '',
      };
      return { row: line.row, affiliate, account: null };
    },
  };
}

function nameOf(cells: CellReader): string | undefined {
  const whole = cells.optional('full_name', 300);
  const parts = [cells.optional('first_name', 150), cells.optional('last_name', 149)];
  return whole ?? (parts.filter(Boolean).join(' ') || undefined);
}

function readCountry(cells: CellReader, otherwise: string | undefined): string {
  const cell = cells.optional('country', 100) ?? otherwise;
  const country = cell?.toUpperCase() ?? '';
  if (/^[A-Z]{2}$/.test(country)) return country;
  if (cell === undefined) {
    cells.refuse('country', 'missing_value', 'Name a country for those that have none.');
  } else {
    cells.refuse('country', 'invalid_value', 'An ISO-3166 code of two letters.');
  }
  return '';
}

/** The currency of a line, else the one given for the file; null, with an error noted, where it is none. */
export function readCurrency(cells: CellReader, otherwise: string | undefined): string | null {
  const cell = cells.optional('currency', 10) ?? otherwise;
  const currency = cell?.toUpperCase();
  if (currency === undefined) {
    cells.refuse('currency', 'missing_value', 'Name a currency for those that have none.');
    return null;
  }
  if (isCurrency(currency)) return currency;
  cells.refuse('currency', 'unknown_currency', 'An ISO-4217 code, like USD.');
  return null;
}
