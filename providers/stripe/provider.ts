import type { Stripe } from 'stripe';
import type { Outcome } from '../../domain/outcome.ts';
import { refusal, unreachable } from '../http.ts';
import type { Pace } from '../pace.ts';
import {
  ProviderError,
  SEND_WINDOW_MS,
  type Capabilities,
  type LookupOrder,
  type PreparedPayment,
  type Provider,
} from '../port.ts';
import { reserveWith, type ProviderTools } from '../tools.ts';
import { syncAccounts } from './accounts.ts';
import {
  openStripe,
  problemOf,
  unreadable,
  valueOf,
  type Ask,
  type ClientOptions,
} from './client.ts';
import type { StripeConfig } from './config.ts';
import { listOldestFirst } from './listing.ts';
import { lookup, readTold, type Finder } from './lookup.ts';
import { balanceFromStripe, stripeLimits } from './money.ts';
import { failureOutcome, retryAfterMs, toldOutcome } from './outcomes.ts';
import { prepare, submission } from './request.ts';
import { readStripeWebhook, verifyStripeWebhook } from './webhook.ts';
import { balanceSchema } from './wire.ts';

const TIMEOUT_MS = 10_000;
const CONCURRENCY = 25;
const HOUR_MS = 3_600_000;
/** A call that moves nothing waits so long for its turn. */
const TURN_WAIT_MS = 10_000;

const capabilitiesOf = ({ method, currencies, perSecond }: StripeConfig): Capabilities => ({
  submissionPaymentsMax: 1,
  concurrency: CONCURRENCY,
  paymentsPerSecond: perSecond,
  lookupReferencesMax: method === 'transfer' ? 100 : 1,
  // Keys are kept for 24 hours at least (docs.stripe.com/api/idempotent_requests).
  idempotencyWindowMs: 23 * HOUR_MS,
  quietTimeMs: SEND_WINDOW_MS + TIMEOUT_MS + 2_000,
  cancel: method === 'payout',
  reverse: method === 'transfer',
  currencies,
  doubt: 'lookup',
  webhooksProve: true,
  webhooksCarryDetails: false,
  keepsRequest: false,
  returnWatchMs: 90 * 24 * HOUR_MS,
});

/** The adapter of Stripe Connect: transfers to connected accounts, or their payouts. */
export function makeStripeProvider(config: StripeConfig, tools: ProviderTools): Provider {
  const { method } = config;
  const peer = tools.openPeer('stripe', config.baseUrl, {
    concurrency: CONCURRENCY,
    timeoutMs: TIMEOUT_MS,
  });
  const { submissions, reads } = pacesOf(config, tools);
  const asking = (pace: Pace, options: Pick<ClientOptions, 'sendBeforeMs'> = {}): Ask =>
    openStripe(peer, {
      ...options,
      secretKey: config.secretKey,
      onAnswer: (status, headers) => {
        if (status !== 429) return;
        pace.heed({ limited: true, remaining: null, resetMs: retryAfterMs(headers) });
      },
    });
  const ask = inTurn(asking(reads), reads);
  const finder: Finder = { ask, method, live: config.mode === 'live' };
  return {
    name: 'stripe',
    capabilities: capabilitiesOf(config),
    prepare: (order) => prepare(method, order),
    reserve: reserveWith(tools, 'stripe', submissions),
    submit: async (payments, { sendBeforeMs }) => {
      const send = asking(submissions, { sendBeforeMs });
      const outcomes = payments.map(async (payment): Promise<[string, Outcome]> => [
        payment.reference,
        await submitOne(finder, send, payment),
      ]);
      return new Map(await Promise.all(outcomes));
    },
    lookup: (payments) => lookup(finder, payments),
    cancel: (payment) =>
      method === 'payout' ? cancelPayout(finder, payment) : Promise.resolve(false),
    ...(method === 'transfer' && {
      reverse: (payment: LookupOrder, key: string) => reverseTransfer(finder, payment, key),
    }),
    limits: (currency) =>
      config.currencies.includes(currency) ? stripeLimits(currency, method) : null,
    balance: (currency) => readBalance(finder, currency),
    listTransfers: (from, to) => listOldestFirst(finder, from, to),
    syncAccounts: (accountRefs) => syncAccounts(ask, method, accountRefs),
    verifyWebhook: (headers, rawBody) => verifyStripeWebhook(config, headers, rawBody),
    readWebhook: (eventId, rawBody) => readStripeWebhook(config, eventId, rawBody),
    close: () => peer.close(),
  };
}

