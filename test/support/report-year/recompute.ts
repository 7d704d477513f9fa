import { beginOf, bucketOf, bucketsBetween, dayIn } from './clocks.ts';
import type { Raw, RawPayment } from './raw.ts';

/** A period as a test asks for it: days of a zone, the second not included. */
export interface Asked {
  zone: string;
  from: string;
  to: string;
}

/** Rows of a report as the API answers them. */
export type Row = Record<string, unknown>;

const sum = (amounts: readonly bigint[]): number => Number(amounts.reduce((a, b) => a + b, 0n));
const sumOf = (payments: readonly RawPayment[]): number =>
  sum(payments.map(({ amount }) => amount));
const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();

/** Groups rows by a text. */
export function groupBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

const successRate = (payments: readonly RawPayment[]): number | null => {
  const of = (status: string) => payments.filter((payment) => payment.status === status).length;
  const ended = of('COMPLETED') + of('FAILED') + of('RETURNED');
  return ended === 0 ? null : of('COMPLETED') / ended;
};

/** The payments of a period by one of their instants. */
export const within = (
  payments: readonly RawPayment[],
  { zone, from, to }: Asked,
  at: (payment: RawPayment) => number | null,
): RawPayment[] => {
  const [begin, end] = [beginOf(zone, from), beginOf(zone, to)];
  return payments.filter((payment) => {
    const instant = at(payment);
    return instant !== null && instant >= begin && instant < end;
  });
};

const made = ({ made: at }: RawPayment): number => at;
const settled = ({ completed }: RawPayment): number | null => completed;

type Group = 'status' | 'provider' | 'currency' | 'programme';

/** The rows of a time series, payment by payment. */
export function timeSeries(
  { payments }: Raw,
  asked: Asked & { grain: string; basis: 'made' | 'paid'; group?: Group },
): Row[] {
  const { zone, grain, group, basis } = asked;
  const at = basis === 'made' ? made : settled;
  const meant = within(payments, asked, at).map((payment) =>
    basis === 'made' ? payment : { ...payment, status: 'COMPLETED' },
  );
  const buckets = bucketsBetween(asked.from, asked.to, grain);
  const byBucket = groupBy(meant, (payment) =>
    JSON.stringify([
      payment.currency,
      group ? payment[group] : '',
      bucketOf(dayIn(zone, at(payment) ?? 0), grain),
    ]),
  );
  return sorted(meant.map(({ currency }) => currency)).flatMap((currency) => {
    const own = meant.filter((payment) => payment.currency === currency);
    return sorted(own.map((payment) => (group ? payment[group] : ''))).flatMap((name) =>
      buckets.map((bucket, place) => {
        const found = byBucket.get(JSON.stringify([currency, name, bucket])) ?? [];
        const completed = found.filter(({ status }) => status === 'COMPLETED');
        const next = buckets[place + 1] ?? asked.to;
        return {
          bucket,
          from: new Date(beginOf(zone, bucket < asked.from ? asked.from : bucket)).toISOString(),
          to: new Date(beginOf(zone, next)).toISOString(),
          group: group ? name : null,
          currency,
          payments: found.length,
          amount: sumOf(found),
          completed: completed.length,
          completedAmount: sumOf(completed),
          failed: found.filter(({ status }) => status === 'FAILED').length,
          returned: found.filter(({ status }) => status === 'RETURNED').length,
          successRate: successRate(found),
        };
      }),
    );
  });
}

