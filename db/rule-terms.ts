import { z } from 'zod';
import { isOneLine } from '../domain/one-line.ts';
import {
  ROUNDINGS,
  TIER_PERIODS,
  type CurrencyAmount,
  type CurrencyRate,
  type EffectiveTerms,
  type PayoutLimit,
  type Rate,
  type SimpleRate,
  type Step,
  type Terms,
} from '../domain/rules/terms.ts';

/** Only types; what an amount, a rate or a number of days may be is `termsProblems` to judge. */
const amount = z
  .int('must be a whole number of minor units')
  .meta({ description: 'Minor units of the currency.' });
const days = z.int('must be a whole number of days');
const whole = z.int('must be a whole number');
const currency = z.string().max(10).meta({ example: 'USD' });
const anyCurrency = currency
  .nullish()
  .meta({ description: 'None for all currencies that no other entry names.' });

const currencyAmount = z.strictObject({ currency, amount }).meta({ id: 'RuleCurrencyAmount' });

const percentage = z.strictObject({
  kind: z.literal('percentage'),
  bps: z
    .int('must be a whole number of basis points')
    .meta({ description: 'Basis points: 10,000 are the whole.' }),
});
const flat = z.strictObject({ kind: z.literal('flat'), amount });

const step = z
  .strictObject({
    from: whole.meta({ description: 'Included; the first begins at 0.' }),
    to: whole.nullish().meta({ description: 'Not included; none for the last.' }),
    rate: z.discriminatedUnion('kind', [percentage, flat]),
  })
  .meta({ id: 'RuleStep' });

const rate = z
  .discriminatedUnion('kind', [
    percentage,
    flat,
    z.strictObject({ kind: z.literal('brackets'), brackets: z.array(step) }),
    z.strictObject({
      kind: z.literal('tiers'),
      measure: z.enum(['volume', 'count']),
      period: z.enum(TIER_PERIODS),
      mode: z.enum(['marginal', 'whole']),
      tiers: z.array(step),
    }),
  ])
  .meta({ id: 'RuleRate' });

const currencyRate = z
  .strictObject({
    currency: anyCurrency,
    rate,
    floorAmount: amount.nullish(),
    capAmount: amount.nullish(),
  })
  .meta({ id: 'RuleCurrencyRate' });

const payoutLimit = z
  .strictObject({
    currency,
    amount,
    method: z
      .string()
      .max(200)
      .refine(isOneLine, 'must not hold control characters')
      .nullish()
      .meta({ description: 'A provider or a channel of one.' }),
    country: z.string().max(10).nullish().meta({ example: 'DE' }),
  })
  .meta({ id: 'RulePayoutLimit' });

const weekday = whole.nullish().meta({ description: '1 is Monday, 7 is Sunday.' });
const frequency = z
  .discriminatedUnion('every', [
    z.strictObject({ every: z.literal('day') }),
    z.strictObject({ every: z.literal('week'), weekday }),
    z.strictObject({ every: z.literal('fortnight'), weekday }),
    z.strictObject({ every: z.literal('month'), day: whole.nullish() }),
    z.strictObject({ every: z.literal('manual') }),
  ])
  .meta({ id: 'RuleFrequency' });

/**
 * Terms as the API takes and gives them, and as the database keeps them; amounts are integers. A
 * section that is left out is not decided here. Holds the shape alone: see `termsProblems` for the rest.
 */
export const termsJson = z
  .strictObject({
    eligibility: z
      .strictObject({
        attributionDays: days.nullish(),
        orderWindowDays: days.nullish(),
        customerWindowDays: days.nullish(),
        minimumOrders: z.array(currencyAmount).optional(),
        selfReferral: z.enum(['refuse', 'allow']).optional(),
      })
      .optional(),
    commission: z.array(currencyRate).optional(),
    fee: z
      .strictObject({
        bearer: z.enum(['payee', 'platform']),
        rates: z.array(currencyRate),
        monthlyMinimums: z.array(currencyAmount).optional(),
      })
      .optional(),
    rounding: z.enum(ROUNDINGS).optional(),
    holdingDays: days.optional(),
    payout: z
      .strictObject({
        minimums: z.array(payoutLimit).optional(),
        maximums: z.array(payoutLimit).optional(),
      })
      .optional(),
    frequency: frequency.optional(),
  })
  .meta({ id: 'RuleTerms' });

export type TermsJson = z.infer<typeof termsJson>;

/** Reads stored or given terms. Throws a `ZodError` for what has not the shape of terms. */
export const readTerms = (json: unknown): Terms => toTerms(termsJson.parse(json));