/**
 * Each endpoint has a limit of its own; a sandbox limits them all together as well, so that there
 * everything draws on one budget (docs.stripe.com/rate-limits).
 */
function pacesOf({ mode, perSecond }: StripeConfig, tools: ProviderTools) {
  const limit = { perMinute: perSecond * 60, burst: perSecond };
  const submissions = tools.pace('stripe', 'transfers', limit);
  const reads = mode === 'test' ? submissions : tools.pace('stripe', 'reads', limit);
  return { submissions, reads };
}

const inTurn =
  (ask: Ask, pace: Pace): Ask =>
  async (call) =>
    (await pace.turn(TURN_WAIT_MS)) ? ask(call) : { kind: 'not_sent', code: 'rate_limited' };

async function submitOne(
  { method, live }: Finder,
  send: Ask,
  payment: PreparedPayment,
): Promise<Outcome> {
  const call = submission(method, payment);
  if (!call) return { kind: 'AMBIGUOUS', code: 'unreadable_request' };
  const answer = await send(call);
  return answer.kind === 'ok'
    ? toldOutcome(readTold(method, answer.value), payment, live)
    : failureOutcome(answer, method);
}

/** The id of a payment at Stripe; null where there is none. Throws `ProviderError`. */
async function idOf(finder: Finder, payment: LookupOrder): Promise<string | null> {
  if (payment.providerPaymentId) return payment.providerPaymentId;
  const found = (await lookup(finder, [payment])).get(payment.reference);
  if (!found || found.kind === 'AMBIGUOUS') throw unreachable();
  return 'providerPaymentId' in found ? found.providerPaymentId : null;
}

/** Stripe cancels payouts that are pending still. */
async function cancelPayout(finder: Finder, payment: LookupOrder): Promise<boolean> {
  const id = await idOf(finder, payment);
  if (id === null) return false;
  return wasDone(finder.ask, (stripe) =>
    stripe.payouts.cancel(
      id,
      {},
      { stripeAccount: payment.accountRef, idempotencyKey: `${payment.reference}/cancel` },
    ),
  );
}

/** Without an amount all that is left of the transfer comes back. */
async function reverseTransfer(
  finder: Finder,
  payment: LookupOrder,
  key: string,
): Promise<boolean> {
  const id = await idOf(finder, payment);
  if (id === null) return false;
  return wasDone(finder.ask, (stripe) =>
    stripe.transfers.createReversal(id, {}, { idempotencyKey: key }),
  );
}

/** True where it was done, false where Stripe refuses it for this payment. Throws where it is open. */
async function wasDone(ask: Ask, call: (stripe: Stripe) => Promise<unknown>): Promise<boolean> {
  const answer = await ask(call);
  if (answer.kind === 'ok') return true;
  if (answer.kind !== 'error') throw problemOf(answer);
  const { status, type } = answer.error;
  if (status === 409 || type === 'idempotency_error') throw unreachable();
  if (status === 400 || status === 402 || status === 404) return false;
  throw refusal(status);
}

/** What the platform's balance holds; payouts leave the payees' own, of which there is no sum. */
async function readBalance({ ask, method }: Finder, currency: string): Promise<bigint> {
  const parsed = balanceSchema.safeParse(valueOf(await ask((stripe) => stripe.balance.retrieve())));
  if (!parsed.success) throw unreadable();
  if (method === 'payout')
    throw new ProviderError('unsupported', 'payouts leave the balances of the connected accounts');
  const available = parsed.data.available
    .filter((row) => row.currency.toUpperCase() === currency)
    .reduce((sum, { amount }) => sum + BigInt(amount), 0n);
  return balanceFromStripe(available, currency);
}
