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
  status: TransferStatus;
  failureCode: string | null;
  plan: Plan | null;
  events: number;
};

/** A change of a transfer that the receiver of webhooks has not yet been told. */
export type TransferEvent = {
  readonly transfer: Transfer;
  readonly eventNo: number;
  readonly status: TransferStatus;
  readonly failureCode: string | null;
  readonly atMs: number;
};

/** What the simulator knows of one provider. */
export class Book {
  readonly byKey = new Map<string, Transfer>();
  readonly accounts = new Map<string, Account>();
  readonly #byReference = new Map<string, Transfer | Transfer[]>();
  readonly #available = new Map<string, bigint>();

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

  setAvailable(currency: string, amountMinor: bigint): void {
    this.#available.set(currency, amountMinor);
  }

  add(transfer: Transfer): void {
    this.byKey.set(transfer.idempotencyKey, transfer);
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
      case 'o':
        this.epoch = record[1];
        break;
    }
  }

  #accept(record: AcceptRecord): void {
    const [, provider, reference, recipient, amount, currency, idempotencyKey, bodyHash] = record;
    const [, , , , , , , , atMs, status, failureCode, plan] = record;
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
      status,
      failureCode,
      plan,
      events: 0,
    };
    this.lastAtMs = atMs;
    this.transfers.push(transfer);
    const book = this.book(provider);
    book.add(transfer);
    if (holdsMoney(status)) move(book, transfer, -transfer.amountMinor);
  }

  #change([, seq, status, failureCode, atMs, eventNo, plan]: ChangeRecord): void {
    const transfer = this.transfers[seq];
    if (transfer === undefined)
      throw new Error(`a change of transfer ${seq}, which does not exist`);
    const book = this.book(transfer.provider);
    if (holdsMoney(transfer.status)) move(book, transfer, transfer.amountMinor);
    if (holdsMoney(status)) move(book, transfer, -transfer.amountMinor);
    transfer.status = status;
    transfer.failureCode = failureCode;
    transfer.updatedAtMs = atMs;
    transfer.plan = plan;
    this.lastAtMs = atMs;
    if (eventNo === 0) return;
    transfer.events = eventNo;
    const event = { transfer, eventNo, status, failureCode, atMs };
    this.undelivered.set(eventKey(seq, eventNo), event);
  }
}

function holdsMoney(status: TransferStatus): boolean {
  return status === 'accepted' || status === 'settled';
}

function move(book: Book, transfer: Transfer, byMinor: bigint): void {
  book.setAvailable(transfer.currency, book.available(transfer.currency) + byMinor);
}

function eventKey(seq: number, eventNo: number): number {
  return seq * 4096 + eventNo;
}
