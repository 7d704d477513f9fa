import type { ActorFacts } from './actor-facts.ts';
import { aboutActor } from './actor-finding.ts';
import type { RiskFinding } from './finding.ts';
import type { RiskSettings } from './settings.ts';
import { several } from './words.ts';

/**
 * Many sign-ins, second factors or keys fail one after the other; worse where one works then of the
 * account that was tried, from wherever. What failed from an address for other accounts says nothing bad
 * about who signs in there: anybody behind it could hold everybody else by it.
 */
export function failedSignIns(
  facts: ActorFacts,
  { enabled, level, successLevel, withinMinutes, failures }: RiskSettings['failed_sign_ins'],
): RiskFinding | null {
  const { kind, actor, account, ipAddress, failuresOfAccount, failuresOfAddress } = facts;
  const worked = kind === 'sign_in_succeeded';
  if (!enabled || (!worked && kind !== 'sign_in_failed')) return null;
  const most = Math.max(failuresOfAccount, failuresOfAddress);
  if (most < failures) return null;
  const of = failuresOfAccount >= failures ? (account ?? actor) : (ipAddress ?? actor);
  const said = `${several(most, 'attempt')} to sign in as or from ${of} failed within ${withinMinutes} minutes`;
  return aboutActor(
    'failed_sign_ins',
    worked && failuresOfAccount >= failures ? successLevel : level,
    facts,
    worked ? `${actor} after ${of}` : of,
    worked ? `${said}, and then one worked, as ${actor}.` : `${said}.`,
    { failures: most, failuresOfAccount, failuresOfAddress, withinMinutes, worked },
  );
}
