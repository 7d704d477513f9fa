/** What a change of the security policy, or of an approval rule, lets pass more easily, in words. */
export function loweredGuards(action: string, details: Record<string, unknown>): string[] {
  if (action === 'approval_rule.deleted') return ['an approval rule, which is gone'];
  const before = recordOf(details['before']);
  const after = recordOf(details['after']);
  if (action === 'approval_rule.changed') {
    return before['enabled'] !== false && after['enabled'] === false
      ? ['an approval rule, which is off']
      : [];
  }
  const moved = (field: string): number => numberOf(after[field]) - numberOf(before[field]);
  return [
    ...(moved('highValueAmount') > 0 ? ['the threshold of high value'] : []),
    ...(moved('secondApproverFactor') > 0 ? ['the threshold of two approvers'] : []),
    ...(moved('undoWindowSeconds') < 0 ? ['the undo window'] : []),
    ...(moved('accountCooldownHours') < 0 ? ['the wait of changed accounts'] : []),
  ];
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** Zero for what is no number, so that what was not there before or after has not moved. */
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
