import type { ErrorDetail } from '../errors.ts';
import { rateProblems } from './rate-problems.ts';
import { problem, repeated, tooMany, wrongAmount, wrongCurrency, wrongWhole } from './wrong.ts';
import type {
  CurrencyAmount,
  CurrencyRate,
  EligibilityTerms,
  FeeTerms,
  Frequency,
  PayoutLimit,
  PayoutTerms,
  Terms,
} from './terms.ts';

/** Problems that one answer lists at most. */
const PROBLEMS_MAX = 100;
/** Entries of one list: more than there are currencies, and methods of a currency. */
const ENTRIES_MAX = 1_000;
const DAYS_MAX = 3_650;

/**
 * What is wrong with terms, by the names of their fields in the API; none means that every amount
 * can be reckoned by them. At most 100 problems.
 */
export function termsProblems(terms: Terms): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  for (const found of problemsOf(terms)) {
    problems.push(found);
    if (problems.length === PROBLEMS_MAX) break;
  }
  return problems;
}

function* problemsOf(terms: Terms): Generator<ErrorDetail> {
  if (terms.eligibility) yield* eligibilityProblems(terms.eligibility);
  if (terms.commission) yield* entryProblems('commission', terms.commission);
  if (terms.fee) yield* feeProblems(terms.fee);
  if (terms.holdingDays !== undefined) {
    yield* problem('holdingDays', wrongWhole(terms.holdingDays, 0, DAYS_MAX));
  }
  if (terms.payout) yield* payoutProblems(terms.payout);
  if (terms.frequency) yield* frequencyProblems(terms.frequency);
}

const WINDOWS = ['attributionDays', 'orderWindowDays', 'customerWindowDays'] as const;

function* eligibilityProblems(terms: EligibilityTerms): Generator<ErrorDetail> {
  for (const window of WINDOWS) {
    const days = terms[window];
    if (days !== null) yield* problem(`eligibility.${window}`, wrongWhole(days, 1, DAYS_MAX));
  }
  yield* amountsProblems('eligibility.minimumOrders', terms.minimumOrders);
}

function* feeProblems(terms: FeeTerms): Generator<ErrorDetail> {
  yield* entryProblems('fee.rates', terms.rates);
  yield* amountsProblems('fee.monthlyMinimums', terms.monthlyMinimums);
  if (terms.bearer === 'platform' && terms.monthlyMinimums.length > 0) {
    const reason = 'charge the payee, who bears no fee here; leave them out';
    yield { path: 'fee.monthlyMinimums', reason };
  }
}

function* entryProblems(path: string, entries: readonly CurrencyRate[]): Generator<ErrorDetail> {
  yield* problem(path, tooMany(entries.length, ENTRIES_MAX, 'entries'));
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const at = `${path}.${index}`;
    yield* problem(`${at}.currency`, wrongCurrency(entry.currency));
    yield* problem(`${at}.currency`, repeated(seen, entry.currency ?? 'all others'));
    yield* rateProblems(at, entry);
  }
}

function* amountsProblems(
  path: string,
  amounts: readonly CurrencyAmount[],
): Generator<ErrorDetail> {
  yield* problem(path, tooMany(amounts.length, ENTRIES_MAX, 'entries'));
  const seen = new Set<string>();
  for (const [index, { currency, amountMinor }] of amounts.entries()) {
    yield* problem(`${path}.${index}.currency`, wrongCurrency(currency));
    yield* problem(`${path}.${index}.currency`, repeated(seen, currency));
    yield* problem(`${path}.${index}.amount`, wrongAmount(amountMinor));
  }
}

/** What tells limits apart: two of one list must differ in it. */
const limitKey = ({ currency, method, country }: PayoutLimit): string =>
  JSON.stringify([currency, method, country]);

function* payoutProblems({ minimums, maximums }: PayoutTerms): Generator<ErrorDetail> {
  yield* limitProblems('payout.minimums', minimums);
  yield* limitProblems('payout.maximums', maximums);
  const least = new Map(minimums.map((limit) => [limitKey(limit), limit.amountMinor]));
  for (const [index, limit] of maximums.entries()) {
    const path = `payout.maximums.${index}.amount`;
    if (limit.amountMinor === 0n) yield { path, reason: 'must be above zero' };
    else if (limit.amountMinor < (least.get(limitKey(limit)) ?? 0n)) {
      yield { path, reason: 'is below the minimum for the same currency, method and country' };
    }
  }
}

function* limitProblems(path: string, limits: readonly PayoutLimit[]): Generator<ErrorDetail> {
  yield* problem(path, tooMany(limits.length, ENTRIES_MAX, 'entries'));
  const seen = new Set<string>();
  for (const [index, limit] of limits.entries()) {
    const at = `${path}.${index}`;
    yield* problem(`${at}.currency`, wrongCurrency(limit.currency));
    yield* problem(`${at}.currency`, repeated(seen, limitKey(limit)));
    yield* problem(`${at}.amount`, wrongAmount(limit.amountMinor));
    if (limit.method !== null && !/^\S{1,100}$/.test(limit.method)) {
      yield {
        path: `${at}.method`,
        reason: 'must be a name of 1 to 100 characters without blanks',
      };
    }
    if (limit.country !== null && !/^[A-Z]{2}$/.test(limit.country)) {
      yield { path: `${at}.country`, reason: 'must be an ISO-3166 code in upper case, like DE' };
    }
  }
}

function* frequencyProblems(frequency: Frequency): Generator<ErrorDetail> {
  if (frequency.every === 'month' && frequency.day !== null) {
    yield* problem('frequency.day', wrongWhole(frequency.day, 1, 31));
  }
  if ('weekday' in frequency && frequency.weekday !== null) {
    yield* problem('frequency.weekday', wrongWhole(frequency.weekday, 1, 7));
  }
}
