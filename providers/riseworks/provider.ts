import type { PrivateKeyAccount } from 'viem/accounts';
import { AMOUNT_MINOR_MAX } from '../../domain/limits.ts';
import { UNPACED } from '../pace.ts';
import {
  OrderUnfit,
  SEND_WINDOW_MS,
  type Capabilities,
  type PaymentLimits,
  type PaymentOrder,
  type PreparedPayment,
  type Provider,
  type SignedRequest,
} from '../port.ts';
import { reserveWith, type ProviderTools } from '../tools.ts';
import { inviteToRise, syncMembers, teamBalance, type KycMap } from './accounts.ts';
import type { Expected } from './check-draft.ts';
import { execute } from './execute.ts';
import { listTransfers, lookup } from './find.ts';
import { openSession, type Session } from './session.ts';
import { stage, type Signing } from './stage.ts';
import { readRiseWebhook, verifyRiseWebhook, type RiseWebhookConfig } from './webhook.ts';

export interface RiseConfig {
  baseUrl: string;
  /** Signs in and signs payments; it does not tell its key. */
  wallet: PrivateKeyAccount;
  /** 0x and 40 hex digits. */
  riseId: string;
  /** `te-…`, which all payments come from. */
  team: string;
  network: string;
  /** The chain that may be signed for; null for any. */
  chainId: number | null;
  /** The contract that may be signed for; null for any. */
  contract: string | null;
  /** How long after a send a payment may show up in the list, beyond the wait for an answer. */
  chainDelayMs: number;
  kycMap: KycMap;
  webhook: RiseWebhookConfig;
}

/** An execution waits for the chain. */
const TIMEOUT_MS = 30_000;
const CONCURRENCY = 8;

const capabilities = ({ chainDelayMs }: RiseConfig): Capabilities => ({
  // The specification's chunk; Rise documents no limit.
  submissionPaymentsMax: 100,
  concurrency: CONCURRENCY,
  paymentsPerSecond: 50,
  lookupReferencesMax: 100,
  // An executed signature cannot be executed again, and its payments stay in the list.
  idempotencyWindowMs: 30 * 86_400_000,
  quietTimeMs: SEND_WINDOW_MS + TIMEOUT_MS + chainDelayMs,
  cancel: false,
  reverse: false,
  currencies: ['USD'],
  doubt: 'lookup',
  webhooksProve: false,
  webhooksCarryDetails: false,
  keepsRequest: false,
  // A transaction on the chain is final; Rise documents no return.
  returnWatchMs: 0,
});

const LIMITS: PaymentLimits = {
  minimumMinor: 1n,
  maximumMinor: AMOUNT_MINOR_MAX,
  incrementMinor: 1n,
};

/** The adapter of Rise's B2B API, version 2: payments of a team in groups, each signed by its wallet. */
export function makeRiseProvider(config: RiseConfig, tools: ProviderTools): Provider {
  const { team, wallet, webhook } = config;
  const limits = capabilities(config);
  const peer = tools.openPeer('riseworks', config.baseUrl, {
    concurrency: CONCURRENCY,
    timeoutMs: TIMEOUT_MS,
  });
  const session = openSession(peer, wallet, config.riseId);
  const unsent = new WeakSet<SignedRequest>();
  const reserveCalls = reserveWith(tools, 'riseworks', UNPACED);
  const signing: Signing = {
    session,
    wallet,
    team,
    network: config.network,
    expected: expectations(config, session),
  };
  return {
    name: 'riseworks',
    capabilities: limits,
    prepare,
    // A group is one call, whole or not at all.
    async reserve(count, currency) {
      const { granted, waitMs } = await reserveCalls(1, currency);
      return { granted: granted > 0 ? count : 0, waitMs };
    },
    async stage(payments) {
      const staged = await stage(signing, payments);
      if (staged.kind === 'signed') unsent.add(staged.request);
      return staged;
    },
    submit: (payments, options) =>
      execute(
        {
          session,
          quietTimeMs: limits.quietTimeMs,
          unsent,
          lookup: (orders) => lookup(session, team, orders),
        },
        payments,
        options,
      ),
    lookup: (orders) => lookup(session, team, orders),
    // Nothing of the kind is documented.
    cancel: () => Promise.resolve(false),
    limits: (currency) => (currency === 'USD' ? LIMITS : null),
    balance: async (currency) => (await teamBalance(session, team, currency)).available,
    listTransfers: (from, to) => listTransfers(session, team, from, to),
    syncAccounts: (accountRefs) => syncMembers(session, team, config.kycMap, accountRefs),
    invite: (emails, role) => inviteToRise(session, team, emails, role),
    verifyWebhook: (headers, rawBody) => verifyRiseWebhook(webhook, team, headers, rawBody),
    readWebhook: (eventId, rawBody) => readRiseWebhook(eventId, rawBody, team),
    close: () => peer.close(),
  };
}

const USER = /^us-[\w-]{6,40}$/;

/** One payment of the list that a draft is asked for. Its description is our reference. */
function prepare(order: PaymentOrder): PreparedPayment {
  const { reference, accountRef, amountMinor, currency, groupId } = order;
  if (!USER.test(accountRef)) throw new OrderUnfit('the account is no user id of Rise (us-…)');
  if (currency !== 'USD') throw new OrderUnfit('Rise pays in USD only');
  const body = `{"to":${JSON.stringify(accountRef)},"amount_cents":${amountMinor},"currency_symbol":"USD","invoice_description":${JSON.stringify(reference)}}`;
  return { reference, accountRef, amountMinor, currency, groupId, body };
}

/**
 * Payments come from the wallet, from the RiseID, or from the team's account, whose address Rise is
 * asked for once.
 */
function expectations(config: RiseConfig, session: Session): Signing['expected'] {
  const known = [config.wallet.address.toLowerCase(), config.riseId.toLowerCase()];
  return async (from): Promise<Expected | null> => {
    if (!known.includes(from.toLowerCase())) {
      const told = await teamBalance(session, config.team, 'USD').catch(() => null);
      if (told === null) return null;
      if (told.address !== null && !known.includes(told.address)) known.push(told.address);
    }
    const { chainId, contract } = config;
    return { from: known, chainId, contract, nowMs: Date.now() };
  };
}
