const REQUESTS_KEPT = 200_000;

/** One request as received; for a batch call, also one for each of its items. */
export type RequestRow = {
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  readonly reference: string | null;
  /** base64url; null where the body was not read. */
  readonly bodyHash: string | null;
  readonly atMs: number;
  /** null as long as nothing has been answered, and for ever where the answer was lost on purpose. */
  status: number | null;
};

/** The last 200,000 requests, in memory only. */
export class Requests {
  #rows: RequestRow[] = [];
  #next = 0;
  #received = 0;

  /** How many there were since the start. */
  get received(): number {
    return this.#received;
  }

  add(row: RequestRow): RequestRow {
    this.#rows[this.#next] = row;
    this.#next = (this.#next + 1) % REQUESTS_KEPT;
    this.#received += 1;
    return row;
  }

  /** Oldest first. */
  *since(atMs: number): Generator<RequestRow> {
    const older = this.#rows.slice(this.#next);
    const newer = this.#rows.slice(0, this.#next);
    for (const row of older) if (row.atMs >= atMs) yield row;
    for (const row of newer) if (row.atMs >= atMs) yield row;
  }

  clear(): void {
    this.#rows = [];
    this.#next = 0;
  }
}
