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
  const groups = new Map<string, { count: number; sumMinor: bigint }>();
  for (const { provider, currency, status, amountMinor } of ledger.transfers) {
    const name = JSON.stringify({ provider, currency, status });
    const group = groups.get(name) ?? { count: 0, sumMinor: 0n };
    group.count += 1;
    group.sumMinor += amountMinor;
    groups.set(name, group);
  }
  // By hand, because a sum may be larger than a double holds exactly.
  const rows = [...groups].map(
    ([name, { count, sumMinor }]) => `${name.slice(0, -1)},"count":${count},"amount":${sumMinor}}`,
  );
  return `{"stats":[${rows.join(',')}],"webhooks":{"undelivered":${ledger.undeliveredCount}}}`;
}
