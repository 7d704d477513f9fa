import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Log } from './log.ts';
import type { LogRecord } from './records.ts';
import { State, type Book, type Transfer, type TransferEvent } from './state.ts';

const EPOCH_DIGITS = 8;
const SEQ_DIGITS = 8;

/** A transfer as one answer or webhook shows it, at one moment. A lie changes this, never the transfer. */
export type TransferView = {
  /** 16 hexadecimal digits, unique over resets; a wire format puts its own prefix before it. */
  readonly id: string;
  readonly reference: string;
  readonly recipient: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly status: string;
  /** Why it failed; of an accepted one the provider's own word for how far it is, if any. */
  readonly failureCode: string | null;
  /** What the wire format gave when the transfer was made; null where it gave nothing. */
  readonly details: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
};

/** The simulator's durable ledger: facts in memory, each of them a line of the log in the data directory. */
export class Ledger {
  readonly #log: Log;
  #state: State;

  private constructor(log: Log, state: State) {
    this.#log = log;
    this.#state = state;
  }

  /** Reads the ledger in `dataDir`, which is made where it does not exist. Rejects when it cannot be read. */
  static async open(dataDir: string): Promise<Ledger> {
    const state = new State();
    let lineNo = 0;
    const log = await Log.open(join(dataDir, 'ledger.jsonl'), (line) => {
      lineNo += 1;
      try {
        // Only `commit` writes these lines, so their shape is known.
        state.apply(JSON.parse(line) as LogRecord);
      } catch (error) {
        throw new Error(`line ${lineNo} of the ledger cannot be read: ${String(error)}`, {
          cause: error,
        });
      }
    });
    const ledger = new Ledger(log, state);
    if (state.epoch === '') ledger.commit(['o', newEpoch()]);
    return ledger;
  }

  /** Makes a fact. It counts at once in memory, and for good once `durable` has resolved. */
  commit(record: LogRecord): void {
    this.#log.append(JSON.stringify(record));
    this.#state.apply(record);
  }

  /** Resolves when every fact so far is on disk. */
  async durable(): Promise<void> {
    await this.#log.durable();
  }

  /** Forgets everything. Ids made afterwards differ from all earlier ones. */
  async reset(): Promise<void> {
    const state = new State();
    state.epoch = newEpoch();
    this.#state = state;
    await this.#log.startOver(JSON.stringify(['o', state.epoch]));
  }

  async close(): Promise<void> {
    await this.#log.close();
  }

  /** The time in epoch milliseconds; never before a time it has given already. */
  now(): number {
    return Math.max(Date.now(), this.#state.lastAtMs);
  }

  book(provider: string): Book {
    return this.#state.book(provider);
  }

  get transfers(): readonly Transfer[] {
    return this.#state.transfers;
  }

  /** The fault rules of the last start, as they were posted; null where there are none. */
  get faultPlan(): unknown {
    return this.#state.faultPlan;
  }

  /** Calls a minute for each endpoint and key, by provider. */
  get limits(): ReadonlyMap<string, number> {
    return this.#state.limits;
  }

  /** Events whose delivery has neither succeeded nor been given up, oldest first. */
  undelivered(): readonly TransferEvent[] {
    return [...this.#state.undelivered.values()];
  }

  get undeliveredCount(): number {
    return this.#state.undelivered.size;
  }

  /** False for what was made before the last reset. */
  holds(transfer: Transfer): boolean {
    return this.#state.transfers[transfer.seq] === transfer;
  }

  /** The transfer with this id at this provider. */
  withId(provider: string, id: string): Transfer | undefined {
    if (id.length !== EPOCH_DIGITS + SEQ_DIGITS || !id.startsWith(this.#state.epoch))
      return undefined;
    const transfer = this.#state.transfers[Number.parseInt(id.slice(EPOCH_DIGITS), 16)];
    return transfer?.provider === provider ? transfer : undefined;
  }

  /** The place of the first transfer made at or after `atMs`. */
  firstSince(atMs: number): number {
    let low = 0;
    let high = this.transfers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.transfers[middle]?.createdAtMs ?? 0) < atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  view(transfer: Transfer): TransferView {
    return {
      id: this.#state.epoch + transfer.seq.toString(16).padStart(SEQ_DIGITS, '0'),
      reference: transfer.reference,
      recipient: transfer.recipient,
      amountMinor: transfer.amountMinor,
      currency: transfer.currency,
      status: transfer.status,
      failureCode: transfer.failureCode,
      details: transfer.details,
      createdAtMs: transfer.createdAtMs,
      updatedAtMs: transfer.updatedAtMs,
    };
  }

  /** The transfer as it was when the event happened. */
  viewAt(event: TransferEvent): TransferView {
    const { status, failureCode, atMs } = event;
    return { ...this.view(event.transfer), status, failureCode, updatedAtMs: atMs };
  }
}

function newEpoch(): string {
  return randomBytes(EPOCH_DIGITS / 2).toString('hex');
}
