import type { ConversionFacts, Earning, IneligibleCode } from '../../../domain/rules/conversion.ts';
import type {
  CurrencyRate,
  Rounding,
  SimpleRate,
  TierPeriod,
} from '../../../domain/rules/terms.ts';
import type { DrawnCase } from './draw-earnings.ts';

const DAY_MS = 86_400_000;

/**
 * The same earnings reckoned another way: each conversion by itself, looking through all others for
 * what came before it; periods by the date that the clocks of the zone show; marginal parts as the
 * difference of two sums over what each tier adds to the rate below it. Answers one line for each
 * conversion, by id, and one for each month that is charged.
 */
export function earnSlowly(drawn: DrawnCase): string[] {
  const counting = drawn.conversions.filter((facts) => slowCode(drawn, facts) === null);
  const earned = drawn.conversions.map((facts) => {
    const code = slowCode(drawn, facts);
    return { facts, earning: code === null ? earnOne(drawn, facts, counting) : nothing(code) };
  });
  const lines = earned.map(({ facts, earning }) => lineOf(facts.id, earning));
  return [...lines.toSorted(), ...slowMonths(drawn, earned)];
}

/** A whole earning in one line. */
export const lineOf = (id: string, earning: Earning): string =>
  [
    id,
    earning.code,
    earning.countedMinor,
    earning.commissionMeasure,
    earning.feeMeasure,
    earning.grossMinor,
    earning.feeMinor,
    earning.netMinor,
  ].join(' ');

const nothing = (code: IneligibleCode): Earning => ({
  code,
  countedMinor: 0n,
  commissionMeasure: 0n,
  feeMeasure: 0n,
  grossMinor: 0n,
  feeMinor: 0n,
  netMinor: 0n,
});

function slowCode({ affiliate }: DrawnCase, facts: ConversionFacts): IneligibleCode | null {
  const { terms, occurredAt: at, currency, amountMinor, reversedMinor, customer } = facts;
  const limits = terms?.eligibility;
  const daysSince = (before: number | null) => (before === null ? null : (at - before) / DAY_MS);
  const click = daysSince(facts.clickedAt);
  const tooSoon = (before: number | null, days: number | null | undefined) => {
    const since = daysSince(before);
    return since !== null && typeof days === 'number' && since < days;
  };
  const names = [affiliate?.externalId, affiliate?.email].map((name) => name?.toUpperCase());
  const checks: [IneligibleCode, boolean][] = [
    ['test_order', facts.test],
    ['unknown_affiliate', affiliate === null],
    ['affiliate_suspended', (affiliate?.suspendedAt ?? Infinity) <= at],
    ['not_confirmed', facts.status === 'PENDING'],
    ['cancelled', facts.status === 'CANCELLED'],
    ['refunded', reversedMinor > 0n && amountMinor - reversedMinor <= 0n],
    [
      'self_referral',
      limits?.selfReferral !== 'allow' &&
        customer !== null &&
        names.includes(customer.toUpperCase()),
    ],
    [
      'outside_attribution_window',
      click !== null &&
        typeof limits?.attributionDays === 'number' &&
        (click < 0 || click > limits.attributionDays),
    ],
    ['duplicate_order', tooSoon(facts.sameOrderAt, limits?.orderWindowDays)],
    ['duplicate_customer', tooSoon(facts.sameCustomerAt, limits?.customerWindowDays)],
    [
      'below_minimum_order',
      limits?.minimumOrders.some(
        (each) => each.currency === currency && each.amountMinor > amountMinor,
      ) === true,
    ],
    ['no_rate', slowEntry(terms?.commission ?? [], currency) === undefined],
  ];
  return checks.find(([, applies]) => applies)?.[0] ?? null;
}

const slowEntry = (entries: readonly CurrencyRate[], currency: string): CurrencyRate | undefined =>
  entries.find((each) => each.currency === currency) ??
  entries.find((each) => each.currency === null);

const clocks = new Map<string, Intl.DateTimeFormat>();
const dates = new WeakMap<ConversionFacts, string>();

/** The date that the clocks of a zone show. */
function shownDate(zone: string, at: number): string {
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
  clocks.set(zone, clock);
  return clock.format(at);
}

/** The same of a conversion, looked up once. */
function dateOf(zone: string, facts: ConversionFacts): string {
  const date = dates.get(facts) ?? shownDate(zone, facts.occurredAt);
  dates.set(facts, date);
  return date;
}

function periodIn(period: TierPeriod, date: string): string {
  const [year = '', month = ''] = date.split('-');
  if (period === 'all') return 'all';
  if (period === 'year') return year;
  return period === 'month' ? `${year}-${month}` : `${year} ${Math.ceil(Number(month) / 3)}`;
}

