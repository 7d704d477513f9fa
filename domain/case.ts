/**
 * What a person must look at.
 * - halted: the provider takes no more of a batch.
 * - unknown_outcome: nobody could tell for too long whether a payment was made.
 * - unknown_status: the provider uses a status word that we do not know.
 * - unknown_failure: the provider uses a failure word that we do not know.
 * - wrong_answer: an answer with another id, amount or currency than ours.
 * - contradiction: an event, or an answer of the provider, against what the books say.
 * - webhook_attack: events that are not proved to be the provider's, one after the other.
 * - partial_return: part of a payment came back.
 * - parked_too_long: a payee had no verified account for so long that the payment was cancelled.
 * - approval_waiting: a batch was not approved for so long that its rule tells more people.
 * - compliance: the provider stopped a payment for compliance.
 * - missing_there, missing_here, amount_differs, status_differs, balance_differs: reconciliation.
 */
export const CASE_KINDS = [
  'halted',
  'unknown_outcome',
  'unknown_status',
  'unknown_failure',
  'wrong_answer',
  'contradiction',
  'webhook_attack',
  'partial_return',
  'parked_too_long',
  'approval_waiting',
  'compliance',
  'missing_there',
  'missing_here',
  'amount_differs',
  'status_differs',
  'balance_differs',
] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

export const CASE_SEVERITIES = ['medium', 'high', 'critical'] as const;
export type CaseSeverity = (typeof CASE_SEVERITIES)[number];
