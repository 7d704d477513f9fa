import { beginOf, bucketsBetween, dayIn, bucketOf } from './clocks.ts';
import type { Raw, RawAttempt, RawLine, RawPayment } from './raw.ts';
import { groupBy, within, type Asked, type Row } from './recompute.ts';

const STATES = [
  'PENDING',
  'PROCESSING',
  'UNKNOWN',
  'ON_HOLD',
  'FAILED',
  'COMPLETED',
  'CANCELLED',
  'RETURNED',
];

const total = (items: readonly { amount: bigint }[]): number =>
  Number(items.reduce((sum, { amount }) => sum + amount, 0n));
const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();
const kindOf = ({ entry }: RawLine): string => entry.split(':')[1] ?? '';

const linesWithin = (lines: readonly RawLine[], { zone, from, to }: Asked): RawLine[] => {
  const [begin, end] = [beginOf(zone, from), beginOf(zone, to)];
  return lines.filter(({ at }) => at >= begin && at < end);
};

/** Of the summary what each currency, measure and state says: numbers and amounts, now and before. */
export function summary(raw: Raw, asked: Asked, before: Asked): Row[] {
  const figures = (period: Asked) => {
    const lines = linesWithin(raw.lines, period).filter((line) => kindOf(line) === 'returned');
    return {
      made: within(raw.payments, period, ({ made }) => made),
      paid: within(raw.payments, period, ({ completed }) => completed),
      returned: lines.filter(({ account }) => account === 'payee_payable'),
      parts: lines
        .filter(({ account }) => account.startsWith('returned/'))
        .map((line) => ({ ...line, amount: line.side === 'credit' ? line.amount : -line.amount })),
    };
  };
  const [now, then] = [figures(asked), figures(before)];
  const all = [now, then].flatMap(({ made, paid, returned, parts }) => [
    ...made,
    ...paid,
    ...returned,
    ...parts,
  ]);
  return sorted(all.map(({ currency }) => currency)).flatMap((currency) => {
    const of = <Item extends { currency: string; amount: bigint }>(items: readonly Item[]) =>
      items.filter((item) => item.currency === currency);
    const row = (
      measure: string,
      status: string | null,
      here: readonly { amount: bigint }[],
      there: readonly { amount: bigint }[],
      counts = [here.length, there.length],
    ): Row => ({
      currency,
      measure,
      status,
      payments: counts[0],
      paymentsBefore: counts[1],
      amount: total(here),
      beforeAmount: total(there),
      changeAmount: total(here) - total(there),
      averageAmount: counts[0] ? Math.floor(total(here) / counts[0] + 0.5) : null,
    });
    const credits = (items: readonly { side: string }[]) =>
      items.filter(({ side }) => side === 'credit').length;
    return [
      row('made', null, of(now.made), of(then.made)),
      ...STATES.map((status) => {
        const inState = (payments: readonly RawPayment[]) =>
          of(payments).filter((payment) => payment.status === status);
        return row('made', status, inState(now.made), inState(then.made));
      }),
      row('paid', null, of(now.paid), of(then.paid)),
      row('returned', null, of(now.returned), of(then.returned)),
      row('returned_partly', null, of(now.parts), of(then.parts), [
        credits(of(now.parts)),
        credits(of(then.parts)),
      ]),
    ];
  });
}

/** A percentile between the two values around it, as the definition of `percentile_cont` says. */
function between(values: readonly number[], p: number): number | null {
  if (values.length === 0) return null;
  const place = p * (values.length - 1);
  const [low, high] = [values[Math.floor(place)] ?? 0, values[Math.ceil(place)] ?? 0];
  return low + (place - Math.floor(place)) * (high - low);
}

const UNSENT = ['cancelled_by_person', 'parked_too_long', 'refunded', 'approval_expired'];

