import { setTimeout as sleep } from 'node:timers/promises';
import type { LookupResult } from '../domain/outcome.ts';
import type { DuePayment } from '../db/queries/due-payments.ts';
import { holdPayments } from '../db/queries/hold-payments.ts';
import { recordOutcomes, toVerdict, type Verdict } from '../db/queries/record-outcomes.ts';
import { ProviderError, type Provider } from '../providers/port.ts';
import { addTo, nothing, type Handover, type HandoverDesk } from './handover.ts';
import { lookupOf, preparePayments, type Ready } from './prepare-payments.ts';
import { sendSigned } from './send-signed.ts';
import { sendSingly } from './send-singly.ts';

const BUDGET_LOOK_MS = 5_000;

/**
 * Hands over one chunk: looks up what is in doubt, writes the intent, calls the provider, records
 * what it said. Three round trips to the database at most, two where nothing is in doubt; more only
 * where the provider's budget makes it go in portions.
 */
export async function handOverChunk(
  desk: HandoverDesk,
  payments: readonly DuePayment[],
): Promise<Handover> {
  const { provider, db } = desk;
  const { ready, unfit } = preparePayments(desk.vault, provider, desk.batchId, payments);
  await holdPayments(db, unfit, 'no_account');
  const doubtful = ready.filter(isDoubtful);
  const absent = await lookUp(desk, doubtful);
  let rest = ready.filter((item) => !isDoubtful(item) || absent.has(item.payment.id));
  const currency = payments[0]?.currency ?? '';
  const total = nothing();
  while (rest.length > 0 && total.halt === null && !desk.stopped()) {
    const { granted, waitMs } = await provider.reserve(rest.length, currency);
    if (granted === 0) {
      await sleep(Math.min(Math.max(waitMs, 10), BUDGET_LOOK_MS));
      continue;
    }
    const send = provider.stage ? sendSigned : sendSingly;
    addTo(total, await send(desk, rest.slice(0, granted)));
    rest = rest.slice(granted);
  }
  return total;
}

/** In doubt: nobody recorded an answer, so the call may have gone out, or its bytes are lost. */
const isDoubtful = ({ payment: { status, attempt_status }, isLost }: Ready): boolean =>
  isLost || status === 'UNKNOWN' || (status === 'PROCESSING' && attempt_status === 'SENDING');

/**
 * Looks payments in doubt up and records what was found. Answers the ids that may be sent again with
 * their key: those that the provider does not have, or, where it can only be asked by a repetition,
 * those whose key it still honours. While the provider is away, asking in vain costs no payment a
 * try, and nothing is repeated: an outage fails nobody.
 */
async function lookUp({ db, provider }: HandoverDesk, doubtful: readonly Ready[]) {
  const sendable = new Set<string>();
  if (doubtful.length === 0) return sendable;
  const found = await provider.lookup(doubtful.map(lookupOf));
  const results = doubtful.map((item): [Ready, LookupResult] => [
    item,
    found.get(item.request.reference) ?? { kind: 'AMBIGUOUS', code: 'not_looked_up' },
  ]);
  const isUnclear = results.some(([, { kind }]) => kind === 'AMBIGUOUS');
  const away = isUnclear && (await isAway(provider, doubtful[0]?.payment.currency ?? ''));
  const mayResend = provider.capabilities.doubt === 'resend' && !away;
  const verdicts: Verdict[] = [];
  for (const [{ payment, generation, isLost }, result] of results) {
    const attempt = { paymentId: payment.id, generation, failures: payment.failures };
    const record = (outcome: Exclude<LookupResult, { kind: 'ABSENT' }>) => {
      const verdict = toVerdict(attempt, outcome);
      verdicts.push({ ...verdict, burnsRetry: verdict.burnsRetry && !away });
    };
    if (result.kind !== 'ABSENT' && !(result.kind === 'AMBIGUOUS' && mayResend)) record(result);
    else if (isLost) record({ kind: 'AMBIGUOUS', code: 'request_unreadable' });
    else if (keyIsHonoured(provider, payment)) sendable.add(payment.id);
    else record({ kind: 'AMBIGUOUS', code: 'key_too_old' });
  }
  await recordOutcomes(db, verdicts, null);
  return sendable;
}

/** Whether the provider answers nothing at all, not even what it holds. */
const isAway = (provider: Provider, currency: string): Promise<boolean> =>
  provider.balance(currency).then(
    () => false,
    (error: unknown) => error instanceof ProviderError && error.code === 'unreachable',
  );

const keyIsHonoured = (provider: Provider, { attempt_created_at }: DuePayment): boolean =>
  attempt_created_at !== null &&
  Date.now() - attempt_created_at.getTime() < provider.capabilities.idempotencyWindowMs;
