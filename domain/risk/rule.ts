/** How bad it is, from the least: what is done about each level stands in docs/risk.md. */
export const RISK_LEVELS = ['low', 'medium', 'high', 'critical'] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];

/** The rules of suspicious activity; docs/risk.md says what each looks for. */
export const RISK_RULES = [
  'changed_details',
  'new_payee_high_value',
  'shared_destination',
  'velocity',
  'structuring',
  'look_alike',
  'unusual_hour',
  'new_device',
  'two_networks',
  'failed_sign_ins',
  'permission_probing',
  'fresh_role',
  'approver_pair',
  'bulk_reveal',
  'provider_failures',
  'webhook_attack',
  'raised_limits',
  'conversion_spike',
] as const;
export type RiskRule = (typeof RISK_RULES)[number];

/** True where `level` is at least as bad as `least`. */
export const riskAtLeast = (level: RiskLevel, least: RiskLevel): boolean =>
  RISK_LEVELS.indexOf(level) >= RISK_LEVELS.indexOf(least);
