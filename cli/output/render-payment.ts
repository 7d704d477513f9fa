import type { Payment, PaymentDetails, Why } from '../answers.ts';
import { moneyOf } from '../money.ts';
import { stateText } from './render-batch.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** A page of payments, one a line. */
export function paymentTable(payments: readonly Payment[], style: Style): string {
  if (payments.length === 0) return 'No payments.';
  return table(
    [
      { title: 'ID' },
      { title: 'STATE' },
      { title: 'AMOUNT', right: true },
      { title: 'ACCOUNT' },
      { title: 'REASON' },
    ],
    payments.map((payment) => [
      payment.id,
      stateText(payment.status, style),
      moneyOf(payment.amount, payment.currency),
      payment.accountRef ?? '-',
      payment.holdReason ?? payment.failureCode ?? '',
    ]),
    style.dim,
  );
}

/** One payment with its attempts. */
export function paymentCard(details: PaymentDetails, style: Style): string {
  const { payment, attempts, commissions, affiliate, batch } = details;
  const reason = payment.failureReason ?? payment.failureCode ?? payment.holdReason;
  const head = pairs([
    ['payment', payment.id],
    ['state', stateText(payment.status, style)],
    ...(reason === null ? [] : [['reason', reason] as const]),
    [
      'amount',
      `${moneyOf(payment.amount, payment.currency)} for ${commissions.length} commissions`,
    ],
    ['payee', affiliate === null ? payment.affiliateId : `${affiliate.fullName}  ${affiliate.id}`],
    ['account', `${payment.accountRef ?? 'looked up when it is sent'} at ${payment.provider}`],
    ['reference', payment.reference],
    ['batch', `${batch.batchNumber}  ${batch.id}  ${batch.status}`],
    ['submitted', payment.submittedAt ?? '-'],
    ['completed', payment.completedAt ?? '-'],
  ]);
  const sent = table(
    [{ title: 'ATTEMPT', right: true }, { title: 'STATE' }, { title: 'STARTED' }],
    attempts.map(({ generation, status, createdAt }) => [String(generation), status, createdAt]),
    style.dim,
  );
  return attempts.length === 0 ? head : `${head}\n\n${sent}`;
}

/** The story of one payment, step by step. */
export function whyText(why: Why, style: Style): string {
  const steps = table(
    [{ title: 'WHEN' }, { title: 'WHAT' }, { title: 'BY' }, { title: 'DETAILS' }],
    why.steps.map(({ at, what, by, details }) => [at, what, by, detailsText(details)]),
    style.dim,
  );
  const workflow = why.workflowUrl ?? why.workflowId;
  return [
    `${stateText(why.status, style)}, waiting for: ${why.waitingOn}`,
    ...(why.failure === null ? [] : [failureText(why.failure, style)]),
    steps,
    `workflow  ${workflow}`,
  ].join('\n\n');
}

/** When a payment that failed may be tried again, where no time is set for that. */
const RETRIES: Readonly<Record<string, string>> = {
  never: 'never by itself',
  later: 'may help after a while; none is planned',
  halt: 'when the provider takes payments again',
};

/** What a failure means, and what each side can do about it. */
function failureText(failure: NonNullable<Why['failure']>, style: Style): string {
  const { code, providerCode, retry, retryAt, payeeRemedy, operatorRemedy } = failure;
  return pairs([
    ['failure', `${style.bad(code)}   (the provider: ${providerCode})`],
    ['retry', retryAt === null ? (RETRIES[retry] ?? retry) : `at ${retryAt}, by itself`],
    ['payee', payeeRemedy],
    ['operator', operatorRemedy],
  ]);
}

/** `name=value` of what is neither empty nor deep. */
export const detailsText = (details: Readonly<Record<string, unknown>> | null): string =>
  Object.entries(details ?? {})
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
