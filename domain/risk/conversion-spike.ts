import type { RiskFinding } from './finding.ts';
import type { RiskSettings } from './settings.ts';
import { money, percent, ratio, several, times } from './words.ts';

/** What an affiliate earned in one currency. */
export interface EarningFacts {
  payeeId: string;
  currency: string;
  /** In the last 24 hours, before anything was taken back. */
  dayMinor: bigint;
  /** Days with earnings in the 90 days before, and what they came to on average. */
  usualDays: number;
  usualMinor: bigint | null;
  /** Of the last 30 days: how many earnings, their sum, and what was taken back of it. */
  earnings: number;
  earnedMinor: bigint;
  takenBackMinor: bigint;
  /** A person let such a finding pass lately. */
  spikeAccepted: boolean;
  refundsAccepted: boolean;
}

/** An affiliate earns far more in a day than on its other days, or much of it is given back. */
export function conversionSpike(
  facts: EarningFacts,
  settings: RiskSettings['conversion_spike'],
): RiskFinding[] {
  if (!settings.enabled) return [];
  return [spike(facts, settings), refunds(facts, settings)].filter((each) => each !== null);
}

type Settings = RiskSettings['conversion_spike'];

function spike(facts: EarningFacts, settings: Settings): RiskFinding | null {
  const { payeeId, currency, dayMinor, usualDays, usualMinor } = facts;
  if (facts.spikeAccepted || usualMinor === null || usualMinor <= 0n) return null;
  if (usualDays < settings.leastUsualDays) return null;
  const factor = ratio(dayMinor, usualMinor);
  if (factor <= settings.timesUsualAbove) return null;
  return found(facts, settings, {
    subject: `${payeeId} earnings`,
    explanation: `This affiliate earned ${money(dayMinor, currency)} within 24 hours, ${times(factor)} times the usual ${money(usualMinor, currency)} of ${several(usualDays, 'earning day')} in 90 days.`,
    evidence: {
      currency,
      dayMinor: String(dayMinor),
      usualMinor: String(usualMinor),
      usualDays,
    },
  });
}

function refunds(facts: EarningFacts, settings: Settings): RiskFinding | null {
  const { payeeId, currency, earnings, earnedMinor, takenBackMinor } = facts;
  if (facts.refundsAccepted || earnings < settings.leastEarnings || earnedMinor <= 0n) return null;
  const share = ratio(takenBackMinor, earnedMinor);
  if (share <= settings.refundShareAbove) return null;
  return found(facts, settings, {
    subject: `${payeeId} refunds`,
    explanation: `${percent(share)} of the ${money(earnedMinor, currency)} that this affiliate earned in 30 days was taken back, more than ${percent(settings.refundShareAbove)}.`,
    evidence: {
      currency,
      earnedMinor: String(earnedMinor),
      takenBackMinor: String(takenBackMinor),
      earnings,
    },
  });
}

const found = (
  { payeeId }: EarningFacts,
  { level }: Settings,
  said: Pick<RiskFinding, 'subject' | 'explanation' | 'evidence'>,
): RiskFinding => ({ rule: 'conversion_spike', level, action: 'held', payeeId, ...said });
