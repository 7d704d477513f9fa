import { actionOf, type RiskFinding } from './finding.ts';
import type { RiskSettings } from './settings.ts';
import { several } from './words.ts';

/** What came in the name of a provider in the time of the rule. */
export interface WebhookFacts {
  provider: string;
  /** Events without proof. */
  rejections: number;
  /** Payments of which the provider's own read says otherwise than its event. */
  disagreements: readonly string[];
}

/** Forged events arrive, or events that the provider itself does not confirm. */
export function webhookAttack(
  { provider, rejections, disagreements }: WebhookFacts,
  settings: RiskSettings['webhook_attack'],
): RiskFinding[] {
  if (!settings.enabled) return [];
  const { level, disagreementLevel, withinMinutes } = settings;
  const forged: RiskFinding = {
    rule: 'webhook_attack',
    level,
    action: actionOf(level),
    subject: provider,
    explanation: `${several(rejections, 'event')} in the name of ${provider} came without proof within ${withinMinutes} minutes; ${settings.rejections} are suspicious.`,
    evidence: { provider, rejections, withinMinutes },
  };
  const denied = disagreements.map((subject): RiskFinding => ({
    rule: 'webhook_attack',
    level: disagreementLevel,
    action: actionOf(disagreementLevel),
    subject: `${provider} ${subject}`,
    explanation: `An event of ${provider} about ${subject} is not what the provider itself says.`,
    evidence: { provider, reference: subject },
  }));
  return [...(rejections >= settings.rejections ? [forged] : []), ...denied];
}
