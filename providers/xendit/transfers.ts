import { currencyDigits } from '../../domain/currency.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { ProviderError, type Transfer } from '../port.ts';
import { readAnswer, unreadable, type XenditClient } from './client.ts';
import { readDecimal } from './money.ts';
import { statusOutcome } from './outcomes.ts';
import { transactionsSchema, type Transaction } from './wire.ts';

/** The list's order is not documented, so so much of it is read at once and sorted here. */
const WINDOW_MS = 3_600_000;
const PAGE = 50;
/** More pages than a business can fill in a window. */
const PAGES_MAX = 20_000;
const TURN_MAX_MS = 90_000;
const LIMITED_TRIES_MAX = 5;

/**
 * All payouts created in [from, to), oldest first. Payouts themselves can only be found by reference,
 * so this reads the movements of the balance, `GET /transactions` of type DISBURSEMENT, whose
 * `product_id` is the payout's id (documentation: list transactions). It needs the permission
 * "Transaction Read". They carry no failure codes. Throws `ProviderError`.
 */
export async function* listPayouts(
  clients: readonly XenditClient[],
  from: Date,
  to: Date,
): AsyncGenerator<Transfer> {
  for (let start = from.getTime(); start < to.getTime(); start += WINDOW_MS) {
    const end = Math.min(start + WINDOW_MS, to.getTime());
    const read = await Promise.all(clients.map((client) => readWindow(client, start, end)));
    yield* read.flat().toSorted((one, other) => +one.createdAt - +other.createdAt);
  }
}

async function readWindow(client: XenditClient, startMs: number, endMs: number) {
  const transfers: Transfer[] = [];
  // Both ends are included, to the millisecond.
  const query = new URLSearchParams({
    types: 'DISBURSEMENT',
    currency: client.currency,
    'created[gte]': new Date(startMs).toISOString(),
    'created[lte]': new Date(endMs - 1).toISOString(),
    limit: String(PAGE),
  });
  const ends = new Set<string>();
  while (ends.size < PAGES_MAX) {
    const page = readAnswer(
      transactionsSchema,
      await getPage(client, `/transactions?${query.toString()}`),
    );
    for (const transaction of page.data) {
      const transfer = toTransfer(client, transaction);
      const createdMs = transfer.createdAt.getTime();
      const isInside = createdMs >= startMs && createdMs < endMs;
      if (isInside && transaction.cashflow !== 'MONEY_IN') transfers.push(transfer);
    }
    const last = page.data.at(-1);
    if (!page.has_more || !last) return transfers;
    if (ends.has(last.id)) break;
    ends.add(last.id);
    query.set('after_id', last.id);
  }
  throw new ProviderError('unreadable', 'Xendit’s list of transactions does not end');
}

async function getPage(client: XenditClient, path: string) {
  for (let tries = 1; ; tries += 1) {
    if (!(await client.movements.turn(TURN_MAX_MS))) {
      throw new ProviderError('unreachable', 'Xendit limits how fast its transactions can be read');
    }
    const result = await client.call(client.movements, { method: 'GET', path });
    const isLimited = result.kind === 'answered' && result.status === 429;
    if (!isLimited || tries === LIMITED_TRIES_MAX) return result;
  }
}

function toTransfer(client: XenditClient, told: Transaction): Transfer {
  const createdAt = new Date(told.created);
  const amount = readDecimal(told.amount, currencyDigits(client.currency));
  if (told.currency !== client.currency || !amount?.isExact || Number.isNaN(+createdAt)) {
    throw unreadable();
  }
  return {
    providerPaymentId: told.product_id,
    reference: told.reference_id,
    // Money that went out may be written with a sign.
    amountMinor: amount.minor < 0n ? -amount.minor : amount.minor,
    currency: told.currency,
    outcome: movementOutcome(told.status, told.product_id),
    createdAt,
  };
}

const STATUSES: ReadonlyMap<string, string> = new Map([
  ['PENDING', 'ACCEPTED'],
  ['SUCCESS', 'SUCCEEDED'],
  ['FAILED', 'FAILED'],
  ['VOIDED', 'CANCELLED'],
  ['REVERSED', 'REVERSED'],
]);

/** The status of a movement, as that of the payout behind it. */
const movementOutcome = (status: string, payoutId: string): Outcome =>
  statusOutcome(STATUSES.get(status) ?? `transaction ${status}`, null, payoutId);
