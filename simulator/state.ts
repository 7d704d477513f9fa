import type {
  AcceptRecord,
  Account,
  ChangeRecord,
  LogRecord,
  Plan,
  TransferStatus,
} from './records.ts';

// What every currency starts with.
const STARTING_BALANCE_MINOR = 10n ** 15n;

/** One transfer of money. Only `State` changes it. */
export type Transfer = {
  readonly seq: number;
  readonly provider: string;
  readonly reference: string;
  readonly recipient: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly idempotencyKey: string;
  readonly bodyHash: string;
  readonly createdAtMs: number;
  updatedAtMs: number;
  /** What the wire format keeps of the request; null where it keeps nothing. */
  readonly details: string | null;
  status: TransferStatus;
  /** The provider's own word: why it failed, or, of an accepted one, how far it is. */
  failureCode: string | null;
  plan: Plan | null;
  events: number;
  /** Whether its amount is taken from the balance now. */
  holdsMoney: boolean;
};

/** A change of a transfer that the receiver of webhooks has not yet been told. */
export type TransferEvent = {
  readonly transfer: Transfer;
  readonly eventNo: number;
  readonly status: TransferStatus;
  readonly failureCode: string | null;
  readonly atMs: number;
};

/** A change of an account. It is told, but not kept until it has been: that lasts as the process does. */
export type AccountEvent = {
  readonly provider: string;
  readonly account: Account;
  readonly eventId: string;
};

/** What the simulator knows of one provider. */
export class Book {
  readonly accounts = new Map<string, Account>();
  /** What the wire format keeps beside its transfers, by names of its own. */
  readonly notes = new Map<string, string>();
  readonly #byKey = new Map<string, Transfer>();
  readonly #byReference = new Map<string, Transfer | Transfer[]>();
  readonly #available = new Map<string, bigint>();

  /** The transfer that this key made, within `scope` where the provider has such. */
  withKey(key: string, scope?: string): Transfer | undefined {
    return this.#byKey.get(scope === undefined ? key : `${scope}\n${key}`);
  }

  /** Every transfer with this reference: more than one means that somebody was paid twice. */
  withReference(reference: string): readonly Transfer[] {
    const found = this.#byReference.get(reference);
    if (found === undefined) return [];
    return Array.isArray(found) ? found : [found];
  }

  /** Minor units that can still be paid out. */
  available(currency: string): bigint {
    return this.#available.get(currency) ?? STARTING_BALANCE_MINOR;
  }

  /** Every currency in which money was set or has moved. */
  get currencies(): readonly string[] {
    return [...this.#available.keys()];
  }

  setAvailable(currency: string, amountMinor: bigint): void {
    this.#available.set(currency, amountMinor);
  }

  add(transfer: Transfer, keyScope?: string): void {
    const key = transfer.idempotencyKey;
    this.#byKey.set(keyScope === undefined ? key : `${keyScope}\n${key}`, transfer);
    const others = this.withReference(transfer.reference);
    // A bare transfer, not a list of one: nearly every reference has one, and there may be a million.
    this.#byReference.set(
      transfer.reference,
      others.length === 0 ? transfer : [...others, transfer],
    );
  }
}

/** All facts, in memory: the fold of the log's records. */
export class State {
  readonly transfers: Transfer[] = [];
  readonly undelivered = new Map<number, TransferEvent>();
  epoch = '';
  lastAtMs = 0;
  faultPlan: unknown = null;
  /** Calls a minute that a provider lets through, for each endpoint and key. */
  readonly limits = new Map<string, number>();
  readonly #books = new Map<string, Book>();

  book(provider: string): Book {
    let book = this.#books.get(provider);
    if (book === undefined) {
      book = new Book();
      this.#books.set(provider, book);
    }
    return book;
  }

  apply(record: LogRecord): void {
    switch (record[0]) {
      case 'a':
        this.#accept(record);
        break;
      case 'c':
        this.#change(record);
        break;
      case 'w':
        this.undelivered.delete(eventKey(record[1], record[2]));
        break;
      case 'b':
        this.book(record[1]).setAvailable(record[2], BigInt(record[3]));
        break;
      case 'k':
        for (const account of record[2]) {
          this.book(record[1]).accounts.set(account.accountRef, account);
        }
        break;
      case 'f':
        this.faultPlan = record[1];
        break;
      case 'l':
        if (record[2] === null) this.limits.delete(record[1]);
        else this.limits.set(record[1], record[2]);
        break;
      case 'n':
        if (record[3] === null) this.book(record[1]).notes.delete(record[2]);
        else this.book(record[1]).notes.set(record[2], record[3]);
        break;
      case 'o':
        this.epoch = record[1];
        break;
    }
  }

  #accept(record: AcceptRecord): void {
    const [, provider, reference, recipient, amount, currency, idempotencyKey, bodyHash] = record;
    const [, , , , , , , , atMs, status, failureCode, plan, extra] = record;
    const transfer: Transfer = {
      seq: this.transfers.length,
      provider,
      reference,
      recipient,
      amountMinor: BigInt(amount),
      currency,
      idempotencyKey,
      bodyHash,
      createdAtMs: atMs,
      updatedAtMs: atMs,
      details: extra?.details ?? null,
      status,
      failureCode,
      plan,
      events: 0,
      holdsMoney: false,
    };
    this.lastAtMs = atMs;
    this.transfers.push(transfer);
    const book = this.book(provider);
    book.add(transfer, extra?.keyScope);
    hold(book, transfer, isHeld(status) && extra?.unfunded !== true);
    if (extra?.announced === true) this.#tell(transfer, 1, atMs);
  }

  #change([, seq, status, failureCode, atMs, eventNo, plan]: ChangeRecord): void {
    const transfer = this.transfers[seq];
    if (transfer === undefined)
      throw new Error(`a change of transfer ${seq}, which does not exist`);
    const book = this.book(transfer.provider);
    // A transfer that holds nothing takes nothing by going on: only settling it does.
    hold(book, transfer, status === 'settled' || (isHeld(status) && transfer.holdsMoney));
    transfer.status = status;
    transfer.failureCode = failureCode;
    transfer.updatedAtMs = atMs;
    transfer.plan = plan;
    this.lastAtMs = atMs;
    if (eventNo > 0) this.#tell(transfer, eventNo, atMs);
  }

  #tell(transfer: Transfer, eventNo: number, atMs: number): void {
    const { seq, status, failureCode } = transfer;
    transfer.events = eventNo;
    const event = { transfer, eventNo, status, failureCode, atMs };
    this.undelivered.set(eventKey(seq, eventNo), event);
  }
}

function isHeld(status: TransferStatus): boolean {
  return status === 'accepted' || status === 'settled';
}

function hold(book: Book, transfer: Transfer, isHolding: boolean): void {
  if (transfer.holdsMoney === isHolding) return;
  transfer.holdsMoney = isHolding;
  const { currency, amountMinor } = transfer;
  const available = book.available(currency);
  book.setAvailable(currency, isHolding ? available - amountMinor : available + amountMinor);
}

function eventKey(seq: number, eventNo: number): number {
  return seq * 4096 + eventNo;
}
