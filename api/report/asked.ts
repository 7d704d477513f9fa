import { z } from '@hono/zod-openapi';
import { isDay } from '../../domain/calendar/days.ts';
import { instantAt, isZone } from '../../domain/calendar/local-time.ts';
import { PAYMENT_STATES } from '../../domain/payment.ts';
import { PERIOD_DAYS_MAX, type Period } from '../../domain/report/period.ts';
import type { PaymentFilter } from '../../db/queries/report/payment-sums.ts';
import { invalid } from '../http/problems.ts';
import {
  amountQuery,
  currencyCode,
  idOf,
  positiveAmount,
  providerName,
} from '../schemas/common.ts';

/** So many affiliates one report may name. */
export const REPORT_IDS_MAX = 10_000;

const DAY_MS = 86_400_000;

const dayOrInstant = z
  .union(
    [z.iso.date(), z.iso.datetime({ offset: true })],
    'must be a day (2026-01-31) or an instant (2026-01-31T12:00:00Z)',
  )
  .meta({ type: 'string', description: 'A day begins at midnight in `zone`.' });

/** Which period is asked for. */
const period = {
  from: dayOrInstant,
  to: dayOrInstant.meta({ description: 'Not included.' }),
  zone: z
    .string()
    .max(60)
    .refine(isZone, 'must be a zone of the IANA database, like Europe/Berlin')
    .default('UTC'),
};

export const REPORT_FORMATS = ['json', 'csv'] as const;

const format = z
  .enum(REPORT_FORMATS)
  .default('json')
  .meta({ description: '`csv` needs the permission `export`.' });

/** What reports of the books can be filtered by, in a query string and in a body. */
export const booksFilter = { ...period, currency: currencyCode.optional(), format };

const common = {
  ...booksFilter,
  provider: providerName.optional(),
  programmeId: idOf('programme').optional(),
};

const tooMany = `at most ${REPORT_IDS_MAX.toLocaleString('en')} ids may be given`;
const state = z.enum(PAYMENT_STATES);

/** One value of a query string, or several under the same name. */
const oneOrMore = <Item extends z.ZodType<string>>(
  item: Item,
  { max, tooMany, wrong }: { max: number; tooMany: string; wrong: string },
) =>
  z
    .union([z.array(item).max(max, tooMany), item.transform((value) => [value])], wrong)
    .meta({ type: 'array' });

const statesAsked = {
  max: PAYMENT_STATES.length,
  tooMany: 'names a state twice',
  wrong: `must be one of ${PAYMENT_STATES.join(', ')}`,
};
const idsAsked = {
  max: REPORT_IDS_MAX,
  tooMany,
  wrong: 'must be an id like aff_… (32 hex digits)',
};

/** The filters of reports as they stand in a query string. */
export const reportQuery = {
  ...common,
  status: oneOrMore(state, statesAsked).optional(),
  affiliateId: oneOrMore(idOf('payee'), idsAsked).optional(),
  minAmount: amountQuery.optional(),
  maxAmount: amountQuery.optional(),
};

const amountBody = positiveAmount.transform(BigInt).meta({ type: 'integer' });

/** The same in a body, for more affiliates than an address can hold. */
export const reportBody = {
  ...common,
  status: z.array(state).max(statesAsked.max, statesAsked.tooMany).optional(),
  affiliateId: z.array(idOf('payee')).max(REPORT_IDS_MAX, tooMany).optional(),
  minAmount: amountBody.optional(),
  maxAmount: amountBody.optional(),
};

/** What a query or a body of a report comes to. */
export interface ReportAsked {
  from: string;
  to: string;
  zone: string;
  format: (typeof REPORT_FORMATS)[number];
  currency?: string | undefined;
  provider?: string | undefined;
  programmeId?: string | undefined;
  status?: string[] | undefined;
  affiliateId?: string[] | undefined;
  minAmount?: bigint | undefined;
  maxAmount?: bigint | undefined;
}

/** Nothing was paid before, and what is further off is a mistake. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;

/** The period that is asked for; 422 where it is none, longer than ten years, or out of all reason. */
export function periodOf({ from, to, zone }: Pick<ReportAsked, 'from' | 'to' | 'zone'>): Period {
  const asked = { from: startOf(from, zone), to: startOf(to, zone), zone };
  for (const name of ['from', 'to'] as const) {
    if (asked[name] >= Date.UTC(FIRST_YEAR, 0) && asked[name] < Date.UTC(LAST_YEAR + 1, 0))
      continue;
    throw invalid(name, `must lie in the years ${FIRST_YEAR} to ${LAST_YEAR}`);
  }
  if (asked.to <= asked.from) throw invalid('to', 'must be after `from`');
  if (asked.to - asked.from > PERIOD_DAYS_MAX * DAY_MS) {
    throw invalid('to', `must be at most ${PERIOD_DAYS_MAX} days (ten years) after \`from\``);
  }
  return asked;
}

const startOf = (text: string, zone: string): number =>
  isDay(text) ? instantAt(text, '00:00', zone) : Date.parse(text);

/** The payments that are asked for; 422 where amounts are compared over currencies. */
export function filterOf(asked: ReportAsked): PaymentFilter {
  const { minAmount, maxAmount, currency } = asked;
  if ((minAmount ?? maxAmount) !== undefined && currency === undefined) {
    throw invalid('currency', 'is needed beside an amount: amounts of currencies do not compare');
  }
  if (minAmount !== undefined && maxAmount !== undefined && minAmount > maxAmount) {
    throw invalid('maxAmount', 'must not be below `minAmount`');
  }
  return {
    currency,
    provider: asked.provider,
    programmeId: asked.programmeId,
    statuses: asked.status,
    payeeIds: asked.affiliateId,
    minAmountMinor: minAmount,
    maxAmountMinor: maxAmount,
  };
}