/** The rows of the report of affiliates, by id and currency. `before` is the period of comparison. */
export function affiliates(raw: Raw, asked: Asked, before: Asked): Row[] {
  const { zone, from, to } = asked;
  const [begin, end] = [beginOf(zone, from), beginOf(zone, to)];
  const isIn = (at: number) => at >= begin && at < end;
  const key = (payee: string | null, currency: string) => `${payee}/${currency}`;
  const by = <Item extends { payee: string | null; currency: string }>(items: readonly Item[]) =>
    groupBy(items, ({ payee, currency }) => key(payee, currency));
  const ofMade = by(within(raw.payments, asked, made));
  const ofPaid = by(within(raw.payments, asked, settled));
  const ofBefore = by(within(raw.payments, before, settled));
  const ofEver = by(raw.payments.filter(({ completed }) => completed !== null && completed < end));
  const earned = by(
    raw.commissions.filter(
      (each) =>
        isIn(each.earned) &&
        each.status !== 'REVERSED' &&
        !['write_off', 'part'].includes(each.kind),
    ),
  );
  const maturing = by(raw.commissions.filter(({ status }) => status === 'PENDING'));
  const owed = by(raw.payables.filter(({ paid }) => !paid));
  const converted = by(
    raw.conversions.filter(
      (each) => isIn(each.at) && each.payee !== null && each.status !== 'CANCELLED' && !each.test,
    ),
  );
  // Anything of all time gives a payee a row in that currency; who has nothing has one in its own.
  const ever = groupBy(
    [...raw.payments, ...raw.commissions, ...raw.payables.filter(({ paid }) => !paid)],
    ({ payee }) => payee,
  );
  return raw.payees
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap((payee) => {
      const inPeriod = [...converted.keys()].length === 0 ? [] : currenciesOf(converted, payee.id);
      const currencies = sorted([
        ...(ever.get(payee.id) ?? []).map(({ currency }) => currency),
        ...inPeriod,
      ]);
      return (currencies.length > 0 ? currencies : [payee.currency]).map((currency) => {
        const at = key(payee.id, currency);
        const paid = ofPaid.get(at) ?? [];
        const ended = (ofMade.get(at) ?? []).filter(({ status }) =>
          ['COMPLETED', 'FAILED', 'RETURNED'].includes(status),
        );
        const last = Math.max(...(ofEver.get(at) ?? []).map(({ completed }) => completed ?? 0));
        const conversions = converted.get(at) ?? [];
        return {
          affiliateId: payee.id,
          externalId: payee.externalId,
          fullName: payee.name,
          currency,
          earnedAmount: sum((earned.get(at) ?? []).map(({ amount }) => amount)),
          paidAmount: sumOf(paid),
          paidPayments: paid.length,
          averagePaidAmount: paid.length === 0 ? null : Math.round(sumOf(paid) / paid.length),
          trendAmount: sumOf(paid) - sumOf(ofBefore.get(at) ?? []),
          pendingAmount:
            sum((owed.get(at) ?? []).map(({ amount }) => amount)) +
            sum((maturing.get(at) ?? []).map(({ amount }) => amount)),
          conversions: conversions.filter(
            ({ amount, reversed }) => reversed === 0n || amount > reversed,
          ).length,
          conversionAmount: sum(conversions.map(({ amount, reversed }) => amount - reversed)),
          failureRate:
            ended.length === 0
              ? null
              : ended.filter(({ status }) => status === 'FAILED').length / ended.length,
          lastPaidAt: Number.isFinite(last) ? new Date(last).toISOString() : null,
        };
      });
    });
}

const currenciesOf = (groups: ReadonlyMap<string, unknown>, payee: string): string[] =>
  [...groups.keys()]
    .filter((key) => key.startsWith(`${payee}/`))
    .map((key) => key.slice(payee.length + 1));

const SPANS: readonly (readonly [name: string, days: number])[] = [
  ['over 90', 91],
  ['61-90', 61],
  ['31-60', 31],
  ['8-30', 8],
  ['0-7', -Infinity],
];
const ageOf = (asOf: number, since: number): string => {
  const days = Math.floor((asOf - since) / 86_400_000);
  return SPANS.find(([, from]) => days >= from)?.[0] ?? '';
};

/** The rows of the report of ages at an instant, in no order. */
export function aging(raw: Raw, asOf: number): Row[] {
  const found: {
    kind: string;
    currency: string;
    provider: string | null;
    status: string | null;
    age: string;
    payee: string;
    payment: boolean;
    amount: bigint;
  }[] = [];
  const free = raw.payables.filter(({ paid, claimed }) => !paid && !claimed);
  for (const own of groupBy(free, ({ payee, currency }) => `${payee}/${currency}`).values()) {
    const [{ payee, currency } = { payee: '', currency: '' }] = own;
    const add = (items: typeof own) => items.reduce((total, { amount }) => total + amount, 0n);
    const since = (items: typeof own) =>
      Math.min(...(items.length > 0 ? items : own).map(({ oldest }) => oldest));
    const push = (kind: string, amount: bigint, oldest: number) => {
      if (amount === 0n) return;
      const age = ageOf(asOf, oldest);
      found.push({
        kind,
        currency,
        provider: null,
        status: null,
        age,
        payee,
        payment: false,
        amount,
      });
    };
    const [open, held] = [own.filter((each) => !each.held), own.filter((each) => each.held)];
    const [all, opened] = [add(own), add(open)];
    if (all < 0n) push('debt', -all, since(own));
    else {
      const payable = opened > 0n ? opened : 0n;
      push('payable', payable, since(open));
      push('held', all - payable, since(held));
    }
  }
  for (const { status, currency, provider, payee, amount, ...at } of raw.payments) {
    if (!['PROCESSING', 'UNKNOWN', 'ON_HOLD'].includes(status)) continue;
    const since = status === 'ON_HOLD' ? (at.held ?? at.updated) : (at.submitted ?? at.made);
    const age = ageOf(asOf, since);
    found.push({ kind: 'stuck', currency, provider, status, age, payee, payment: true, amount });
  }
  const groups = groupBy(found, ({ kind, currency, provider, status, age }) =>
    JSON.stringify([kind, currency, provider, status, age]),
  );
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows;
    if (!first) return [];
    const { kind, currency, provider, status, age, payment } = first;
    return {
      kind,
      currency,
      provider,
      status,
      age,
      affiliates: new Set(rows.map(({ payee }) => payee)).size,
      payments: payment ? rows.length : null,
      amount: sum(rows.map(({ amount }) => amount)),
    };
  });
}
