/** A provider as the fault tests see it: how its payees are named, and what it needs to be fast. */
export interface Peer {
  /** For the names of tests. */
  title: string;
  provider: string;
  currency: string;
  /** What each payee earns, in major units. */
  amount: string;
  /** Payees of one fault; a whole chunk where one call carries a whole chunk. */
  payeesPerFault: number;
  /** The account of payee `index` of the fault numbered `fault`. */
  accountRef: (fault: number, index: number) => string;
  /** As it stands in a `when` of the simulator: every recipient of one fault. */
  recipients: (fault: number) => string;
  /** Added to the environment of API and workers. */
  env: Record<string, string>;
  /** An account that is never taken, and what makes the provider refuse it where it is not known for it. */
  poison: { accountRef: string; rules: Record<string, unknown>[] };
}

const two = (value: number): string => String(value).padStart(2, '0');
const four = (value: number): string => String(value).padStart(4, '0');

/** An account that a rule of the simulator refuses in the provider's own word. */
const rejected = (provider: string, accountRef: string, recipient: string, code: string) => ({
  accountRef,
  rules: [{ when: { provider, operation: 'submit', recipient }, effect: 'reject', code }],
});

const mock: Peer = {
  title: 'mock, a call a payment',
  provider: 'mock',
  currency: 'USD',
  amount: '12.34',
  payeesPerFault: 20,
  accountRef: (fault, index) => `m${two(fault)}-${four(index)}`,
  recipients: (fault) => `m${two(fault)}-*`,
  env: {},
  poison: rejected('mock', 'poisoned', 'poisoned', 'invalid_recipient'),
};

export const PEERS = {
  mock,
  mockBatch: {
    ...mock,
    title: 'mock, a call a chunk',
    payeesPerFault: 100,
    env: { BURSAR_MOCK_SUBMISSION: 'batch' },
  },
  xendit: {
    title: 'Xendit v2',
    provider: 'xendit',
    currency: 'IDR',
    amount: '25000',
    payeesPerFault: 20,
    accountRef: (fault, index) => `ID_BCA:77${two(fault)}0000${four(index)}`,
    recipients: (fault) => `77${two(fault)}0000*`,
    env: {},
    poison: rejected('xendit', 'ID_BCA:7799999999', '7799999999', 'INVALID_DESTINATION'),
  },
  xenditV3: {
    title: 'Xendit v3',
    provider: 'xendit',
    currency: 'PHP',
    amount: '250.50',
    payeesPerFault: 20,
    accountRef: (fault, index) => `PH_GCASH:77${two(fault)}0000${four(index)}`,
    recipients: (fault) => `77${two(fault)}0000*`,
    env: { BURSAR_XENDIT_API_VERSION: 'v3' },
    poison: rejected('xendit', 'PH_GCASH:7799999999', '7799999999', 'INVALID_DESTINATION'),
  },
  riseworks: {
    title: 'Rise',
    provider: 'riseworks',
    currency: 'USD',
    amount: '12.34',
    payeesPerFault: 100,
    accountRef: (fault, index) => `us-${two(fault)}fault${four(index)}`,
    recipients: (fault) => `us-${two(fault)}fault*`,
    env: {},
    // Refused as soon as it is drafted.
    poison: { accountRef: 'us-invalid000041', rules: [] },
  },
  stripe: {
    title: 'Stripe transfers',
    provider: 'stripe',
    currency: 'USD',
    amount: '12.34',
    payeesPerFault: 20,
    accountRef: (fault, index) => `acct_${two(fault)}fault${four(index)}`,
    recipients: (fault) => `acct_${two(fault)}fault*`,
    // What a live account may ask Stripe for; the usual 25 a second would be most of the time.
    env: { BURSAR_STRIPE_PER_SECOND: '200' },
    poison: { accountRef: 'acct_41unknown', rules: [] },
  },
} satisfies Record<string, Peer>;