/** The same from JSON that has been checked; nothing is added to it but what its sections leave out. */
export function toTerms(json: TermsJson): Terms {
  const { eligibility, commission, fee, rounding, holdingDays, payout, frequency } = json;
  return {
    ...(eligibility && {
      eligibility: {
        attributionDays: eligibility.attributionDays ?? null,
        orderWindowDays: eligibility.orderWindowDays ?? null,
        customerWindowDays: eligibility.customerWindowDays ?? null,
        minimumOrders: (eligibility.minimumOrders ?? []).map(readAmount),
        selfReferral: eligibility.selfReferral ?? 'refuse',
      },
    }),
    ...(commission && { commission: commission.map(readCurrencyRate) }),
    ...(fee && {
      fee: {
        bearer: fee.bearer,
        rates: fee.rates.map(readCurrencyRate),
        monthlyMinimums: (fee.monthlyMinimums ?? []).map(readAmount),
      },
    }),
    ...(rounding && { rounding }),
    ...(holdingDays !== undefined && { holdingDays }),
    ...(payout && {
      payout: {
        minimums: (payout.minimums ?? []).map(readLimit),
        maximums: (payout.maximums ?? []).map(readLimit),
      },
    }),
    ...(frequency && { frequency: readFrequency(frequency) }),
  };
}

/** Terms as JSON, which `readTerms` reads back to the same; of effective terms, the sections that hold something. */
export function writeTerms(terms: Terms | EffectiveTerms): TermsJson {
  const { eligibility, commission, fee, rounding, holdingDays, payout, frequency } = terms;
  return {
    ...(eligibility && {
      eligibility: { ...eligibility, minimumOrders: eligibility.minimumOrders.map(writeAmount) },
    }),
    ...(commission && { commission: commission.map(writeCurrencyRate) }),
    ...(fee && {
      fee: {
        bearer: fee.bearer,
        rates: fee.rates.map(writeCurrencyRate),
        monthlyMinimums: fee.monthlyMinimums.map(writeAmount),
      },
    }),
    ...(rounding && { rounding }),
    ...(typeof holdingDays === 'number' && { holdingDays }),
    ...(payout && {
      payout: {
        minimums: payout.minimums.map(writeLimit),
        maximums: payout.maximums.map(writeLimit),
      },
    }),
    ...(frequency && { frequency }),
  };
}

const readAmount = (json: z.infer<typeof currencyAmount>): CurrencyAmount => ({
  currency: json.currency,
  amountMinor: BigInt(json.amount),
});

const readLimit = (json: z.infer<typeof payoutLimit>): PayoutLimit => ({
  ...readAmount(json),
  method: json.method ?? null,
  country: json.country ?? null,
});

const readCurrencyRate = (json: z.infer<typeof currencyRate>): CurrencyRate => ({
  currency: json.currency ?? null,
  rate: readRate(json.rate),
  floorMinor: bigintOrNull(json.floorAmount),
  capMinor: bigintOrNull(json.capAmount),
});

function readRate(json: z.infer<typeof rate>): Rate {
  if (json.kind === 'brackets') return { kind: 'brackets', brackets: json.brackets.map(readStep) };
  if (json.kind === 'tiers') return { ...json, tiers: json.tiers.map(readStep) };
  return readSimpleRate(json);
}

const readStep = (json: z.infer<typeof step>): Step => ({
  from: BigInt(json.from),
  to: bigintOrNull(json.to),
  rate: readSimpleRate(json.rate),
});

const readSimpleRate = (json: z.infer<typeof step>['rate']): SimpleRate =>
  json.kind === 'percentage' ? json : { kind: 'flat', amountMinor: BigInt(json.amount) };

function readFrequency(json: z.infer<typeof frequency>): Exclude<Terms['frequency'], undefined> {
  if (json.every === 'week' || json.every === 'fortnight')
    return { every: json.every, weekday: json.weekday ?? null };
  if (json.every === 'month') return { every: 'month', day: json.day ?? null };
  return json;
}

const writeAmount = ({ currency: code, amountMinor }: CurrencyAmount) => ({
  currency: code,
  amount: Number(amountMinor),
});

const writeLimit = (limit: PayoutLimit) => ({
  ...writeAmount(limit),
  method: limit.method,
  country: limit.country,
});

const writeCurrencyRate = (given: CurrencyRate): z.infer<typeof currencyRate> => ({
  currency: given.currency,
  rate: writeRate(given.rate),
  floorAmount: numberOrNull(given.floorMinor),
  capAmount: numberOrNull(given.capMinor),
});

function writeRate(given: Rate): z.infer<typeof rate> {
  if (given.kind === 'brackets')
    return { kind: 'brackets', brackets: given.brackets.map(writeStep) };
  if (given.kind === 'tiers') return { ...given, tiers: given.tiers.map(writeStep) };
  return writeSimpleRate(given);
}

const writeStep = (given: Step): z.infer<typeof step> => ({
  from: Number(given.from),
  to: numberOrNull(given.to),
  rate: writeSimpleRate(given.rate),
});

const writeSimpleRate = (given: SimpleRate): z.infer<typeof step>['rate'] =>
  given.kind === 'percentage' ? given : { kind: 'flat', amount: Number(given.amountMinor) };

const bigintOrNull = (value: number | null | undefined): bigint | null =>
  value === null || value === undefined ? null : BigInt(value);

const numberOrNull = (value: bigint | null): number | null =>
  value === null ? null : Number(value);
