import { riskSettings, type RiskSettings } from './settings.ts';

/** What a change of policy, approval rules, rates or allow-lists lets pass more easily, in words. */
export function loweredGuards(
  action: string,
  details: Record<string, unknown>,
  { rateFallAbove }: Pick<RiskSettings['raised_limits'], 'rateFallAbove'>,
): string[] {
  const before = recordOf(details['before']);
  const after = recordOf(details['after']);
  switch (action) {
    case 'approval_rule.deleted':
      return ['an approval rule, which is gone'];
    case 'approval_rule.changed':
      return changedRule(before, after);
    case 'allow_list.changed':
      return openedList(details);
    case 'currency_rate.set':
      return isFallen(details, rateFallAbove) ? ['the rate of its currency'] : [];
    default:
      return loosenedPolicy(before, after);
  }
}

function changedRule(before: Fields, after: Fields): string[] {
  if (before['enabled'] === false) return [];
  if (after['enabled'] === false) return ['an approval rule, which is off'];
  const asks = ['conditions', 'steps', 'ordered', 'expiresAfterMinutes', 'escalateAfterMinutes'];
  return asks.some((field) => !isSame(before[field], after[field])) ? ['an approval rule'] : [];
}

/** A list that is gone limits nobody; one that was not there before only limits. */
function openedList(details: Record<string, unknown>): string[] {
  if (details['before'] === null || details['before'] === undefined) return [];
  if (details['after'] === null) return ['an allow-list, which is gone'];
  const had = new Set(listOf(recordOf(details['before'])['cidrs']));
  const added = listOf(recordOf(details['after'])['cidrs']).some((cidr) => !had.has(cidr));
  return added ? ['an allow-list, which lets more in'] : [];
}

/** A currency that is worth less, or has a rate at last, is less often of high value. */
function isFallen({ was, after }: Record<string, unknown>, rateFallAbove: number): boolean {
  if (typeof was !== 'string') return true;
  return Number(after) < Number(was) * (1 - rateFallAbove);
}

function loosenedPolicy(before: Fields, after: Fields): string[] {
  const moved = (field: string): number => numberOf(after[field]) - numberOf(before[field]);
  const base = before['baseCurrency'] !== after['baseCurrency'];
  return [
    ...(base ? ['the base currency'] : []),
    ...(moved('highValueAmount') > 0 ? ['the threshold of high value'] : []),
    ...(moved('secondApproverFactor') > 0 ? ['the threshold of two approvers'] : []),
    ...(moved('undoWindowSeconds') < 0 ? ['the undo window'] : []),
    ...(moved('accountCooldownHours') < 0 ? ['the wait of changed accounts'] : []),
    ...changedSettings(before['risk'], after['risk']),
  ];
}

/** Which way a threshold of a rule is looser differs from rule to rule: all but switching one on counts. */
function changedSettings(before: unknown, after: unknown): string[] {
  const [was, is] = [riskSettings.safeParse(before ?? {}), riskSettings.safeParse(after ?? {})];
  if (!was.success || !is.success) return isSame(before, after) ? [] : ['the risk rules'];
  const [old, now] = [recordOf(was.data), recordOf(is.data)];
  return Object.keys(now)
    .filter((rule) => !isSame(old[rule], now[rule]))
    .filter((rule) => !isSame({ ...recordOf(old[rule]), enabled: true }, now[rule]))
    .map((rule) => `the risk rule ${rule}`);
}

type Fields = Record<string, unknown>;

const recordOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Zero for what is no number, so that what was not there before or after has not moved. */
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Both come from one place, with their fields in one order. */
const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
