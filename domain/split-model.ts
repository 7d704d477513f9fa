import { isCurrency } from './currency.ts';
import { DomainError, type ErrorDetail } from './errors.ts';
import { AMOUNT_MINOR_MAX } from './limits.ts';

/** Basis points that make a whole: one of them is a hundredth of a percent. */
export const WHOLE_BPS = 10_000;
const SPLIT_RECIPIENTS_MAX = 10_000;
const FEE_TIERS_MAX = 100;
/** Problems that one refusal lists at most. */
const PROBLEMS_MAX = 100;

/** Who has a share of what is divided; the cap is the most that this share may come to. */
export interface SplitRecipient {
  recipientId: string;
  shareBps: number;
  capMinor: bigint | null;
}

/** The part of an amount above `fromMinor`, up to the next tier, bears this rate. */
export interface FeeTier {
  fromMinor: bigint;
  feeBps: number;
}

/** What a recipient gets before anything is divided. */
export interface FixedAmount {
  recipientId: string;
  amountMinor: bigint;
}

/** How a project divides what its escrows release. Amounts are minor units of `currency`. */
export interface SplitModel {
  /** Their shares sum to 10,000. */
  recipients: readonly SplitRecipient[];
  /** Counts below the first tier. */
  platformFeeBps: number;
  /** Strictly rising; none for one rate. */
  platformFeeTiers: readonly FeeTier[];
  platformFeeCapMinor: bigint | null;
  /** By recipient; none for those who are not in it. */
  taxWithholdingBps: Readonly<Record<string, number>>;
  /** At most one for each recipient, who may also be one without a share. */
  fixedAmounts: readonly FixedAmount[];
  /** Needed where the model holds amounts. A model without a currency divides amounts of any. */
  currency: string | null;
}

/**
 * What is wrong with a model, by the names of its fields in the API; none means that it can divide
 * amounts. At most 100 problems.
 */
export function splitModelProblems(model: SplitModel): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  for (const found of problemsOf(model)) {
    problems.push(found);
    if (problems.length === PROBLEMS_MAX) break;
  }
  return problems;
}

/** Throws `split_invalid` with every problem of the model. */
export function assertSplitModel(model: SplitModel): void {
  const problems = splitModelProblems(model);
  const [first] = problems;
  if (!first) return;
  throw new DomainError(
    'split_invalid',
    `The split model is not valid: ${first.path}: ${first.reason}`,
    problems,
  );
}

function* problemsOf(model: SplitModel): Generator<ErrorDetail> {
  const ids = new Set<string>();
  yield* recipientProblems(model.recipients, ids);
  yield* problem('platformFeeBps', wrongBps(model.platformFeeBps));
  yield* tierProblems(model.platformFeeTiers);
  yield* problem('platformFeeCapAmount', wrongAmount(model.platformFeeCapMinor));
  yield* fixedAmountProblems(model.fixedAmounts, ids);
  yield* taxProblems(model.taxWithholdingBps, ids);
  yield* currencyProblem(model);
}

function* recipientProblems(
  recipients: readonly SplitRecipient[],
  ids: Set<string>,
): Generator<ErrorDetail> {
  if (recipients.length === 0) {
    yield { path: 'recipients', reason: 'must name at least one recipient' };
  }
  yield* problem('recipients', tooMany(recipients.length, SPLIT_RECIPIENTS_MAX, 'recipients'));
  let [sum, rates, takers] = [0, 0, 0];
  for (const [index, { recipientId, shareBps, capMinor }] of recipients.entries()) {
    if (ids.has(recipientId)) {
      const reason = 'is named by an earlier recipient too';
      yield { path: `recipients.${index}.recipientId`, reason };
    }
    ids.add(recipientId);
    const [wrongShare, wrongCap] = [wrongBps(shareBps), wrongAmount(capMinor)];
    if (wrongShare) yield { path: `recipients.${index}.shareBps`, reason: wrongShare };
    if (wrongCap) yield { path: `recipients.${index}.capAmount`, reason: wrongCap };
    sum += shareBps;
    if (!wrongShare) rates += 1;
    if (shareBps > 0 && capMinor === null) takers += 1;
  }
  // The sum says something only where each share is one.
  if (recipients.length > 0 && rates === recipients.length) {
    yield* problem('recipients', wrongShares(sum, takers));
  }
}

