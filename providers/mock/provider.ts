import type { LookupResult, Outcome } from '../../domain/outcome.ts';
import { AMOUNT_MINOR_MAX } from '../../domain/limits.ts';
import { refusal, unreachable, type HttpPeer } from '../http.ts';
import { UNPACED } from '../pace.ts';
import {
  SEND_WINDOW_MS,
  ProviderError,
  type Capabilities,
  type LookupOrder,
  type PaymentLimits,
  type PaymentOrder,
  type PreparedPayment,
  type Provider,
  type SubmitOptions,
  type Transfer,
} from '../port.ts';
import { reserveWith, type ProviderTools } from '../tools.ts';
import { callOutcome, errorOutcome, payoutOutcome } from './outcomes.ts';
import { readMockWebhook, verifyMockWebhook } from './webhook.ts';
import {
  accountsSchema,
  balanceSchema,
  batchSchema,
  payoutListSchema,
  payoutSchema,
  readJson,
  type Payout,
} from './wire.ts';
import type { z } from 'zod';
import { urlPart } from '../url-part.ts';

export interface MockConfig {
  baseUrl: string;
  apiKey: string;
  /** Standard Webhooks secret, `whsec_…`. */
  webhookSecret: string;
  /** One call for each payment, or one for each chunk. */
  submission: 'single' | 'batch';
}

const LOOKUP_REFERENCES_MAX = 100;
const ACCOUNTS_MAX = 100;
const TIMEOUT_MS = 5_000;

const capabilities = (submission: MockConfig['submission']): Capabilities => ({
  submissionPaymentsMax: submission === 'batch' ? 100 : 1,
  concurrency: 100,
  paymentsPerSecond: 500,
  lookupReferencesMax: LOOKUP_REFERENCES_MAX,
  idempotencyWindowMs: 23 * 3_600_000,
  quietTimeMs: SEND_WINDOW_MS + TIMEOUT_MS + 1_000,
  cancel: true,
  reverse: false,
  currencies: [],
  doubt: 'lookup',
  webhooksProve: true,
  webhooksCarryDetails: false,
  keepsRequest: false,
  returnWatchMs: 90 * 86_400_000,
});

const LIMITS: PaymentLimits = {
  minimumMinor: 1n,
  maximumMinor: AMOUNT_MINOR_MAX,
  incrementMinor: 1n,
};

/** The adapter of the plain JSON provider that the simulator speaks (simulator/README.md). */
export function makeMockProvider(config: MockConfig, tools: ProviderTools): Provider {
  const limits = capabilities(config.submission);
  const { concurrency } = limits;
  const peer = tools.openPeer('mock', config.baseUrl, { concurrency, timeoutMs: TIMEOUT_MS });
  const headers = { authorization: `Bearer ${config.apiKey}`, 'content-type': 'application/json' };
  const get = <T>(schema: z.ZodType<T>, path: string) => read(peer, headers, schema, path);
  return {
    name: 'mock',
    capabilities: limits,
    prepare,
    submit: (payments, options) =>
      (config.submission === 'batch' ? submitBatch : submitEach)(peer, headers, payments, options),
    lookup: (payments) => lookup(peer, headers, payments),
    async cancel({ reference }) {
      const { payouts } = await get(payoutListSchema, `/payouts?reference=${urlPart(reference)}`);
      const [payout] = payouts;
      if (!payout) return false;
      const result = await peer.call({
        method: 'POST',
        path: `/payouts/${payout.id}/cancel`,
        headers,
        body: '{}',
      });
      if (result.kind !== 'answered') throw unreachable();
      return result.status === 200;
    },
    async balance(currency) {
      const { available } = await get(balanceSchema, `/balance?currency=${currency}`);
      return BigInt(available);
    },
    listTransfers: (from, to) => listTransfers(get, from, to),
    async syncAccounts(accountRefs) {
      const known = [];
      for (let start = 0; start < accountRefs.length; start += ACCOUNTS_MAX) {
        const query = accountRefs
          .slice(start, start + ACCOUNTS_MAX)
          .map((ref) => `ref=${urlPart(ref)}`);
        const { accounts } = await get(accountsSchema, `/accounts?${query.join('&')}`);
        known.push(...accounts.map((account) => ({ ...account, email: account.email ?? null })));
      }
      return known;
    },
    limits: () => LIMITS,
    reserve: reserveWith(tools, 'mock', UNPACED),
    readWebhook: readMockWebhook,
    verifyWebhook: (given, rawBody) => verifyMockWebhook(config.webhookSecret, given, rawBody),
    close: () => peer.close(),
  };
}

const prepare = ({
  reference,
  accountRef,
  amountMinor,
  currency,
  groupId,
}: PaymentOrder): PreparedPayment => ({
  reference,
  accountRef,
  amountMinor,
  currency,
  groupId,
  body: `{"reference":${JSON.stringify(reference)},"recipient":${JSON.stringify(accountRef)},"amount":${amountMinor},"currency":${JSON.stringify(currency)}}`,
});

type SentHeaders = Record<string, string>;

