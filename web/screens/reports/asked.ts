import type { Payment } from '../../lib/queries.ts';
import { present } from '../../lib/search.ts';
import type { ProviderName } from '../../lib/words.ts';
import { daysAfter, daysOf } from './period.ts';
import type { ReportName, ReportsSearch } from './search.ts';

/** What a report is asked for, as its route takes it. */
export interface ReportQuery {
  from: string;
  to: string;
  zone: string;
  currency?: string | undefined;
  provider?: ProviderName | undefined;
  programmeId?: string | undefined;
  affiliateId?: string | undefined;
  status?: Payment['status'] | undefined;
  minAmount?: string | undefined;
  maxAmount?: string | undefined;
  grain?: ReportsSearch['grain'];
  basis?: ReportsSearch['basis'];
  groupBy?: ReportsSearch['group'];
  sort?: ReportsSearch['sort'];
  q?: string | undefined;
  limit?: string | undefined;
  cursor?: string | undefined;
  format?: 'json' | 'csv' | undefined;
}

type Field = keyof ReportQuery;

const PERIOD: readonly Field[] = ['from', 'to', 'zone'];
const PAYMENTS: readonly Field[] = [
  ...PERIOD,
  'currency',
  'provider',
  'programmeId',
  'affiliateId',
  'status',
  'minAmount',
  'maxAmount',
];

/** The fields that each report knows; it refuses others. */
const KNOWN: Readonly<Record<ReportName, readonly Field[]>> = {
  summary: PAYMENTS,
  'time-series': [...PAYMENTS, 'grain', 'basis', 'groupBy'],
  affiliates: [...PAYMENTS, 'sort', 'q'],
  methods: PAYMENTS,
  failures: PAYMENTS,
  aging: ['currency', 'provider', 'programmeId', 'affiliateId'],
  reconciliation: [...PERIOD, 'currency', 'provider'],
  'fees-and-tax': [...PERIOD, 'currency'],
  'payout-report': [...PERIOD, 'currency', 'affiliateId'],
};

export const knows = (name: ReportName, field: Field): boolean => KNOWN[name].includes(field);

/** What the address asks of a report. A day that is included there ends before the next one here. */
export function queryOf(name: ReportName, search: ReportsSearch, nowMs: number): ReportQuery {
  const { from, last, zone } = daysOf(search, nowMs);
  const amounts = search.currency !== undefined;
  const all: ReportQuery = {
    from,
    to: daysAfter(last, 1),
    zone,
    currency: search.currency,
    provider: search.provider,
    programmeId: search.programme,
    affiliateId: search.payee,
    status: search.status,
    minAmount: amounts ? search.min?.toString() : undefined,
    maxAmount: amounts ? search.max?.toString() : undefined,
    grain: search.grain ?? 'day',
    basis: search.basis ?? 'made',
    groupBy: search.group,
    sort: search.sort ?? 'paid',
    q: search.q,
  };
  const known = Object.entries(all).filter(([field]) => knows(name, field as Field));
  return present(Object.fromEntries(known)) as ReportQuery;
}
