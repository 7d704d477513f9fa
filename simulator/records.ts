/** What has become of a transfer. `accepted` and `settled` hold money; the others have given it back. */
export const TRANSFER_STATUSES = [
  'accepted',
  'settled',
  'failed',
  'cancelled',
  'returned',
] as const;
export type TransferStatus = (typeof TRANSFER_STATUSES)[number];

/** What will become of a transfer, and when (epoch milliseconds), unless something else comes first. */
export type Plan = {
  readonly status: 'settled' | 'failed' | 'returned';
  readonly dueAtMs: number;
  readonly code: string | null;
  /** After settling, returned this much later. */
  readonly returnAfterMs: number | null;
};

/** A payee's account as the provider's list shows it. */
export type Account = {
  readonly accountRef: string;
  readonly kycStatus: 'NOT_STARTED' | 'PENDING' | 'APPROVED' | 'REJECTED';
  readonly email?: string | undefined;
  readonly updatedAtMs: number;
};

/** The opposite of what is true of an account, for a forged event. */
export const falsifiedAccount = (account: Account): Account => ({
  ...account,
  kycStatus: account.kycStatus === 'APPROVED' ? 'REJECTED' : 'APPROVED',
});

/**
 * The lines of the log. Tuples, because a ledger of a million transfers repeats them a million times.
 * A transfer's number is its place among the `a` lines; an event's number counts within its transfer,
 * 0 where no webhook is due.
 */
export type LogRecord =
  | readonly ['o', epoch: string]
  | AcceptRecord
  | ChangeRecord
  | readonly ['w', seq: number, eventNo: number]
  | readonly ['b', provider: string, currency: string, amount: number]
  | readonly ['k', provider: string, accounts: readonly Account[]]
  | readonly ['f', plan: unknown]
  | readonly ['l', provider: string, perMinute: number | null]
  | readonly ['n', provider: string, name: string, value: string | null];

/** A transfer was made. */
export type AcceptRecord = readonly [
  type: 'a',
  provider: string,
  reference: string,
  recipient: string,
  amount: number,
  currency: string,
  idempotencyKey: string,
  bodyHash: string,
  atMs: number,
  status: TransferStatus,
  code: string | null,
  plan: Plan | null,
  extra?: AcceptExtra,
];

/** What only some providers' transfers have. */
export type AcceptExtra = {
  /** What the wire format keeps of the request, to tell it again: text of its own making. */
  readonly details?: string;
  /** Within what an idempotency key counts, for instance one account of the provider. */
  readonly keyScope?: string;
  /** Accepted although the balance did not cover it: it holds no money. */
  readonly unfunded?: true;
  /** A webhook tells of the creation itself, as event 1. */
  readonly announced?: true;
};

/** A transfer changed its status. */
export type ChangeRecord = readonly [
  type: 'c',
  seq: number,
  status: TransferStatus,
  code: string | null,
  atMs: number,
  eventNo: number,
  plan: Plan | null,
];
