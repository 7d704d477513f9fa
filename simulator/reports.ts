import type { Simulation } from './simulation.ts';

/** Rows of `GET /_sim/transfers`: every transfer ever made, with what has become of it. */
export function* transferRows(
  { ledger }: Simulation,
  provider: string | null,
  sinceMs: number,
): Generator<object> {
  const { transfers } = ledger;
  for (let at = ledger.firstSince(sinceMs); at < transfers.length; at += 1) {
    const transfer = transfers[at];
    if (transfer === undefined) return;
    if (provider !== null && transfer.provider !== provider) continue;
    yield {
      provider: transfer.provider,
      id: ledger.view(transfer).id,
      reference: transfer.reference,
      recipient: transfer.recipient,
      amount: Number(transfer.amountMinor),
      currency: transfer.currency,
      status: transfer.status,
      createdAt: new Date(transfer.createdAtMs).toISOString(),
      idempotencyKey: transfer.idempotencyKey,
    };
  }
}

/** Rows of `GET /_sim/requests`: the last requests, oldest first. */
export function* requestRows({ requests }: Simulation, sinceMs: number): Generator<object> {
  for (const row of requests.since(sinceMs)) {
    const { method, path, key, reference, bodyHash, status, atMs } = row;
    const bodySha256 =
      bodyHash === null ? null : Buffer.from(bodyHash, 'base64url').toString('hex');
    yield { method, path, key, reference, bodySha256, status, at: new Date(atMs).toISOString() };
  }
}

/** Body of `GET /_sim/stats`: counts and sums per provider, currency and status. */
export function statsOf({ ledger }: Simulation): string {
  const groups = new Map<string, { of: object; count: number; sumMinor: bigint }>();
  for (const { provider, currency, status, amountMinor } of ledger.transfers) {
    const name = `${provider} ${currency} ${status}`;
    let group = groups.get(name);
    if (group === undefined) {
      group = { of: { provider, currency, status }, count: 0, sumMinor: 0n };
      groups.set(name, group);
    }
    group.count += 1;
    group.sumMinor += amountMinor;
  }
  // By hand, because a sum may be larger than a double holds exactly.
  const rows = [...groups.values()].map(
    ({ of, count, sumMinor }) =>
      `${JSON.stringify(of).slice(0, -1)},"count":${count},"amount":${sumMinor}}`,
  );
  return `{"stats":[${rows.join(',')}],"webhooks":{"undelivered":${ledger.undeliveredCount}}}`;
}
