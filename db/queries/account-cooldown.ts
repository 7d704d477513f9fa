/** Where the policy's row is missing, the wait is this long: nothing is paid earlier for want of it. */
const HOURS_WITHOUT_POLICY = 72;

/**
 * SQL: up to when payment `alias` takes changes of its account: to its making, or to the change that a
 * person has looked at since, as they had it tried again, or that a share was bound to. Holding it and
 * trying it again by itself move this on by nothing.
 */
export const accountSeenAt = (alias: string): string =>
  `coalesce(${alias}.account_seen_at, ${alias}.created_at)`;

/**
 * SQL: the account `alias` was changed after it was made, less than the policy's hours ago, and nobody
 * but the one who changed it has verified it since. False, or null without an account, otherwise. The
 * provider's own word counts for nothing here: it knows an account, not who asked for the change.
 */
export const coolingDown = (alias: string): string => `(
  ${alias}.changed_at > ${alias}.created_at
  and ${alias}.changed_at > now() - interval '1 hour'
    * coalesce((select account_cooldown_hours()), ${HOURS_WITHOUT_POLICY})
  and not coalesce(${alias}.verified_at > ${alias}.changed_at and ${alias}.verified_by is not null
    and ${alias}.verified_by is distinct from ${alias}.changed_by, false))`;
