import type { Payment } from '../../lib/queries.ts';
import { amountIn, oneOf, present, textOf, type Search } from '../../lib/search.ts';
import { PAYMENT_STATES, PROVIDER_NAMES, type ProviderName } from '../../lib/words.ts';

export const REPORT_NAMES = [
  'summary',
  'time-series',
  'affiliates',
  'methods',
  'failures',
  'aging',
  'reconciliation',
  'fees-and-tax',
  'payout-report',
] as const;
export type ReportName = (typeof REPORT_NAMES)[number];

export const REPORT_TABS = [...REPORT_NAMES, 'exports'] as const;
export type ReportTab = (typeof REPORT_TABS)[number];

export const PERIODS = [
  'month',
  'last-month',
  '7-days',
  '30-days',
  '90-days',
  'quarter',
  'year',
  'last-year',
] as const;
export type PeriodName = (typeof PERIODS)[number];

export const GRAINS = ['day', 'week', 'month'] as const;
export const BASES = ['made', 'paid'] as const;
export const GROUPS = ['status', 'provider', 'currency', 'programme'] as const;
export const MEASURES = ['amount', 'payments', 'rate'] as const;
export const SORTS = ['paid', 'earned', 'name'] as const;

/** What the reports show; which of the filters count, each report says. */
export interface ReportsSearch {
  report?: ReportTab | undefined;
  period?: PeriodName | undefined;
  /** Days of the zone, both included; they go before `period`. */
  from?: string | undefined;
  last?: string | undefined;
  /** UTC unless told, so that an address means the same to everybody. */
  zone?: string | undefined;
  currency?: string | undefined;
  provider?: ProviderName | undefined;
  programme?: string | undefined;
  payee?: string | undefined;
  status?: Payment['status'] | undefined;
  /** In minor units of `currency`. */
  min?: number | undefined;
  max?: number | undefined;
  grain?: (typeof GRAINS)[number] | undefined;
  basis?: (typeof BASES)[number] | undefined;
  group?: (typeof GROUPS)[number] | undefined;
  measure?: (typeof MEASURES)[number] | undefined;
  sort?: (typeof SORTS)[number] | undefined;
  q?: string | undefined;
  /** Charts as tables. */
  as?: 'table' | undefined;
}

export const readReportsSearch = (search: Search): ReportsSearch =>
  present({
    report: oneOf(search['report'], REPORT_TABS),
    period: oneOf(search['period'], PERIODS),
    from: matching(search['from'], DAY),
    last: matching(search['last'], DAY),
    zone: zoneIn(search['zone']),
    currency: matching(search['currency'], /^[A-Z]{3}$/),
    provider: oneOf(search['provider'], PROVIDER_NAMES),
    programme: matching(search['programme'], /^prg_[0-9a-f]{32}$/),
    payee: matching(search['payee'], PAYEE_ID),
    status: oneOf(search['status'], PAYMENT_STATES),
    min: amountIn(search['min']),
    max: amountIn(search['max']),
    grain: oneOf(search['grain'], GRAINS),
    basis: oneOf(search['basis'], BASES),
    group: oneOf(search['group'], GROUPS),
    measure: oneOf(search['measure'], MEASURES),
    sort: oneOf(search['sort'], SORTS),
    q: textOf(search['q']),
    as: oneOf(search['as'], ['table'] as const),
  });

export const PAYEE_ID = /^aff_[0-9a-f]{32}$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

const matching = (value: unknown, form: RegExp): string | undefined =>
  typeof value === 'string' && form.test(value) ? value : undefined;

/** A zone that this browser knows, since it has to say what day it is there. */
function zoneIn(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value }).format();
    return value;
  } catch {
    return undefined;
  }
}
