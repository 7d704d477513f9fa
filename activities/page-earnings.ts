import type { TermsBook, KnownTerms } from '../db/queries/calculation-terms.ts';
import {
  conversionFacts,
  type ConversionPage,
  type ConversionRow,
  type DecisionRow,
  type PayeeFacts,
  type QueuedPayee,
} from '../db/queries/conversion-pages.ts';
import type { RulesInForce } from '../db/queries/rules-in-force.ts';
import type {
  FollowUp,
  NewDecision,
  NewEarning,
  NewFeeMonth,
  PageEarnings,
} from '../db/queries/write-earnings.ts';
import type { AffiliateFacts, Earning } from '../domain/rules/conversion.ts';
import { earningsOf } from '../domain/rules/earnings.ts';
import type { ZoneCalendar } from '../domain/rules/zone-calendar.ts';
import { monthsOfPayee } from './month-earnings.ts';

/** An affiliate that is calculated, with its window. */
export interface PayeeWork {
  payee: QueuedPayee;
  fromMs: number;
}

/** What a calculation goes by. */
export interface Ground {
  programmeId: string;
  asOf: Date;
  calendar: ZoneCalendar;
  rules: RulesInForce;
  terms: TermsBook;
  /** Whether a month may have a minimum fee. */
  monthly: boolean;
  /** Draws the id of the next earning. */
  nextId: () => string;
}

/** One affiliate of a page, with all that is known of it. */
export interface PayeePage extends PayeeWork {
  rows: readonly ConversionRow[];
  facts: PayeeFacts;
}

const DAY_MS = 86_400_000;

/**
 * What a page of affiliates has earned, against what was decided before: only what differs. The same
 * page gives the same but for ids. Terms that decisions hold must be loaded in the book.
 */
export function pageEarnings(
  ground: Ground,
  work: readonly PayeeWork[],
  page: ConversionPage,
): PageEarnings {
  const decisions: NewDecision[] = [];
  const months: NewFeeMonth[] = [];
  const followUps: FollowUp[] = [];
  for (const each of byPayee(work, page)) {
    const terms = each.rows.map((row) => termsOf(ground, each.payee, row));
    const conversions = each.rows.map((row, index) =>
      conversionFacts(row, terms[index]?.terms ?? null),
    );
    const earnings = earningsOf(affiliateOf(each.payee), conversions, ground.calendar);
    for (const [index, row] of each.rows.entries()) {
      const earning = earnings[index];
      if (!earning) throw new Error('the engine left out a conversion');
      const decision = decisionOf(ground, each.payee, row, earning, terms[index] ?? null);
      if (decision) decisions.push(decision);
    }
    if (ground.monthly) {
      const found = monthsOfPayee(ground, each, conversions, earnings);
      months.push(...found.months);
      followUps.push(...found.followUps);
    }
    followUps.push(...nextEvent(each));
  }
  const { programmeId, asOf } = ground;
  return {
    programmeId,
    asOf,
    payees: work.map(({ payee }) => payee),
    decisions,
    months,
    followUps,
  };
}

function byPayee(work: readonly PayeeWork[], { conversions, facts }: ConversionPage): PayeePage[] {
  let next = 0;
  return work.map((each, index) => {
    const first = next;
    while (conversions[next]?.place === index + 1) next += 1;
    const known = facts[index];
    if (!known) throw new Error('a page without the facts of an affiliate');
    return { ...each, rows: conversions.slice(first, next), facts: known };
  });
}

const affiliateOf = (payee: QueuedPayee): AffiliateFacts | null =>
  payee.external_id === null || payee.email === null
    ? null
    : { externalId: payee.external_id, email: payee.email, suspendedAt: payee.suspended_ms };

/**
 * The terms that a conversion was judged by before, unless a person has it judged anew: a changed
 * rule changes nothing that was made. While its affiliate was unknown it was not judged.
 */
function termsOf(ground: Ground, payee: QueuedPayee, row: ConversionRow): KnownTerms | null {
  const { decision } = row;
  const anew = payee.rejudge_ms !== null && row.occurred_ms >= payee.rejudge_ms;
  if (decision && decision.code !== 'unknown_affiliate' && !anew)
    return decision.terms_id === null ? null : ground.terms.loaded(decision.terms_id);
  const target = { id: payee.payee_id, groupName: payee.group_name };
  const inForce = ground.rules.termsAt(target, row.occurred_ms);
  return inForce && ground.terms.of(inForce);
}

