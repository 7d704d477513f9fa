import { AMOUNT_MINOR_MAX } from '../../domain/limits.ts';
import { currencyDigits } from '../../domain/currency.ts';
import type { LookupResult, Outcome } from '../../domain/outcome.ts';
import { refusal, unreachable, type CallResult, type HttpPeer } from '../http.ts';
import { UNPACED } from '../pace.ts';
import {
  ProviderError,
  SEND_WINDOW_MS,
  type Capabilities,
  type LookupOrder,
  type PreparedPayment,
  type Provider,
  type Transfer,
} from '../port.ts';
import { failedOutcome, ruleOf } from '../taxonomy.ts';
import { reserveWith, type ProviderTools } from '../tools.ts';
import type { Description } from './description.ts';
import { at, parseExactly, paymentOutcome, readAmount, readPayment, textAt } from './reading.ts';
import { fill, fillPath, valuesOf, writeBody } from './templates.ts';
import { readGenericWebhook, verifyGenericWebhook } from './webhook.ts';

export interface GenericConfig {
  description: Description;
  /** Stands for `{secret}` in the headers. */
  secret: string;
  webhookSecret: string;
}

const CONCURRENCY = 20;

const capabilities = ({ cancel, currencies, ...of }: Description): Capabilities => ({
  submissionPaymentsMax: 1,
  concurrency: CONCURRENCY,
  paymentsPerSecond: of.callsPerMinute ? Math.max(1, Math.floor(of.callsPerMinute / 60)) : 100,
  lookupReferencesMax: 1,
  idempotencyWindowMs: Math.floor(of.idempotencyHours * 3_600_000),
  quietTimeMs: SEND_WINDOW_MS + of.timeoutMs + 1_000,
  cancel: cancel !== undefined,
  reverse: false,
  currencies,
  doubt: 'lookup',
  webhooksProve: true,
  webhooksCarryDetails: true,
  keepsRequest: true,
  returnWatchMs: 90 * 86_400_000,
});

/** What each call needs: the description, the connection and the headers that prove who calls. */
interface Wire {
  of: Description;
  peer: HttpPeer;
  headers: Record<string, string>;
}

/** A payer of your own, described by a file instead of code. */
export function makeGenericProvider(config: GenericConfig, tools: ProviderTools): Provider {
  const { description: of, secret, webhookSecret } = config;
  const { timeoutMs, callsPerMinute } = of;
  const peer = tools.openPeer('generic', of.baseUrl, { concurrency: CONCURRENCY, timeoutMs });
  const pace = callsPerMinute
    ? tools.pace('generic', 'submit', {
        perMinute: callsPerMinute,
        burst: Math.ceil(callsPerMinute / 10),
      })
    : UNPACED;
  const headers = Object.fromEntries(
    Object.entries(of.headers).map(([name, value]) => [name, fill(value, { secret })]),
  );
  const wire: Wire = { of, peer, headers: { 'content-type': 'application/json', ...headers } };
  return {
    name: 'generic',
    capabilities: capabilities(of),
    failures: of.failures,
    reserve: reserveWith(tools, 'generic', pace),
    limits: (currency) =>
      of.currencies.includes(currency)
        ? { minimumMinor: 1n, maximumMinor: AMOUNT_MINOR_MAX, incrementMinor: 1n }
        : null,
    prepare: (order) => ({
      reference: order.reference,
      accountRef: order.accountRef,
      amountMinor: order.amountMinor,
      currency: order.currency,
      groupId: order.groupId,
      body: writeBody(of.submit.body, valuesOf(order, of.amounts), of.amounts),
    }),
    async submit(payments, { sendBeforeMs }) {
      const outcomes = await Promise.all(
        payments.map((payment) => submitOne(wire, payment, sendBeforeMs)),
      );
      return new Map(
        payments.map(({ reference }, index) => [reference, outcomes[index] ?? MISSING]),
      );
    },
    async lookup(orders) {
      const results = await Promise.all(orders.map((order) => lookUp(wire, order)));
      return new Map(orders.map(({ reference }, index) => [reference, results[index] ?? MISSING]));
    },
    cancel: (order) => cancel(wire, order),
    balance: (currency) => balance(wire, currency),
    listTransfers: (from, to) => listTransfers(wire, from, to),
    // A payer described by a file tells nothing about accounts.
    syncAccounts: () => Promise.resolve([]),
    verifyWebhook: (given, rawBody) => verifyGenericWebhook(of, webhookSecret, given, rawBody),
    readWebhook: (eventId, rawBody) => readGenericWebhook(of, eventId, rawBody),
    close: () => peer.close(),
  };
}

const MISSING: Outcome = { kind: 'AMBIGUOUS', code: 'missing_in_answer' };

async function submitOne(
  { of, peer, headers }: Wire,
  payment: PreparedPayment,
  sendBeforeMs: number,
): Promise<Outcome> {
  const result = await peer.call({
    method: 'POST',
    path: of.submit.path,
    headers: { ...headers, [of.submit.idempotencyHeader.toLowerCase()]: payment.reference },
    body: payment.body,
    sendBeforeMs,
  });
  if (result.kind === 'answered' && result.status < 300) {
    const told = readPayment(parseExactly(result.text), of);
    return told ? paymentOutcome(told, payment, of) : MISSING;
  }
  return failedCall(result, of);
}

