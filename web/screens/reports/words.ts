import type { RowOf } from './api.ts';
import type { ReportsSearch, ReportTab } from './search.ts';
import type { Export } from './queries.ts';
import type { Tone } from '../../lib/words.ts';

/** What each report is called, and what it says. */
export const TAB_WORDS: Readonly<Record<ReportTab, { label: string; lead: string }>> = {
  summary: {
    label: 'Summary',
    lead: 'What a period brought: made, paid, returned, beside the period before.',
  },
  'time-series': {
    label: 'Over time',
    lead: 'Payments by day, week or month, without gaps.',
  },
  affiliates: {
    label: 'Affiliates',
    lead: 'What each affiliate earned, was paid and is owed.',
  },
  methods: {
    label: 'Methods',
    lead: 'Which ways of paying work, how fast, and why they fail where they do.',
  },
  failures: {
    label: 'Failures',
    lead: 'What failed, why, what helps, and what became of it.',
  },
  aging: {
    label: 'Aging',
    lead: 'How old what is owed is, and which payments are stuck. As of now, without a period.',
  },
  reconciliation: {
    label: 'Reconciliation',
    lead: 'Our books against the providers’, day by day in UTC.',
  },
  'fees-and-tax': {
    label: 'Fees and tax',
    lead: 'Platform fees, tax withheld and minimum fees by month, from the books.',
  },
  'payout-report': {
    label: 'Payout report',
    lead: 'What was owed at the start, what changed it, what is owed at the end, from the books.',
  },
  exports: {
    label: 'Exports',
    lead: 'Files of rows, however many: a job makes each, and it is kept for seven days.',
  },
};

export const MEASURE_WORDS: Readonly<Record<RowOf<'summary'>['measure'], string>> = {
  made: 'Made',
  paid: 'Paid',
  returned: 'Returned',
  returned_partly: 'Returned partly',
};

export const SECTION_WORDS: Readonly<Record<RowOf<'payout-report'>['section'], string>> = {
  start: 'Owed at the start',
  earned: 'Earned',
  written_off: 'Written off',
  escrow_released: 'Released from escrow',
  escrow_refunded: 'Refunded from escrow',
  payout: 'Paid out',
  returned: 'Came back',
  other: 'Other',
  end: 'Owed at the end',
  failed: 'Failed, still owed',
};

export const AGING_WORDS: Readonly<Record<RowOf<'aging'>['kind'], string>> = {
  payable: 'Payable',
  held: 'Held',
  debt: 'Owed to us',
  stuck: 'Stuck payments',
};

export const AGES: readonly RowOf<'aging'>['age'][] = ['0-7', '8-30', '31-60', '61-90', 'over 90'];

export const RETRY_WORDS: Readonly<Record<NonNullable<RowOf<'failures'>['retry']>, string>> = {
  never: 'never by itself',
  later: 'after a wait',
  halt: 'when the provider takes payments again',
};

export const GRAIN_WORDS: Readonly<Record<NonNullable<ReportsSearch['grain']>, string>> = {
  day: 'Day',
  week: 'Week',
  month: 'Month',
};
export const BASIS_WORDS: Readonly<Record<NonNullable<ReportsSearch['basis']>, string>> = {
  made: 'When they were made',
  paid: 'When they were settled',
};
export const GROUP_WORDS: Readonly<Record<NonNullable<ReportsSearch['group']>, string>> = {
  status: 'State',
  provider: 'Provider',
  currency: 'Currency',
  programme: 'Programme',
};
export const FIGURE_WORDS: Readonly<Record<NonNullable<ReportsSearch['measure']>, string>> = {
  amount: 'Amount',
  payments: 'Payments',
  rate: 'Success rate',
};
export const SORT_WORDS: Readonly<Record<NonNullable<ReportsSearch['sort']>, string>> = {
  paid: 'Most paid',
  earned: 'Most earned',
  name: 'Name',
};

export const EXPORT_WORDS: Readonly<Record<Export['status'], { label: string; tone: Tone }>> = {
  QUEUED: { label: 'Queued', tone: 'wait' },
  RUNNING: { label: 'Being made', tone: 'move' },
  DONE: { label: 'Done', tone: 'good' },
  FAILED: { label: 'Failed', tone: 'bad' },
  EXPIRED: { label: 'Gone', tone: 'off' },
};

const KIND_WORDS: Readonly<Record<string, string>> = {
  payments: 'Payments',
  commissions: 'Commissions',
  ledger_entries: 'Ledger entries',
  affiliates: 'Affiliates',
};

export const kindLabel = (kind: string): string => KIND_WORDS[kind] ?? kind;
