import { z } from '@hono/zod-openapi';
import { exportFilter, type ExportFilter } from '../../db/queries/export/filter.ts';
import { EXPORT_SOURCES } from '../../db/queries/export/sources.ts';
import { isDay } from '../../domain/calendar/days.ts';
import { instantAt, isZone } from '../../domain/calendar/local-time.ts';
import { COMMISSION_STATES } from '../../domain/commission.ts';
import { AMOUNT_MINOR_MAX } from '../../domain/limits.ts';
import { PAYMENT_STATES } from '../../domain/payment.ts';
import { EXPORT_IDS_MAX, type ExportKind } from '../../domain/report/export.ts';
import { PERIOD_DAYS_MAX } from '../../domain/report/period.ts';
import { invalid } from '../http/problems.ts';
import { amountQuery, currencyCode, idOf, providerName, text } from '../schemas/common.ts';
import { entryId, lineFilter } from '../schemas/ledger.ts';

const DAY_MS = 86_400_000;

const dayOrInstant = z
  .union(
    [z.iso.date(), z.iso.datetime({ offset: true })],
    'must be a day (2026-01-31) or an instant (2026-01-31T12:00:00Z)',
  )
  .meta({ type: 'string', description: 'A day begins at midnight in `zone`.' });

const STATES = [...new Set([...PAYMENT_STATES, ...COMMISSION_STATES])];
const state = z.enum(STATES);
const tooManyIds = `at most ${EXPORT_IDS_MAX.toLocaleString('en')} ids may be given`;

/** What rows of any kind may be chosen by; each kind refuses what it does not have. */
const shared = {
  from: dayOrInstant.optional(),
  to: dayOrInstant.optional().meta({ type: 'string', description: 'Not included.' }),
  zone: z
    .string()
    .max(60)
    .refine(isZone, 'must be a zone of the IANA database, like Europe/Berlin')
    .default('UTC'),
  currency: currencyCode.optional(),
  provider: providerName.optional(),
  programmeId: idOf('programme').optional(),
  batchId: lineFilter.batchId,
  paymentId: idOf('payment').optional(),
  escrowId: lineFilter.escrowId,
  entryId: entryId.optional(),
  account: lineFilter.account,
  q: text(300).optional().meta({ description: 'As the list of the kind takes it.' }),
};

const oneOrMore = <Item extends z.ZodType<string>>(item: Item, max: number, tooMany: string) =>
  z
    .union([z.array(item).max(max, tooMany), item.transform((value) => [value])])
    .optional()
    .meta({ type: 'array' });

/** The filters as they stand in a query string. */
export const exportQuery = {
  ...shared,
  status: oneOrMore(state, STATES.length, 'names a state twice'),
  affiliateId: oneOrMore(idOf('payee'), EXPORT_IDS_MAX, tooManyIds),
  minAmount: amountQuery.optional(),
  maxAmount: amountQuery.optional(),
};

const MAX = Number(AMOUNT_MINOR_MAX);
const amount = z
  .int('must be a whole number of minor units')
  .min(-MAX)
  .max(MAX)
  .transform(BigInt)
  .optional()
  .meta({ type: 'integer' });

/** The same in a body. */
export const exportBody = z.strictObject({
  ...shared,
  status: z.array(state).max(STATES.length, 'names a state twice').optional(),
  affiliateId: z.array(idOf('payee')).max(EXPORT_IDS_MAX, tooManyIds).optional(),
  minAmount: amount,
  maxAmount: amount,
});

type Asked = z.infer<typeof exportBody>;

/** How callers name a filter, where that is not its own name. */
const NAMES: Readonly<Partial<Record<keyof ExportFilter, string>>> = {
  payeeIds: 'affiliateId',
  statuses: 'status',
  minAmountMinor: 'minAmount',
  maxAmountMinor: 'maxAmount',
};

/** The rows of a kind that are asked for; 422 for what the kind does not have, or what cannot be. */
export function exportFilterOf(kind: ExportKind, asked: Asked): ExportFilter {
  const { zone, affiliateId, status, minAmount, maxAmount, from, to, ...rest } = asked;
  const filter: ExportFilter = {
    ...rest,
    from: from === undefined ? undefined : startOf(from, zone),
    to: to === undefined ? undefined : startOf(to, zone),
    payeeIds: affiliateId,
    statuses: status,
    minAmountMinor: minAmount?.toString(),
    maxAmountMinor: maxAmount?.toString(),
  };
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const { conditions } = EXPORT_SOURCES[kind];
  for (const [name] of given) {
    const key = name as keyof ExportFilter;
    if (conditions[key] === undefined)
      throw invalid(NAMES[key] ?? key, `is no filter of ${kind}; leave it out`);
  }
  checkStates(kind, status);
  checkPeriod(filter);
  checkAmounts(asked);
  return exportFilter.parse(Object.fromEntries(given));
}

const startOf = (given: string, zone: string): string =>
  new Date(isDay(given) ? instantAt(given, '00:00', zone) : given).toISOString();

function checkStates(kind: ExportKind, status: readonly string[] | undefined): void {
  const known: readonly string[] = kind === 'commissions' ? COMMISSION_STATES : PAYMENT_STATES;
  const unknown = status?.find((each) => !known.includes(each));
  if (unknown !== undefined) throw invalid('status', `must be of ${known.join(', ')}`);
}

function checkPeriod({ from, to }: ExportFilter): void {
  if (from === undefined || to === undefined) return;
  const spanMs = Date.parse(to) - Date.parse(from);
  if (spanMs <= 0) throw invalid('to', 'must be after `from`');
  if (spanMs > PERIOD_DAYS_MAX * DAY_MS)
    throw invalid('to', `must be at most ${PERIOD_DAYS_MAX} days (ten years) after \`from\``);
}

function checkAmounts({ minAmount, maxAmount, currency }: Asked): void {
  if ((minAmount ?? maxAmount) !== undefined && currency === undefined)
    throw invalid('currency', 'is needed beside an amount: amounts of currencies do not compare');
  if (minAmount !== undefined && maxAmount !== undefined && minAmount > maxAmount)
    throw invalid('maxAmount', 'must not be below `minAmount`');
}