const HALTS: Record<number, 'credentials' | 'funds' | 'forbidden'> = {
  401: 'credentials',
  402: 'funds',
  403: 'forbidden',
};

/** 5xx and silence may have been acted upon; every other refusal was not. */
function failedCall(result: CallResult, of: Description): Outcome {
  if (result.kind === 'not_sent') {
    const code = 'provider_unreachable';
    return { kind: 'RETRY_SAME_KEY', code, burnsRetry: false, retryAfterMs: null };
  }
  if (result.kind === 'no_answer') return { kind: 'AMBIGUOUS', code: result.code.toLowerCase() };
  const { status } = result;
  if (status === 429) {
    const seconds = Number(result.headers['retry-after'] ?? 1);
    const retryAfterMs = Number.isFinite(seconds) ? Math.min(seconds * 1_000, 300_000) : 1_000;
    return { kind: 'RETRY_SAME_KEY', code: 'rate_limited', burnsRetry: false, retryAfterMs };
  }
  if (status < 400 || status >= 500 || status === 409 || status === 408)
    return { kind: 'AMBIGUOUS', code: `http_${status}` };
  const word = textAt(parseExactly(result.text), of.error);
  const cause = HALTS[status];
  const rule = word === null ? null : ruleOf(of.failures, word);
  if (cause || rule?.retry === 'halt') {
    const remedy = rule?.operator ?? `The payer answered ${status}; mend that`;
    return {
      kind: 'HALT_BATCH',
      code: word ?? `http_${status}`,
      cause: cause ?? 'forbidden',
      remedy: `${remedy} Then resume the batch.`,
    };
  }
  return word === null
    ? { kind: 'AMBIGUOUS', code: 'unreadable_answer' }
    : failedOutcome(of.failures, word, null);
}

async function lookUp({ of, peer, headers }: Wire, order: LookupOrder): Promise<LookupResult> {
  const path = fillPath(of.lookup.path, { reference: order.reference });
  const result = await peer.call({ method: 'GET', path, headers });
  const items = listIn(result, of.lookup.items);
  if (items === null) return { kind: 'AMBIGUOUS', code: 'lookup_failed' };
  const told = items.map((item) => readPayment(item, of));
  if (told.includes(null)) return { kind: 'AMBIGUOUS', code: 'unreadable_answer' };
  const [ours, another] = told.filter((one) => one?.reference === order.reference);
  if (another) return { kind: 'AMBIGUOUS', code: 'two_transfers_for_one_reference' };
  return ours ? paymentOutcome(ours, order, of) : { kind: 'ABSENT' };
}

function listIn(result: CallResult, pointer: string): unknown[] | null {
  if (result.kind !== 'answered' || result.status !== 200) return null;
  const items = at(parseExactly(result.text), pointer);
  return Array.isArray(items) ? items : null;
}

async function cancel({ of, peer, headers }: Wire, order: LookupOrder): Promise<boolean> {
  if (!of.cancel) return false;
  const found = await lookUp({ of, peer, headers }, order);
  if (found.kind === 'AMBIGUOUS') throw unreachable();
  if (found.kind !== 'ACCEPTED') return false;
  const path = fillPath(of.cancel.path, { id: found.providerPaymentId });
  const result = await peer.call({ method: 'POST', path, headers, body: '{}' });
  if (result.kind !== 'answered') throw unreachable();
  return result.status < 300;
}

async function balance({ of, peer, headers }: Wire, currency: string): Promise<bigint> {
  currencyDigits(currency);
  const path = fillPath(of.balance.path, { currency });
  const result = await peer.call({ method: 'GET', path, headers });
  if (result.kind !== 'answered') throw unreachable();
  if (result.status !== 200) throw refusal(result.status);
  const text = textAt(parseExactly(result.text), of.balance.amount);
  const amountMinor = readAmount(text, currency, of.amounts);
  if (amountMinor === null)
    throw new ProviderError('unreadable', 'the balance is not where the description says');
  return amountMinor;
}

async function* listTransfers(
  { of, peer, headers }: Wire,
  from: Date,
  to: Date,
): AsyncGenerator<Transfer> {
  if (!of.list) throw new ProviderError('unsupported', 'the description names no list');
  let cursor: string | null = '';
  while (cursor !== null) {
    const window = { from: from.toISOString(), to: to.toISOString(), cursor };
    const path = fillPath(of.list.path, window);
    const result = await peer.call({ method: 'GET', path, headers });
    if (result.kind !== 'answered') throw unreachable();
    if (result.status !== 200) throw refusal(result.status);
    const document = parseExactly(result.text);
    const items = at(document, of.list.items);
    if (!Array.isArray(items))
      throw new ProviderError('unreadable', 'the list is not where the description says');
    for (const item of items) {
      const told = readPayment(item, of);
      if (!told) throw new ProviderError('unreadable', 'a payment of the list is not readable');
      yield {
        providerPaymentId: told.id,
        reference: told.reference,
        amountMinor: told.amountMinor,
        currency: told.currency,
        outcome: paymentOutcome(told, told, of),
        createdAt: told.createdAt ?? from,
      };
    }
    cursor = textAt(document, of.list.next);
  }
}
