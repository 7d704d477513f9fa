import type { FaultRule, SimulatorClient } from '../simulator-client.ts';
import { BLOCKED_ACCOUNT, LOST_ACCOUNT } from './cast.ts';

const at = (recipient: string, operation: string) => ({ provider: 'mock', operation, recipient });

/**
 * One account is blocked: a failure for good. Of another one the provider takes the payment in and
 * then gives no answer that can be understood, nor a webhook, until `bursar simulate off`.
 */
const RULES: readonly FaultRule[] = [
  { when: at(BLOCKED_ACCOUNT, 'submit'), effect: 'reject', code: 'recipient_blocked' },
  { when: at(LOST_ACCOUNT, 'submit'), effect: 'unknown_status' },
  { when: at(LOST_ACCOUNT, 'lookup'), effect: 'unknown_status' },
  { when: at(LOST_ACCOUNT, 'webhook'), effect: 'webhook_drop' },
];

/** Adds the faults of the story to those that are on. They touch its own two accounts alone. */
export async function addStoryFaults(simulator: SimulatorClient): Promise<void> {
  const { rules } = await simulator.faults();
  const others = rules.map(({ matched: _matched, hits: _hits, ...rule }) => rule as FaultRule);
  await simulator.setFaults([...others, ...RULES]);
}