/** What is wrong with shares that are rates all of them. */
function wrongShares(sum: number, takers: number): string | null {
  if (sum !== WHOLE_BPS) {
    return `the shares sum to ${grouped(sum)} basis points; they must sum to ${grouped(WHOLE_BPS)}`;
  }
  return takers > 0
    ? null
    : 'everybody with a share has a cap; leave it out for one, who takes what the caps cut off';
}

function* tierProblems(tiers: readonly FeeTier[]): Generator<ErrorDetail> {
  yield* problem('platformFeeTiers', tooMany(tiers.length, FEE_TIERS_MAX, 'tiers'));
  for (const [index, { fromMinor, feeBps }] of tiers.entries()) {
    const path = `platformFeeTiers.${index}`;
    const before = tiers[index - 1];
    yield* problem(`${path}.fromAmount`, wrongAmount(fromMinor));
    if (before && fromMinor <= before.fromMinor) {
      yield { path: `${path}.fromAmount`, reason: 'must be above that of the tier before' };
    }
    yield* problem(`${path}.feeBps`, wrongBps(feeBps));
  }
}

/** Adds to `ids` those who have a fixed amount alone. */
function* fixedAmountProblems(
  fixedAmounts: readonly FixedAmount[],
  ids: Set<string>,
): Generator<ErrorDetail> {
  const seen = new Set<string>();
  for (const [index, { recipientId, amountMinor }] of fixedAmounts.entries()) {
    if (seen.has(recipientId)) {
      const reason = 'has a fixed amount already; add the two up';
      yield { path: `fixedAmounts.${index}.recipientId`, reason };
    }
    seen.add(recipientId);
    ids.add(recipientId);
    const reason = wrongAmount(amountMinor);
    if (reason) yield { path: `fixedAmounts.${index}.amount`, reason };
  }
  if (fixedAmounts.length > 0) {
    yield* problem('fixedAmounts', tooMany(ids.size, SPLIT_RECIPIENTS_MAX, 'recipients'));
  }
}

function* taxProblems(
  taxes: Readonly<Record<string, number>>,
  ids: ReadonlySet<string>,
): Generator<ErrorDetail> {
  for (const [recipientId, bps] of Object.entries(taxes)) {
    const reason = ids.has(recipientId) ? wrongBps(bps) : 'is no recipient of this model';
    if (reason) yield { path: `taxWithholdingBps.${recipientId.slice(0, 200)}`, reason };
  }
}

function* currencyProblem(model: SplitModel): Generator<ErrorDetail> {
  const { currency } = model;
  if (currency === null) {
    if (!holdsAmounts(model)) return;
    yield { path: 'currency', reason: 'is needed, since the model holds amounts' };
  } else if (!isCurrency(currency)) {
    yield { path: 'currency', reason: 'must be an ISO-4217 code in upper case, like USD' };
  }
}

const holdsAmounts = (model: SplitModel): boolean =>
  model.platformFeeCapMinor !== null ||
  model.platformFeeTiers.length > 0 ||
  model.fixedAmounts.length > 0 ||
  model.recipients.some(({ capMinor }) => capMinor !== null);

function* problem(path: string, reason: string | null): Generator<ErrorDetail> {
  if (reason !== null) yield { path, reason };
}

/** What is wrong with a rate; null for nothing. */
const wrongBps = (bps: number): string | null =>
  Number.isInteger(bps) && bps >= 0 && bps <= WHOLE_BPS
    ? null
    : `must be a whole number of basis points from 0 to ${grouped(WHOLE_BPS)}`;

/** What is wrong with an amount that may be left out; null for nothing. */
function wrongAmount(amountMinor: bigint | null): string | null {
  if (amountMinor === null) return null;
  if (amountMinor <= 0n) return 'must be above zero';
  return amountMinor > AMOUNT_MINOR_MAX ? 'is larger than an amount may be' : null;
}

const tooMany = (count: number, countMax: number, of: string): string | null =>
  count > countMax ? `makes ${grouped(count)} ${of}; at most ${grouped(countMax)} are taken` : null;

const grouped = (count: number): string => count.toLocaleString('en-US');
