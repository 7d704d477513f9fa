/** Where the policy's row is missing, the wait is this long: nothing is paid earlier for want of it. */
const HOURS_WITHOUT_POLICY = 72;

/**
 * SQL: the account `alias` was changed after it was made, less than the policy's hours ago, and nobody
 * but the one who changed it has verified it since. False, or null without an account, otherwise. The
 * provider's own word counts for nothing here: it knows an account, not who asked for the change.
 */
export const coolingDown = (alias: string): string => `(
  ${alias}.changed_at > ${alias}.created_at
  and ${alias}.changed_at > now() - interval '1 hour'
    * coalesce((select account_cooldown_hours from security_policy), ${HOURS_WITHOUT_POLICY})
  and not coalesce(${alias}.verified_at > ${alias}.changed_at and ${alias}.verified_by is not null
    and ${alias}.verified_by is distinct from ${alias}.changed_by, false))`;
