import type { Role } from '../permissions.ts';
import type { RiskRule } from './rule.ts';

/**
 * What somebody does, or has just tried. `approve`, `execute` and `pay` (a retry, a quick payment,
 * money let go) are money actions; `denied` is a permission refused.
 */
export type JudgedKind =
  | 'approve'
  | 'execute'
  | 'pay'
  | 'reveal'
  | 'export'
  | 'sign_in_succeeded'
  | 'sign_in_failed'
  | 'denied';

/** From where an actor has acted in the last 90 days, by address and user agent. */
export interface SeenPlace {
  ipAddress: string | null;
  userAgent: string | null;
  times: number;
  /** On so many different days. */
  days: number;
  firstAt: Date;
  lastAt: Date;
  /** Money was moved from there before. */
  money: boolean;
}

/** A role that was given to somebody, or a password that they set by an invitation. */
export interface GrantedRole {
  id: string;
  /** Who may act by it. */
  holder: string;
  fromRole: Role | null;
  toRole: Role | null;
  /** Who gave the role, or invited: that person knew the invitation, and may have used it. */
  grantedBy: string;
  byInvitation: boolean;
  at: Date;
}

/** The batch that is approved, and who has approved batches of its creator. */
export interface ApprovedBatch {
  batchId: string;
  /** Who made it, or last edited it. */
  creator: string;
  madeAt: Date;
  /** Approvals of this actor of batches of that creator, before this one. */
  byThisActor: number;
  /** Those of all. */
  byAll: number;
  /** What the maker or editor of the batch and this actor have lately given each other. */
  ties: readonly GrantedRole[];
}

/** A finding about the actor that a person has let pass. */
export interface AcceptedRisk {
  rule: RiskRule;
  subject: string;
  at: Date;
}

/** What the rules about actors look at. */
export interface ActorFacts {
  kind: JudgedKind;
  actor: string;
  at: Date;
  ipAddress: string | null;
  userAgent: string | null;
  batchId: string | null;
  /** Whom a sign-in names. */
  account: string | null;
  /** The installation is too young for rules that compare with a history. */
  quiet: boolean;
  /** The action moves an amount of high value. */
  highValue: boolean;
  places: readonly SeenPlace[];
  /** Networks that the actor, a key, is bound to: its own, and those of allow-lists; none for others. */
  ownNetworks: readonly string[];
  /** Actions of the last 30 days by hour of the day in UTC, and on how many days at most. */
  hours: readonly number[];
  hourDays: number;
  /** Failures of the account and of the address, this one included where it is one. */
  failuresOfAccount: number;
  failuresOfAddress: number;
  /** This one included where it is one. */
  denials: number;
  reveals: number;
  exports: number;
  roles: readonly GrantedRole[];
  /** The first person of the installation was made less than a day ago. */
  firstDay: boolean;
  approved: ApprovedBatch | null;
  accepted: readonly AcceptedRisk[];
}

/** Money is moved, or let go. */
export const isMoney = (kind: JudgedKind): boolean =>
  kind === 'approve' || kind === 'execute' || kind === 'pay';

/** True where a person has let such a finding pass, no longer than the given days ago. */
export const wasAccepted = (
  { accepted, at }: ActorFacts,
  rule: RiskRule,
  withinDays: number,
  isSame: (subject: string) => boolean,
): boolean =>
  accepted.some(
    (each) =>
      each.rule === rule &&
      isSame(each.subject) &&
      at.getTime() - each.at.getTime() <= withinDays * 86_400_000,
  );