async function submitEach(
  peer: HttpPeer,
  headers: SentHeaders,
  payments: readonly PreparedPayment[],
  options: SubmitOptions,
) {
  const outcomes = await Promise.all(
    payments.map((payment) => submitOne(peer, headers, payment, options)),
  );
  return new Map(payments.map(({ reference }, index) => [reference, outcomes[index] ?? missing]));
}

const missing: Outcome = { kind: 'AMBIGUOUS', code: 'missing_in_answer' };

async function submitOne(
  peer: HttpPeer,
  headers: SentHeaders,
  payment: PreparedPayment,
  { sendBeforeMs }: SubmitOptions,
): Promise<Outcome> {
  const result = await peer.call({
    method: 'POST',
    path: '/payouts',
    headers: { ...headers, 'idempotency-key': payment.reference },
    body: payment.body,
    sendBeforeMs,
  });
  if (result.kind === 'answered' && result.status < 300) {
    const payout = readJson(payoutSchema, result.text);
    if (payout) return payoutOutcome(payout, payment);
  }
  return callOutcome(result);
}

async function submitBatch(
  peer: HttpPeer,
  headers: SentHeaders,
  payments: readonly PreparedPayment[],
  { sendBeforeMs }: SubmitOptions,
) {
  const items = payments.map(
    ({ reference, body }) => `${body.slice(0, -1)},"idempotencyKey":${JSON.stringify(reference)}}`,
  );
  const result = await peer.call({
    method: 'POST',
    path: '/payouts/batch',
    headers,
    body: `{"payouts":[${items.join(',')}]}`,
    sendBeforeMs,
  });
  const answer =
    result.kind === 'answered' && result.status < 300 ? readJson(batchSchema, result.text) : null;
  if (!answer) {
    const outcome = callOutcome(result);
    return new Map(payments.map(({ reference }) => [reference, outcome]));
  }
  const byReference = new Map(answer.results.map((item) => [item.reference, item]));
  return new Map(
    payments.map((payment): [string, Outcome] => {
      const item = byReference.get(payment.reference);
      if (item?.payout) return [payment.reference, payoutOutcome(item.payout, payment)];
      return [
        payment.reference,
        item?.error ? errorOutcome(statusOf(item.error.code), item.error.code, null) : missing,
      ];
    }),
  );
}

/** The HTTP status that a single call would have had for this error word. */
const statusOf = (code: string): number =>
  ({
    insufficient_balance: 402,
    invalid_api_key: 401,
    forbidden: 403,
    idempotency_mismatch: 409,
    rate_limited: 429,
    server_error: 500,
  })[code] ?? 422;

async function lookup(peer: HttpPeer, headers: SentHeaders, payments: readonly LookupOrder[]) {
  const found = new Map<string, LookupResult>();
  for (let start = 0; start < payments.length; start += LOOKUP_REFERENCES_MAX) {
    const page = payments.slice(start, start + LOOKUP_REFERENCES_MAX);
    const query = page.map(({ reference }) => `reference=${urlPart(reference)}`).join('&');
    const result = await peer.call({ method: 'GET', path: `/payouts?${query}`, headers });
    const answer =
      result.kind === 'answered' && result.status === 200
        ? readJson(payoutListSchema, result.text)
        : null;
    for (const order of page) {
      found.set(
        order.reference,
        answer ? lookupResult(answer.payouts, order) : { kind: 'AMBIGUOUS', code: 'lookup_failed' },
      );
    }
  }
  return found;
}

function lookupResult(payouts: readonly Payout[], order: LookupOrder): LookupResult {
  const [payout, another] = payouts.filter(({ reference }) => reference === order.reference);
  if (another) return { kind: 'AMBIGUOUS', code: 'two_transfers_for_one_reference' };
  return payout ? payoutOutcome(payout, order) : { kind: 'ABSENT' };
}

async function* listTransfers(
  get: <T>(schema: z.ZodType<T>, path: string) => Promise<T>,
  from: Date,
  to: Date,
): AsyncGenerator<Transfer> {
  const range = `since=${from.toISOString()}&until=${to.toISOString()}&limit=1000`;
  let cursor: string | null | undefined;
  do {
    const next = cursor ? `&cursor=${urlPart(cursor)}` : '';
    const page: z.infer<typeof payoutListSchema> = await get(
      payoutListSchema,
      `/payouts?${range}${next}`,
    );
    for (const payout of page.payouts) {
      const { id, reference, currency, createdAt } = payout;
      const amountMinor = BigInt(payout.amount);
      const outcome = payoutOutcome(payout, { reference, amountMinor, currency });
      yield {
        providerPaymentId: id,
        reference,
        amountMinor,
        currency,
        outcome,
        createdAt: new Date(createdAt),
      };
    }
    cursor = page.nextCursor;
  } while (cursor);
}

async function read<T>(
  peer: HttpPeer,
  headers: SentHeaders,
  schema: z.ZodType<T>,
  path: string,
): Promise<T> {
  const result = await peer.call({ method: 'GET', path, headers });
  if (result.kind !== 'answered') throw unreachable();
  if (result.status !== 200) throw refusal(result.status);
  const value = readJson(schema, result.text);
  if (value === null)
    throw new ProviderError('unreadable', 'the answer of the provider is not readable');
  return value;
}
