import type { Db } from '../../db/client.ts';
import type { RuleTarget } from '../../db/queries/add-rule-version.ts';
import {
  AFFILIATE_CONVERSIONS_MAX,
  countWindows,
  loadConversionPage,
  type ConversionRow,
} from '../../db/queries/conversion-pages.ts';
import { readReach, type ProgrammeReach } from '../../db/queries/programme-reach.ts';
import { affiliatesTried, type TriedAffiliate } from '../../db/queries/dry-run-affiliates.ts';
import { loadRuleVersions, RulesInForce } from '../../db/queries/rules-in-force.ts';
import type { Programme } from '../../db/queries/programmes.ts';
import { DomainError } from '../../domain/errors.ts';
import {
  TIER_PERIODS,
  type CurrencyRate,
  type TierPeriod,
  type Terms,
} from '../../domain/rules/terms.ts';
import { makeZoneCalendar, type ZoneCalendar } from '../../domain/rules/zone-calendar.ts';
import { sumsOf, type TriedPeriod } from './affiliate-sums.ts';
import { Differences } from './differences.ts';
import { layOver } from './lay-over.ts';

/** What is tried out: terms of a target, over which span, and on which period. */
export interface DryRun {
  programme: Programme;
  target: RuleTarget;
  terms: Terms;
  /** The span that the terms are laid over, `to` not included; none for an open end. */
  laid: { from: Date; to: Date | null };
  period: { from: Date; to: Date };
}

/** What came of it. `left` counts the lines that are not listed. */
export interface Tried {
  differences: Differences;
  /** Up to when the world was looked at. */
  asOf: Date;
}

/** Affiliates that are looked for at once. */
const AFFILIATES_PAGE = 1_000;
/** Conversions that are held at once, unless one affiliate has more. */
const CONVERSIONS_PAGE = 5_000;
/** Differences that are listed; the largest. */
const LINES_MAX = 1_000;

/** Everything that a page of affiliates is reckoned by. */
interface Ground {
  db: Db;
  programmeId: string;
  reach: ProgrammeReach;
  calendar: ZoneCalendar;
  /** From when on conversions are read: the start of the longest period of a tier. */
  windowMs: number;
  asOf: Date;
  now: RulesInForce;
  proposed: RulesInForce;
  period: TriedPeriod;
}

/**
 * Reckons the conversions of a past period twice, by the rules in force and with one version more, as
 * both would have stood at the end of the period; changes nothing. Affiliates are read in pages, so
 * memory does not grow with their number. `now` is the time of the call: nothing later is looked at.
 *
 * Throws `invalid_state` for an affiliate with more conversions than are calculated at once.
 */
export async function dryRun(db: Db, given: DryRun, now: Date): Promise<Tried> {
  const ground = await groundOf(db, given, now);
  const differences = new Differences(LINES_MAX);
  for (let after = ''; ;) {
    const found = await affiliatesTried(db, given.target, given.period, after, AFFILIATES_PAGE);
    for (const page of await inPages(ground, found)) await tryPage(ground, page, differences);
    const last = found.at(-1);
    if (!last || found.length < AFFILIATES_PAGE) break;
    after = last.id;
  }
  return { differences, asOf: ground.asOf };
}

async function groundOf(db: Db, given: DryRun, now: Date): Promise<Ground> {
  const { programme, target, terms, laid, period } = given;
  const programmeId = programme.id;
  const [read, versions] = await Promise.all([
    readReach(db, programmeId),
    loadRuleVersions(db, programmeId, target.payeeId === null ? null : [target.payeeId]),
  ]);
  if (!read) throw new Error(`the programme ${programmeId} is gone`);
  const reach = reachWith(read, terms);
  const [fromMs, toMs] = [period.from.getTime(), period.to.getTime()];
  const calendar = makeZoneCalendar(programme.zone, fromMs, toMs);
  const whole = reach.longest ?? (reach.monthly ? 'month' : null);
  const proposal = {
    ruleId: '',
    version: 0,
    groupName: target.groupName,
    payeeId: target.payeeId,
    fromMs: laid.from.getTime(),
    toMs: laid.to?.getTime() ?? null,
    terms,
  };
  return {
    db,
    programmeId,
    reach,
    calendar,
    windowMs: whole === null ? fromMs : calendar.periodOf(whole, fromMs).start,
    asOf: new Date(Math.min(toMs - 1, now.getTime())),
    now: new RulesInForce(versions),
    proposed: new RulesInForce(layOver(versions, proposal)),
    period: { fromMs, toMs: Math.min(toMs, now.getTime()) },
  };
}