/** The rows of the report of methods, in no order; times in milliseconds, to a thousandth. */
export function methods(raw: Raw, asked: Asked): Row[] {
  const meant = within(raw.payments, asked, ({ made }) => made);
  const groups = groupBy(meant, ({ provider, channel, currency }) =>
    JSON.stringify([provider, channel, currency]),
  );
  return [...groups.values()].flatMap((payments) => {
    const [first] = payments;
    if (!first) return [];
    const of = (status: string) => payments.filter((payment) => payment.status === status).length;
    const took = payments
      .flatMap(({ completed, submitted }) =>
        completed !== null && submitted !== null ? [completed - submitted] : [],
      )
      .toSorted((a, b) => a - b);
    const failures = payments.filter(
      ({ status, code }) =>
        status === 'RETURNED' ||
        status === 'FAILED' ||
        (status === 'CANCELLED' && code !== null && !UNSENT.includes(code)),
    );
    const codes = [...groupBy(failures, ({ code }) => code ?? 'unknown')]
      .map(([code, found]) => ({ code, count: found.length }))
      .toSorted((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
    const ended = of('COMPLETED') + of('FAILED') + of('RETURNED');
    return {
      provider: first.provider,
      channel: first.channel,
      currency: first.currency,
      payments: payments.length,
      amount: total(payments),
      completed: of('COMPLETED'),
      failed: of('FAILED'),
      returned: of('RETURNED'),
      successRate: ended === 0 ? null : of('COMPLETED') / ended,
      tookP50Ms: rounded(between(took, 0.5)),
      tookP95Ms: rounded(between(took, 0.95)),
      tookP99Ms: rounded(between(took, 0.99)),
      failureCodes: codes.map(({ code, count }) => `${code}=${count}`).join(' '),
    };
  });
}

/** What is left of a number of milliseconds that was worked out in floating point. */
export const rounded = (ms: unknown): number | null =>
  typeof ms === 'number' ? Math.round(ms * 1_000) / 1_000 : null;

/** The rows of the report of failures without what providers' words mean, in no order. */
export function failures(raw: Raw, asked: Asked): Row[] {
  const [begin, end] = [beginOf(asked.zone, asked.from), beginOf(asked.zone, asked.to)];
  const payments = new Map(raw.payments.map((payment) => [payment.id, payment]));
  const newest = new Map<string, number>();
  for (const { payment, generation } of raw.attempts) {
    newest.set(payment, Math.max(newest.get(payment) ?? 0, generation));
  }
  const failed = raw.attempts.filter(
    ({ status, closed }) =>
      status === 'FAILED' && closed !== null && closed >= begin && closed < end,
  );
  const found = failed.flatMap((attempt) => {
    const payment = payments.get(attempt.payment);
    return payment ? [{ attempt, payment, own: ownCode(attempt, payment, newest) }] : [];
  });
  const groups = groupBy(found, ({ attempt, payment, own }) =>
    JSON.stringify([payment.provider, attempt.code, own, payment.currency]),
  );
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows;
    if (!first) return [];
    const each = [...new Map(rows.map(({ payment }) => [payment.id, payment])).values()];
    const are = (...states: string[]) =>
      each.filter(({ status }) => states.includes(status)).length;
    return {
      provider: first.payment.provider,
      providerCode: first.attempt.code,
      own: first.own,
      currency: first.payment.currency,
      failures: rows.length,
      payments: each.length,
      affiliates: new Set(each.map(({ payee }) => payee)).size,
      amount: total(each),
      lastSeenAt: new Date(
        Math.max(...rows.map(({ attempt }) => attempt.closed ?? 0)),
      ).toISOString(),
      stillFailed: are('FAILED', 'CANCELLED'),
      paidLater: are('COMPLETED', 'RETURNED'),
    };
  });
}

/** Our own word, where the provider said none of the newest attempt. */
const ownCode = (
  { code, generation }: RawAttempt,
  payment: RawPayment,
  newest: ReadonlyMap<string, number>,
): string | null => (code === null && generation === newest.get(payment.id) ? payment.code : null);

/** The rows of fees and tax by month, without minimum fees. */
export function feesAndTax(raw: Raw, asked: Asked): Row[] {
  const lines = linesWithin(raw.lines, asked).filter(({ account }) =>
    ['platform_revenue', 'tax_payable'].includes(account),
  );
  return sorted(lines.map(({ currency }) => currency)).flatMap((currency) =>
    bucketsBetween(asked.from, asked.to, 'month').map((month) => {
      const of = (account: string, side: string) =>
        total(
          lines.filter(
            (line) =>
              line.currency === currency &&
              line.account === account &&
              line.side === side &&
              bucketOf(dayIn(asked.zone, line.at), 'month') === month,
          ),
        );
      const [fees, feesBack] = [of('platform_revenue', 'credit'), of('platform_revenue', 'debit')];
      const [tax, taxBack] = [of('tax_payable', 'credit'), of('tax_payable', 'debit')];
      return {
        month,
        currency,
        feesAmount: fees,
        feesRefundedAmount: feesBack,
        feesNetAmount: fees - feesBack,
        taxAmount: tax,
        taxRefundedAmount: taxBack,
        taxNetAmount: tax - taxBack,
      };
    }),
  );
}

const SECTIONS: Readonly<Record<string, string>> = {
  earned: 'earned',
  split: 'escrow_released',
  refunded: 'escrow_refunded',
  settled: 'payout',
  returned: 'returned',
};

/** The rows of the payout report, in no order. */
export function payoutReport(raw: Raw, asked: Asked): Row[] {
  const sources = new Map(raw.batches.map(({ id, source }) => [id, source]));
  const [begin, end] = [beginOf(asked.zone, asked.from), beginOf(asked.zone, asked.to)];
  const owed = raw.lines
    .filter(({ account, at }) => account === 'payee_payable' && at < end)
    .map((line) => ({ ...line, amount: line.side === 'credit' ? line.amount : -line.amount }));
  const failed = within(raw.payments, asked, ({ made }) => made).filter(
    ({ status }) => status === 'FAILED',
  );
  return [...groupBy(owed, ({ currency }) => currency)].flatMap(([currency, own]) => {
    const changes = groupBy(
      own.filter(({ at }) => at >= begin),
      (line) =>
        JSON.stringify([
          SECTIONS[kindOf(line)] ?? 'other',
          kindOf(line) === 'settled' ? sources.get(line.batch ?? '') : null,
        ]),
    );
    const ofCurrency = failed.filter((payment) => payment.currency === currency);
    const balance = (section: string, lines: readonly RawLine[]): Row => ({
      section,
      category: null,
      currency,
      entries: null,
      amount: total(lines),
    });
    return [
      balance(
        'start',
        own.filter(({ at }) => at < begin),
      ),
      ...[...changes].map(([key, lines]): Row => {
        const [section, category] = JSON.parse(key) as [string, string | null];
        return { section, category, currency, entries: lines.length, amount: total(lines) };
      }),
      balance('end', own),
      ...(ofCurrency.length === 0
        ? []
        : [
            {
              section: 'failed',
              category: null,
              currency,
              entries: ofCurrency.length,
              amount: total(ofCurrency),
            },
          ]),
    ];
  });
}
