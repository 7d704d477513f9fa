import type { ExportFormat, ExportKind } from '../../../domain/report/export.ts';
import type { Payment } from '../../lib/queries.ts';
import { present } from '../../lib/search.ts';
import type { ProviderName } from '../../lib/words.ts';
import { daysAfter, daysOf } from './period.ts';
import type { ReportsSearch } from './search.ts';

/** A file to be ordered: which rows, and how they are written. */
export interface Order {
  kind: ExportKind;
  format: ExportFormat;
  /** Days of the zone, both included. */
  from?: string | undefined;
  last?: string | undefined;
  zone: string;
  currency?: string | undefined;
  provider?: ProviderName | undefined;
  programme?: string | undefined;
  status?: Payment['status'] | undefined;
  payee?: string | undefined;
}

export const KINDS: readonly ExportKind[] = [
  'payments',
  'commissions',
  'ledger_entries',
  'affiliates',
];

/** What not every kind of row has. */
const OWN: Readonly<Record<ExportKind, readonly (keyof Order)[]>> = {
  payments: ['provider', 'programme', 'status'],
  commissions: ['programme'],
  ledger_entries: [],
  affiliates: ['provider'],
};

export const takes = (kind: ExportKind, field: keyof Order): boolean => OWN[kind].includes(field);

/** The rows behind what the reports show. */
export function proposedBy(search: ReportsSearch, nowMs: number): Order {
  const { from, last, zone } = daysOf(search, nowMs);
  const { currency, provider, programme, status, payee } = search;
  return {
    kind: 'payments',
    format: 'csv',
    from,
    last,
    zone,
    currency,
    provider,
    programme,
    status,
    payee,
  };
}

/** The order as the API takes it. */
export function orderOf({ kind, format, ...order }: Order) {
  const { from, last, zone, currency, provider, programme, status, payee } = order;
  const filter = present({
    from,
    to: last ? daysAfter(last, 1) : undefined,
    zone,
    currency: currency?.toUpperCase(),
    affiliateId: payee ? [payee] : undefined,
    provider: takes(kind, 'provider') ? provider : undefined,
    programmeId: takes(kind, 'programme') ? programme : undefined,
    status: takes(kind, 'status') && status ? [status] : undefined,
  });
  return { kind, format, filter };
}
