import type { Outcome } from '../../domain/outcome.ts';
import { UNPACED } from '../pace.ts';
import {
  ProviderError,
  SEND_WINDOW_MS,
  type Capabilities,
  type PaymentOrder,
  type PreparedPayment,
  type Provider,
  type SubmitOptions,
} from '../port.ts';
import { reserveWith, type ProviderTools } from '../tools.ts';
import { cancelPayout } from './cancel.ts';
import { currencyLimits, readBalance, readChannels } from './channels.ts';
import { makeClient, type XenditClient } from './client.ts';
import type { XenditConfig } from './config.ts';
import { readExactly } from './exact-json.ts';
import { lookUpAll } from './lookup.ts';
import { callOutcome, payoutOutcome } from './outcomes.ts';
import { versionOfRequest, writeRequest } from './request.ts';
import { listPayouts } from './transfers.ts';
import { readXenditWebhook, verifyXenditWebhook } from './webhook.ts';
import { payoutSchema } from './wire.ts';

const CONCURRENCY = 20;
const TIMEOUT_MS = 10_000;
const HOUR_MS = 3_600_000;

/** How long Xendit honours a key is not documented; these are well below what is usual. */
const KEY_WINDOW_MS = { v2: 23 * HOUR_MS, v3: 6 * HOUR_MS } as const;

const capabilities = ({ apiVersion, credentials }: XenditConfig): Capabilities => ({
  submissionPaymentsMax: 1,
  concurrency: CONCURRENCY,
  paymentsPerSecond: Math.min(...[...credentials.values()].map((each) => each.perMinute)) / 60,
  lookupReferencesMax: 1,
  idempotencyWindowMs: KEY_WINDOW_MS[apiVersion],
  // Headers and body may each take the timeout before an answer counts as lost.
  quietTimeMs: SEND_WINDOW_MS + 2 * TIMEOUT_MS + 2_000,
  cancel: true,
  reverse: false,
  currencies: [...credentials.keys()],
  // v3 documents no search by reference, but answers a repeated key with the payout that it has.
  doubt: apiVersion === 'v3' ? 'resend' : 'lookup',
  webhooksProve: false,
  webhooksCarryDetails: true,
  keepsRequest: true,
  returnWatchMs: 90 * 24 * HOUR_MS,
});

/** The adapter of Xendit's payouts, v2 and v3, with a credential for each currency. */
export function makeXenditProvider(config: XenditConfig, tools: ProviderTools): Provider {
  const peer = tools.openPeer('xendit', config.baseUrl, {
    concurrency: CONCURRENCY,
    timeoutMs: TIMEOUT_MS,
  });
  const clients = new Map(
    [...config.credentials].map(([currency, credential]) => [
      currency,
      makeClient(peer, config, tools, currency, credential),
    ]),
  );
  const clientFor = (currency: string): XenditClient => {
    const client = clients.get(currency);
    if (client) return client;
    throw new ProviderError('invalid_credentials', `Xendit has no credentials for ${currency}`);
  };
  return {
    name: 'xendit',
    capabilities: capabilities(config),
    prepare: (order) => prepare(config, order),
    reserve: reserveWith(
      tools,
      'xendit',
      (currency) => clients.get(currency)?.submissions ?? UNPACED,
    ),
    async submit(payments, options) {
      const outcomes = await Promise.all(
        payments.map(async (payment): Promise<[string, Outcome]> => {
          const client = clients.get(payment.currency);
          return [
            payment.reference,
            client ? await submitOne(client, payment, options) : NOT_CONFIGURED,
          ];
        }),
      );
      return new Map(outcomes);
    },
    lookup: (orders) => lookUpAll((currency) => clients.get(currency), orders),
    cancel: async (order) => cancelPayout(clientFor(order.currency), order),
    limits: (currency) => (clients.has(currency) ? currencyLimits(currency) : null),
    channels: async (currency) => readChannels(clientFor(currency)),
    balance: async (currency) => readBalance(clientFor(currency)),
    listTransfers: (from, to) => listPayouts([...clients.values()], from, to),
    // Xendit knows no payees, only the bank account that each payout names: it has nothing to say.
    syncAccounts: () => Promise.resolve([]),
    verifyWebhook: (headers, rawBody) => verifyXenditWebhook(config, headers, rawBody),
    readWebhook: readXenditWebhook,
    close: () => peer.close(),
  };
}

/** Nothing was sent, and nothing can be before somebody gives credentials for this currency. */
const NOT_CONFIGURED: Outcome = {
  kind: 'HALT_BATCH',
  code: 'currency_not_configured',
  cause: 'credentials',
  remedy: 'Give Xendit credentials for this currency, then resume the batch.',
};

function prepare(config: XenditConfig, order: PaymentOrder): PreparedPayment {
  const { reference, accountRef, amountMinor, currency, groupId } = order;
  const defaultChannel = config.credentials.get(currency)?.defaultChannel ?? null;
  const body = writeRequest(order, config.apiVersion, defaultChannel);
  return { reference, accountRef, amountMinor, currency, groupId, body };
}

async function submitOne(
  client: XenditClient,
  payment: PreparedPayment,
  { sendBeforeMs }: SubmitOptions,
): Promise<Outcome> {
  const version = versionOfRequest(payment.body);
  const result = await client.call(client.submissions, {
    method: 'POST',
    path: `/${version}/payouts`,
    body: payment.body,
    idempotencyKey: payment.reference,
    sendBeforeMs,
  });
  if (result.kind === 'answered' && result.status < 300) {
    const payout = readExactly(payoutSchema(version), result.text);
    if (payout) return payoutOutcome(payout, payment);
  }
  return callOutcome(result);
}
