import { USUAL_FATE, type Fate } from '../../engine.ts';
import type { Category } from './channels.ts';

// Within five minutes at Xendit, and after two: nobody waits so long for a test.
const REVERSED_AFTER_MS = 300;
const EXPIRED_AFTER_MS = 500;
const ASSESSED_AFTER_MS = 300;

const PENDING = 'PENDING_COMPLIANCE_ASSESSMENT';
const STAYS: Fate = { afterMs: null, status: 'settled', code: null, returnAfterMs: null };

type Scenario = { readonly only?: Category | 3; readonly fate: Fate };

const SCENARIOS: ReadonlyMap<string, Scenario> = new Map<string, Scenario>([
  ['123456', { fate: failing('TEMPORARY_TRANSFER_ERROR') }],
  ['999999', { fate: failing('REJECTED_BY_CHANNEL') }],
  ['121212', { fate: failing('INVALID_DESTINATION') }],
  ['131313', { only: 'BANK', fate: STAYS }],
  ['654321', { only: 'BANK', fate: { ...USUAL_FATE, returnAfterMs: REVERSED_AFTER_MS } }],
  ['141414', { only: 'OTC', fate: { ...STAYS, phase: 'REQUESTED' } }],
  // From the test scenarios of cross-border payouts: v2 knows no compliance webhooks.
  ['87778798', { only: 3, fate: assessed(USUAL_FATE) }],
  ['4455445544', { only: 3, fate: { ...STAYS, phase: PENDING } }],
  ['987654321', { only: 3, fate: assessed(failing('REJECTED')) }],
]);

/** What becomes of a payout that the balance does not cover: Xendit accepts it and fails it later. */
export const WITHOUT_FUNDS: Fate = failing('INSUFFICIENT_BALANCE');

/** What becomes of a payout by Xendit's magic numbers of test mode. */
export function fateOf(
  version: 2 | 3,
  category: Category,
  recipient: { readonly accountNumber: string; readonly givenNames?: string | undefined },
): Fate {
  const { accountNumber, givenNames } = recipient;
  if (category === 'OTC' && givenNames === 'Justin Baby') {
    return { ...failing('EXPIRED'), afterMs: EXPIRED_AFTER_MS, phase: 'REQUESTED' };
  }
  const scenario = SCENARIOS.get(accountNumber);
  const { only } = scenario ?? {};
  const isMeant = only === undefined || only === category || only === version;
  return scenario !== undefined && isMeant ? scenario.fate : USUAL_FATE;
}

function assessed(end: Fate): Fate {
  return { ...end, afterMs: ASSESSED_AFTER_MS, phase: PENDING };
}

function failing(code: string): Fate {
  return { ...USUAL_FATE, status: 'failed', code };
}
