import { roleLevel } from '../permissions.ts';
import { isMoney, wasAccepted, type ActorFacts, type GrantedRole } from './actor-facts.ts';
import { aboutActor } from './actor-finding.ts';
import type { RiskFinding } from './finding.ts';
import type { RiskSettings } from './settings.ts';
import { hoursBetween, span } from './words.ts';

const ACCEPTED_DAYS = 90;

/**
 * Somebody was given a role, or a higher one, or has set a password by an invitation, shortly before
 * moving money. Whoever gave it may be the one who acts by it: so none of the two approves what the
 * other one made, in a young installation either. On the first day of the very first person there is
 * nobody who had a role before, so nobody else could approve, or resolve this: it is silent then.
 */
export function freshRole(
  facts: ActorFacts,
  settings: RiskSettings['fresh_role'],
): RiskFinding | null {
  if (!settings.enabled || facts.firstDay || !isMoney(facts.kind)) return null;
  return tiedApproval(facts, settings) ?? freshActor(facts, settings);
}

function freshActor(
  facts: ActorFacts,
  { level, withinHours }: RiskSettings['fresh_role'],
): RiskFinding | null {
  if (facts.quiet) return null;
  const { actor } = facts;
  const fresh = firstFresh(facts, facts.roles, withinHours, ({ id }) => id);
  if (!fresh) return null;
  return aboutActor(
    'fresh_role',
    level,
    facts,
    fresh.id,
    `${givenTo(actor, fresh, facts.at)}, less than ${withinHours} hours, and moves money.`,
    evidenceOf(fresh, withinHours),
  );
}

function tiedApproval(
  facts: ActorFacts,
  { level, withinHours }: RiskSettings['fresh_role'],
): RiskFinding | null {
  const { kind, approved, actor, at } = facts;
  if (kind !== 'approve' || approved === null) return null;
  const subjectOf = ({ id }: GrantedRole) => `${id} ${approved.batchId}`;
  const tie = firstFresh(facts, approved.ties, withinHours, subjectOf);
  if (!tie) return null;
  return aboutActor(
    'fresh_role',
    level,
    facts,
    subjectOf(tie),
    `${givenTo(tie.holder, tie, at)}, less than ${withinHours} hours, and ${actor} approves what the other one of the two made.`,
    evidenceOf(tie, withinHours),
  );
}

const firstFresh = (
  facts: ActorFacts,
  given: readonly GrantedRole[],
  withinHours: number,
  subjectOf: (role: GrantedRole) => string,
): GrantedRole | undefined =>
  given.find(
    (role) =>
      isRaised(role) &&
      hoursBetween(role.at, facts.at) < withinHours &&
      !wasAccepted(facts, 'fresh_role', ACCEPTED_DAYS, (subject) => subject === subjectOf(role)),
  );

const givenTo = (
  holder: string,
  { byInvitation, toRole, grantedBy, at }: GrantedRole,
  now: Date,
): string =>
  byInvitation
    ? `${holder} set a password by an invitation of ${grantedBy} ${span(at, now)} ago`
    : `${holder} was made ${toRole ?? ''} by ${grantedBy} ${span(at, now)} ago`;

const evidenceOf = (
  { id, toRole, grantedBy, byInvitation }: GrantedRole,
  withinHours: number,
): Record<string, unknown> => ({
  roleChangeId: id,
  role: toRole,
  grantedBy,
  byInvitation,
  withinHours,
});

const isRaised = ({ fromRole, toRole }: GrantedRole): boolean =>
  toRole !== null && (fromRole === null || roleLevel(toRole) > roleLevel(fromRole));
