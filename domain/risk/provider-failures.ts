import type { RiskFinding } from './finding.ts';
import type { RiskSettings } from './settings.ts';
import { percent, several } from './words.ts';

/** What a provider answered for a batch. */
export interface ProviderFacts {
  batchId: string;
  provider: string;
  /** Payments with an end, and those of them that were refused. */
  answers: number;
  refused: number;
  /** The longest run of refusals of accounts, one after the other. */
  invalidInARow: number;
}

/** A provider refuses too much of a batch, or one account after the other. */
export function providerFailures(
  facts: ProviderFacts,
  settings: RiskSettings['provider_failures'],
): RiskFinding | null {
  const { batchId, provider, answers, refused, invalidInARow } = facts;
  if (!settings.enabled) return null;
  const many = answers >= settings.leastAnswers && refused / answers > settings.shareAbove;
  const inARow = invalidInARow >= settings.invalidAccountsInARow;
  if (!many && !inARow) return null;
  const reasons = [
    ...(many
      ? [
          `refused ${refused} of ${answers} payments (${percent(refused / answers)}), more than ${percent(settings.shareAbove)}`,
        ]
      : []),
    ...(inARow ? [`called ${several(invalidInARow, 'account')} in a row invalid`] : []),
  ];
  return {
    rule: 'provider_failures',
    level: settings.level,
    action: 'paused',
    subject: batchId,
    batchId,
    explanation: `The provider ${provider} ${reasons.join(', and ')}.`,
    evidence: { provider, answers, refused, invalidInARow },
  };
}
