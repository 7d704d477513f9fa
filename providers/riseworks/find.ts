import type { LookupResult } from '../../domain/outcome.ts';
import { refusal, unreachable } from '../http.ts';
import { ProviderError, type LookupOrder, type Transfer } from '../port.ts';
import { byReference, listedOutcome, referenceIn, stateOutcome } from './outcomes.ts';
import type { Session } from './session.ts';
import { itemSchema, itemsSchema, readJson, type Item } from './wire.ts';

const DAY_MS = 86_400_000;
/** Beyond so many days the list of the whole team is too long to be asked for at once. */
const TEAM_DAYS_MAX = 3;
/** For so few payments their recipients are asked about at once. */
const RECIPIENTS_MAX = 3;

const day = (instantMs: number): string => new Date(instantMs).toISOString().slice(0, 10);

/** One page of `GET /v2/payments`, as it came; null where there is no readable answer. */
async function query(session: Session, team: string, more: Record<string, string>) {
  const given = { team_nanoid: team, query_type: 'payable', state: 'all', ...more };
  const path = `/v2/payments?${new URLSearchParams(given).toString()}`;
  const result = await session.call({ method: 'GET', path });
  const rows =
    result.kind === 'answered' && result.status === 200
      ? readJson(itemsSchema, result.text)?.data.items
      : undefined;
  return { result, rows: rows ?? null };
}

/**
 * Looks payments up by the reference in their invoice's description. The list of the team says most
 * of them in one call; but how long it may be is not documented, so a payment counts as absent only
 * where the list of its own recipient lacks it too.
 */
export async function lookup(
  session: Session,
  team: string,
  orders: readonly LookupOrder[],
): Promise<Map<string, LookupResult>> {
  const results = new Map<string, LookupResult>();
  const sinceMs = Math.min(...orders.map(({ sentAt }) => sentAt?.getTime() ?? 0));
  if (orders.length > RECIPIENTS_MAX && Date.now() - sinceMs < TEAM_DAYS_MAX * DAY_MS) {
    const { rows } = await query(session, team, datesSince(sinceMs));
    const listed = byReference(rows ?? []);
    for (const order of orders) {
      if (listed.has(order.reference)) {
        results.set(order.reference, listedOutcome(listed.get(order.reference), order));
      }
    }
  }
  const left = orders.filter(({ reference }) => !results.has(reference));
  const recipients = [...new Set(left.map(({ accountRef }) => accountRef))];
  await Promise.all(
    recipients.map(async (recipient) => {
      const dates = sinceMs > 0 ? datesSince(sinceMs) : {};
      const { rows } = await query(session, team, { ...dates, recipient });
      const listed = rows && byReference(rows);
      for (const order of left.filter(({ accountRef }) => accountRef === recipient)) {
        results.set(
          order.reference,
          listed
            ? listedOutcome(listed.get(order.reference), order)
            : { kind: 'AMBIGUOUS', code: 'lookup_failed' },
        );
      }
    }),
  );
  return results;
}

/** With a day's margin at both ends, since the time zone of the filter is not documented. */
const datesSince = (sinceMs: number) => ({
  start_date: day(sinceMs - DAY_MS),
  end_date: day(Date.now() + DAY_MS),
});

/** All payments of the team created in [from, to), oldest first, asked for day by day. */
export async function* listTransfers(
  session: Session,
  team: string,
  from: Date,
  to: Date,
): AsyncGenerator<Transfer> {
  const firstDayMs = Math.floor(from.getTime() / DAY_MS) * DAY_MS;
  for (let dayMs = firstDayMs; dayMs < to.getTime(); dayMs += DAY_MS) {
    const startMs = Math.max(dayMs, from.getTime());
    const endMs = Math.min(dayMs + DAY_MS, to.getTime());
    const { result, rows } = await query(session, team, {
      start_date: day(dayMs - DAY_MS),
      end_date: day(dayMs + DAY_MS),
    });
    if (result.kind !== 'answered') throw unreachable();
    if (result.status !== 200) throw refusal(result.status);
    if (!rows) throw unreadable();
    yield* rows
      .map(toTransfer)
      .filter(({ createdAt }) => createdAt.getTime() >= startMs && createdAt.getTime() < endMs)
      .toSorted((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
  }
}

/** A payment that is not ours goes by its own id. */
function toTransfer(row: unknown): Transfer {
  const item: Item | undefined = itemSchema.safeParse(row).data;
  const createdAt = item?.payment.created_at ?? item?.invoice?.created_at;
  const amountMinor = item?.payment.amount_cents ?? item?.invoice?.amount_cents;
  if (!item || !createdAt || amountMinor === undefined || amountMinor === null) throw unreadable();
  return {
    providerPaymentId: item.payment.nanoid,
    reference: referenceIn(item.invoice?.invoice_description) ?? item.payment.nanoid,
    amountMinor,
    currency: 'USD',
    outcome: stateOutcome(item),
    createdAt: new Date(createdAt),
  };
}

const unreadable = (): ProviderError =>
  new ProviderError('unreadable', 'the list of payments at Rise is not readable');
