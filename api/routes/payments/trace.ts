import type { AuditRow } from '../../../db/queries/audit.ts';
import type { listPaymentEvents } from '../../../db/queries/payments.ts';
import type { PaymentWithDetails } from '../../../db/shapes.ts';
import { HOLD_REASONS, type HoldReason } from '../../../domain/payment.ts';

interface Step {
  at: string;
  what: string;
  by: string;
  details: Record<string, unknown>;
}

/** The audit row of an event; the event itself stands in the story. */
const EVENT_AUDIT = 'webhook.received';

type Events = Awaited<ReturnType<typeof listPaymentEvents>>;

/** Everything that happened to a payment and to its batch as a whole, in the order it happened. */
export function traceOf(
  payment: PaymentWithDetails,
  events: Events,
  batchAudit: readonly AuditRow[],
): Step[] {
  const audit = [...batchAudit, ...payment.auditLogs].filter(
    ({ action }) => action !== EVENT_AUDIT,
  );
  const steps = [
    ...events.map(eventStep),
    ...payment.attempts.map((attempt) => attemptStep(payment, attempt)),
    ...audit.map(auditStep),
  ];
  return steps
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .map((step) => ({ ...step, at: step.at.toISOString() }));
}

const auditStep = (row: AuditRow) => ({
  at: row.createdAt,
  what: row.action,
  by: row.actor,
  details: {
    ...row.details,
    ...(row.toState !== null && { from: row.fromState, to: row.toState }),
  },
});

const attemptStep = (
  payment: PaymentWithDetails,
  attempt: PaymentWithDetails['attempts'][number],
) => ({
  at: attempt.createdAt,
  what: 'attempt.started',
  by: 'system',
  details: {
    generation: attempt.generation,
    reference: attempt.idempotencyKey,
    provider: payment.provider,
    state: attempt.status,
    sends: attempt.sends,
    providerCode: attempt.providerCode,
    closedAt: attempt.closedAt?.toISOString() ?? null,
  },
});

const eventStep = (event: Events[number]) => ({
  at: event.receivedAt,
  what: `webhook.${event.result}`,
  by: `provider:${event.provider}`,
  details: { eventId: event.eventId, type: event.type },
});

const HOLDS: Record<HoldReason, string> = {
  kyc: 'The payee: the verification of the account is not finished.',
  no_account: 'The payee: there is no account at the provider.',
  account_changed: 'An operator: the account changed after the batch was made and must be checked.',
  payee_hold: 'An operator: payments to this payee are on hold.',
  funds: 'An operator: the balance at the provider does not suffice.',
  risk: 'An operator: a risk rule holds this payment.',
  manual_hold: 'An operator: somebody has put this payment on hold; release the hold.',
};

/** Whose move it is, in a sentence. */
export function waitingOn(payment: PaymentWithDetails): string {
  const { batch } = payment;
  switch (payment.status) {
    case 'PENDING':
      if (batch.pausedReason !== null)
        return `An operator: the batch is paused (${batch.pausedReason}).`;
      if (batch.status === 'PENDING') return 'An operator: the batch has not been executed yet.';
      if (batch.status === 'QUEUED')
        return 'The slot: batches queued before this one are sent first.';
      return payment.dueAt
        ? `Time: the next send is due at ${payment.dueAt.toISOString()}.`
        : 'The workflow: it is sent with its slice of the batch.';
    case 'PROCESSING':
      return payment.dueAt
        ? `Time: the last send did not arrive; the next one is due at ${payment.dueAt.toISOString()}.`
        : 'The provider: it holds the payment and has not confirmed it yet.';
    case 'UNKNOWN':
      return 'The provider: nobody can tell whether the last send arrived; it is being looked up.';
    case 'ON_HOLD':
      return HOLDS[HOLD_REASONS.find((reason) => reason === payment.holdReason) ?? 'risk'];
    case 'FAILED':
      if (payment.retryAt)
        return `Time: it failed (${payment.failureCode ?? 'no reason given'}) and is tried again by itself at ${payment.retryAt.toISOString()}.`;
      return `An operator: it failed (${(payment.failureReason ?? payment.failureCode ?? 'no reason given').replace(/\.$/, '')}); retry or cancel it.`;
    case 'COMPLETED':
      return 'Nobody: it is paid.';
    case 'RETURNED':
      return 'Nobody: the money came back, and the commissions are payable again.';
    case 'CANCELLED':
      return `Nobody: it was cancelled (${(payment.failureReason ?? payment.failureCode ?? 'by a person').replace(/\.$/, '')}), and its commissions are payable again.`;
  }
}
