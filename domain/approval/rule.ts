import type { BatchSource } from '../batch.ts';
import type { Role } from '../permissions.ts';
import type { RiskLevel } from '../risk/rule.ts';

/** So many different people, each of that role or a higher one. */
export interface ApprovalStep {
  role: Role;
  count: number;
}

/**
 * When a rule holds for a batch: where all that is given here is true of it. Amounts are minor units
 * of the policy's base currency.
 */
export interface ApprovalConditions {
  totalAtLeastMinor?: number | undefined;
  /** Of any one payment. */
  paymentAtLeastMinor?: number | undefined;
  paymentsAtLeast?: number | undefined;
  currencies?: readonly string[] | undefined;
  providers?: readonly string[] | undefined;
  /** Somebody in it has never been paid before. */
  newPayee?: boolean | undefined;
  /** Somebody's account in it was changed within the cool-down. */
  changedAccount?: boolean | undefined;
  /** `key:<id>`, `user:<id>` or `system`. */
  creators?: readonly string[] | undefined;
  sources?: readonly BatchSource[] | undefined;
  riskAtLeast?: RiskLevel | undefined;
}