/** What must be read by the rules that stand and by these terms together. */
function reachWith(reach: ProgrammeReach, { commission, fee, eligibility }: Terms): ProgrammeReach {
  const periods = [...(commission ?? []), ...(fee?.rates ?? [])].flatMap(periodOf);
  return {
    ...reach,
    longest: longestOf([...periods, ...(reach.longest === null ? [] : [reach.longest])]),
    monthly: reach.monthly || (fee?.monthlyMinimums.length ?? 0) > 0,
    orders: reach.orders || typeof eligibility?.orderWindowDays === 'number',
    customers: reach.customers || typeof eligibility?.customerWindowDays === 'number',
  };
}

const periodOf = ({ rate }: CurrencyRate): TierPeriod[] =>
  rate.kind === 'tiers' ? [rate.period] : [];

/** The list of all periods goes from the shortest to the longest. */
const longestOf = (periods: readonly TierPeriod[]): TierPeriod | null =>
  TIER_PERIODS.findLast((period) => periods.includes(period)) ?? null;

/** Cuts affiliates into pages by how many conversions they have. */
async function inPages(
  { db, programmeId, windowMs, asOf }: Ground,
  affiliates: readonly TriedAffiliate[],
): Promise<TriedAffiliate[][]> {
  if (affiliates.length === 0) return [];
  const windows = affiliates.map(({ id }) => ({ payeeId: id, fromMs: windowMs }));
  const counts = await countWindows(db, programmeId, windows, asOf);
  const pages: TriedAffiliate[][] = [];
  let held = Infinity;
  for (const [index, affiliate] of affiliates.entries()) {
    const count = counts[index] ?? 0;
    if (count > AFFILIATE_CONVERSIONS_MAX) throw tooMany(affiliate.id);
    if (held + count > CONVERSIONS_PAGE) {
      pages.push([]);
      held = 0;
    }
    held += count;
    pages.at(-1)?.push(affiliate);
  }
  return pages;
}

const tooMany = (affiliateId: string): DomainError =>
  new DomainError(
    'invalid_state',
    `The affiliate ${affiliateId} has more than ${AFFILIATE_CONVERSIONS_MAX.toLocaleString('en-US')} conversions to look at; try a shorter period.`,
  );

async function tryPage(
  ground: Ground,
  affiliates: readonly TriedAffiliate[],
  differences: Differences,
): Promise<void> {
  const { db, programmeId, reach, windowMs, asOf } = ground;
  const windows = affiliates.map(({ id }) => ({ payeeId: id, fromMs: windowMs }));
  // What was charged for months before is not looked at: both sides are reckoned.
  const read = { ...reach, monthly: false };
  const { conversions } = await loadConversionPage(db, programmeId, windows, asOf, read);
  let next = 0;
  for (const [index, affiliate] of affiliates.entries()) {
    const first = next;
    while (conversions[next]?.place === index + 1) next += 1;
    tryAffiliate(ground, affiliate, conversions.slice(first, next), differences);
  }
}

function tryAffiliate(
  { now, proposed, calendar, period }: Ground,
  affiliate: TriedAffiliate,
  rows: readonly ConversionRow[],
  differences: Differences,
): void {
  const ofNow = sumsOf(affiliate, rows, now, calendar, period);
  const ofProposed = sumsOf(affiliate, rows, proposed, calendar, period);
  const counts = new Map<string, number>();
  for (const { currency, occurred_ms } of rows) {
    if (occurred_ms >= period.fromMs) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  }
  differences.affiliates += 1;
  for (const currency of new Set([...ofNow.keys(), ...ofProposed.keys()])) {
    const sum = differences.sumOf(currency);
    for (const [side, found] of [
      [sum.now, ofNow.get(currency)],
      [sum.proposed, ofProposed.get(currency)],
    ] as const) {
      side.netMinor += found?.netMinor ?? 0n;
      side.feesMinor += found?.feesMinor ?? 0n;
      side.minimumFeesMinor += found?.minimumFeesMinor ?? 0n;
    }
    differences.add({
      affiliateId: affiliate.id,
      currency,
      conversions: counts.get(currency) ?? 0,
      nowMinor: ofNow.get(currency)?.netMinor ?? 0n,
      proposedMinor: ofProposed.get(currency)?.netMinor ?? 0n,
    });
  }
}
