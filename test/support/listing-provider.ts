import type { LookupResult, Outcome } from '../../domain/outcome.ts';
import {
  ProviderError,
  type Capabilities,
  type Provider,
  type Transfer,
} from '../../providers/port.ts';

/** What a provider of a test has, to be changed by the test. */
export interface ListingBooks {
  transfers: Transfer[];
  /** What a look-up of a reference finds, where that is not what is listed. */
  lookups: Map<string, LookupResult>;
  balances: Map<string, bigint>;
  /** Null: it has no list. */
  lists: boolean;
  /** References that were looked up, in order. */
  asked: string[];
  capabilities: Partial<Capabilities>;
}

export const listingBooks = (): ListingBooks => ({
  transfers: [],
  lookups: new Map(),
  balances: new Map(),
  lists: true,
  asked: [],
  capabilities: {},
});

/** A listed transfer, settled unless told. */
export const transferOf = (
  given: Pick<Transfer, 'reference' | 'amountMinor'> & Partial<Transfer>,
): Transfer => {
  const providerPaymentId = given.providerPaymentId ?? `mp_${given.reference.split(':')[0] ?? ''}`;
  return {
    providerPaymentId,
    currency: 'USD',
    outcome: { kind: 'SETTLED', providerPaymentId },
    createdAt: new Date(),
    ...given,
  };
};

/** Money came back, by the provider's own word. */
export const returnedOutcome = (providerPaymentId: string, blocksAccount = false): Outcome => ({
  kind: 'RETURNED',
  providerPaymentId,
  failure: {
    code: blocksAccount ? 'account_blocked' : 'returned',
    providerCode: 'returned',
    payeeRemedy: 'Check the account.',
    operatorRemedy: 'The money came back.',
    blocksAccount,
  },
});

const unused = (): never => {
  throw new Error('the test does not use this');
};

/** A provider over books of a test, for everything that reads and never pays. */
export function listingProvider(books: ListingBooks): Provider {
  return {
    name: 'mock',
    get capabilities(): Capabilities {
      return { ...CAPABILITIES, ...books.capabilities };
    },
    prepare: unused,
    reserve: unused,
    submit: unused,
    cancel: unused,
    limits: unused,
    syncAccounts: unused,
    verifyWebhook: unused,
    readWebhook: unused,
    async lookup(orders) {
      books.asked.push(...orders.map(({ reference }) => reference));
      return new Map(
        orders.map(({ reference }): [string, LookupResult] => [
          reference,
          books.lookups.get(reference) ??
            books.transfers.find((transfer) => transfer.reference === reference)?.outcome ?? {
              kind: 'ABSENT',
            },
        ]),
      );
    },
    async balance(currency) {
      const minor = books.balances.get(currency);
      if (minor === undefined) throw new ProviderError('unreachable', 'no answer');
      return minor;
    },
    async *listTransfers(from, to) {
      if (!books.lists) throw new ProviderError('unsupported', 'there is no list');
      yield* books.transfers.filter(({ createdAt }) => createdAt >= from && createdAt < to);
    },
    close: async () => {},
  };
}

const CAPABILITIES: Capabilities = {
  submissionPaymentsMax: 1,
  concurrency: 10,
  paymentsPerSecond: 100,
  lookupReferencesMax: 100,
  idempotencyWindowMs: 0,
  quietTimeMs: 0,
  cancel: false,
  reverse: false,
  currencies: [],
  doubt: 'lookup',
  webhooksProve: true,
  webhooksCarryDetails: false,
  keepsRequest: false,
  returnWatchMs: 90 * 86_400_000,
};