/** The ids of the terms that the conversions and months of a page were judged by. */
export function termsNamedBy({ conversions, facts }: ConversionPage): Set<string> {
  const ids = new Set<string>();
  for (const { decision } of conversions) if (decision?.terms_id) ids.add(decision.terms_id);
  for (const { months } of facts) for (const { terms_id } of months) ids.add(terms_id);
  return ids;
}

function decisionOf(
  ground: Ground,
  payee: QueuedPayee,
  row: ConversionRow,
  earning: Earning,
  terms: KnownTerms | null,
): NewDecision | null {
  const termsId = terms?.id ?? null;
  if (row.decision && isSame(row.decision, earning, termsId)) return null;
  const { code, netMinor } = earning;
  const amountMinor = netMinor - (row.decision?.net_minor ?? 0n);
  return {
    conversionId: row.id,
    payeeId: payee.payee_id,
    revision: (row.decision?.revision ?? 0) + 1,
    termsId,
    code,
    countedMinor: earning.countedMinor,
    commissionMeasure: earning.commissionMeasure,
    feeMeasure: earning.feeMeasure,
    grossMinor: earning.grossMinor,
    feeMinor: earning.feeMinor,
    netMinor,
    earning:
      amountMinor === 0n
        ? null
        : { ...bookedAs(ground, row, earning, amountMinor, terms), currency: row.currency },
  };
}

const isSame = (before: DecisionRow, earning: Earning, termsId: string | null): boolean =>
  before.code === earning.code &&
  before.terms_id === termsId &&
  before.net_minor === earning.netMinor &&
  before.gross_minor === earning.grossMinor &&
  before.fee_minor === earning.feeMinor &&
  before.counted_minor === earning.countedMinor &&
  before.commission_measure === earning.commissionMeasure &&
  before.fee_measure === earning.feeMeasure;

/** The first earning of a conversion is payable after the holding time; what is corrected later, not before that. */
function bookedAs(
  { asOf, nextId }: Ground,
  row: ConversionRow,
  earning: Earning,
  amountMinor: bigint,
  terms: KnownTerms | null,
): Omit<NewEarning, 'currency'> {
  const id = nextId();
  const payableMs = row.decision?.available_ms ?? null;
  if (payableMs === null) {
    const availableMs = row.occurred_ms + (terms?.terms.holdingDays ?? 0) * DAY_MS;
    return { id, amountMinor, kind: 'commission', earnedMs: row.occurred_ms, availableMs };
  }
  const at = asOf.getTime();
  return {
    id,
    amountMinor,
    kind: isTakenBack(row, earning, amountMinor) ? 'clawback' : 'adjustment',
    earnedMs: at,
    availableMs: Math.max(at, payableMs),
  };
}

/** True where it earns less since part of itself was given back, or it was cancelled. */
function isTakenBack(row: ConversionRow, earning: Earning, amountMinor: bigint): boolean {
  const counted = row.decision?.counted_minor ?? 0n;
  if (amountMinor > 0n || earning.countedMinor >= counted) return false;
  return (
    row.status === 'CANCELLED' || row.amount_minor - (row.reversal?.reversed_minor ?? 0n) < counted
  );
}

/**
 * When the next thing happens to an affiliate that is known already, and the earliest conversion that
 * anything is still to happen to.
 */
function nextEvent({ payee, rows, facts }: PayeePage): FollowUp[] {
  let dueMs = facts.next_ms ?? Infinity;
  let dirtyMs = dueMs;
  for (const { reversal, occurred_ms } of rows) {
    const reversingMs = reversal?.reversing_ms ?? null;
    if (reversingMs === null) continue;
    dueMs = Math.min(dueMs, reversingMs);
    dirtyMs = Math.min(dirtyMs, occurred_ms);
  }
  return dueMs === Infinity ? [] : [{ payeeId: payee.payee_id, dueMs, dirtyMs }];
}