function earnOne(
  drawn: DrawnCase,
  facts: ConversionFacts,
  counting: readonly ConversionFacts[],
): Earning {
  const { terms, currency } = facts;
  const countedMinor = net(facts);
  const rounding = terms?.rounding ?? 'half_up';
  const commission = slowEntry(terms?.commission ?? [], currency);
  const fee = slowEntry(terms?.fee?.rates ?? [], currency);
  const commissionMeasure = slowMeasure(drawn, facts, counting, commission);
  const feeMeasure = slowMeasure(drawn, facts, counting, fee);
  const grossMinor = slowRate(commission, countedMinor, commissionMeasure, rounding);
  const wanted = slowRate(fee, countedMinor, feeMeasure, rounding);
  const payeeBears = terms?.fee?.bearer === 'payee';
  const netMinor = !payeeBears ? grossMinor : wanted > grossMinor ? 0n : grossMinor - wanted;
  const feeMinor = payeeBears ? grossMinor - netMinor : wanted;
  return {
    code: null,
    countedMinor,
    commissionMeasure,
    feeMeasure,
    grossMinor,
    feeMinor,
    netMinor,
  };
}

const net = (facts: ConversionFacts): bigint => facts.amountMinor - facts.reversedMinor;

function slowMeasure(
  { calendar: { zone } }: DrawnCase,
  facts: ConversionFacts,
  counting: readonly ConversionFacts[],
  entry: CurrencyRate | undefined,
): bigint {
  const rate = entry?.rate;
  if (rate?.kind !== 'tiers') return 0n;
  const period = periodIn(rate.period, dateOf(zone, facts));
  let [volume, count] = [0n, 0n];
  for (const other of counting) {
    if (other.currency !== facts.currency) continue;
    if (periodIn(rate.period, dateOf(zone, other)) !== period) continue;
    const isBefore =
      other.occurredAt < facts.occurredAt ||
      (other.occurredAt === facts.occurredAt && other.externalId < facts.externalId);
    if (rate.mode === 'marginal' && !isBefore) continue;
    volume += net(other);
    count += 1n;
  }
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  return rate.measure === 'count' ? count : volume > most ? most : volume;
}

function slowRate(
  entry: CurrencyRate | undefined,
  amount: bigint,
  measure: bigint,
  rounding: Rounding,
): bigint {
  if (!entry) return 0n;
  const { rate, floorMinor, capMinor } = entry;
  let exact: bigint;
  if (rate.kind === 'tiers' && rate.mode === 'marginal' && rate.measure === 'volume') {
    exact = upTo(rate.tiers, measure + amount) - upTo(rate.tiers, measure);
  } else if (rate.kind === 'tiers') exact = simple(lastFrom(rate.tiers, measure), amount);
  else if (rate.kind === 'brackets') exact = simple(lastFrom(rate.brackets, amount), amount);
  else exact = simple(rate, amount);
  let settled = slowRound(exact, rounding);
  if (amount > 0n && floorMinor !== null && floorMinor > settled) settled = floorMinor;
  return capMinor !== null && capMinor < settled ? capMinor : settled;
}

/** What a volume comes to from 0 on, in ten-thousandths. */
export function upTo(tiers: readonly { from: bigint; rate: SimpleRate }[], volume: bigint): bigint {
  let [sum, rateBelow] = [0n, 0n];
  for (const { from, rate } of tiers) {
    const bps = rate.kind === 'percentage' ? BigInt(rate.bps) : 0n;
    if (volume > from) sum += (volume - from) * (bps - rateBelow);
    rateBelow = bps;
  }
  return sum;
}

const lastFrom = (steps: readonly { from: bigint; rate: SimpleRate }[], at: bigint): SimpleRate =>
  steps.findLast(({ from }) => from <= at)?.rate ?? { kind: 'flat', amountMinor: 0n };

const simple = (rate: SimpleRate, amount: bigint): bigint =>
  rate.kind === 'flat' ? rate.amountMinor * 10_000n : amount * BigInt(rate.bps);

function slowRound(exact: bigint, rounding: Rounding): bigint {
  if (rounding === 'down') return exact / 10_000n;
  if (rounding === 'up') return (exact + 9_999n) / 10_000n;
  const doubled = 2n * exact + 10_000n;
  const up = doubled / 20_000n;
  return rounding === 'half_even' && doubled % 20_000n === 0n && up % 2n === 1n ? up - 1n : up;
}

function slowMonths(
  { calendar: { zone }, asOf, monthTerms }: DrawnCase,
  earned: readonly { facts: ConversionFacts; earning: Earning }[],
): string[] {
  const fee = monthTerms?.fee;
  if (fee?.bearer !== 'payee') return [];
  const now = periodIn('month', shownDate(zone, asOf));
  const fees = new Map<string, bigint>();
  for (const { facts, earning } of earned) {
    const month = periodIn('month', dateOf(zone, facts));
    if (earning.code !== null || month >= now) continue;
    const key = `${month}-01 ${facts.currency}`;
    const borne = facts.terms?.fee?.bearer === 'payee' ? earning.feeMinor : 0n;
    fees.set(key, (fees.get(key) ?? 0n) + borne);
  }
  return [...fees]
    .flatMap(([key, paid]) => {
      const least =
        fee.monthlyMinimums.find((each) => key.endsWith(each.currency))?.amountMinor ?? 0n;
      return least === 0n ? [] : [`${key} ${paid} ${least} ${paid < least ? least - paid : 0n}`];
    })
    .toSorted();
}
