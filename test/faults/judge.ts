import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { transfersOf, type SimulatedTransfer } from '../support/payout.ts';
import type { TestStack } from '../support/test-stack.ts';

const paymentRow = z.object({
  id: z.string(),
  batch_id: z.string(),
  status: z.string(),
  generation: z.number(),
  failures: z.number(),
  amount_minor: z.bigint(),
  account_ref: z.string(),
  failure_code: z.string().nullable(),
  failure_reason: z.string().nullable(),
});
export type PaymentRow = z.infer<typeof paymentRow>;

/** What both books say about every payment of one provider, and where they do not agree. */
export interface Judgement {
  payments: PaymentRow[];
  transfers: SimulatedTransfer[];
  /** Payments by state. */
  counts: Record<string, number>;
  /** One line for each payment that was paid twice, lost, paid wrongly, or paid though it ended otherwise. */
  wrongs: string[];
  /** Breaches of the invariants on our own rows. */
  breaches: unknown[];
}

const RESTING = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'RETURNED', 'ON_HOLD']);
/** Statuses of a transfer that holds money, or has moved it for good. */
const MOVED = new Set(['settled', 'accepted']);

/**
 * Holds our payments against the simulator's ledger, which is the judge: at most one transfer of each
 * payment has moved money; exactly one, of its amount, where it is COMPLETED; none where it ended
 * otherwise; none that belongs to no payment; and nobody is left without an end.
 */
export async function judge(
  stack: Pick<TestStack, 'simulatorUrl'>,
  db: Db,
  provider: string,
): Promise<Judgement> {
  const [payments, transfers, invariants] = await Promise.all([
    db.run(
      paymentRow,
      `select id, batch_id, status, generation, failures, amount_minor, account_ref, failure_code,
         failure_reason
       from payments where provider = $1 order by id`,
      [provider],
    ),
    transfersOf(stack, provider),
    checkInvariants(db),
  ]);
  const moved = new Map<string, SimulatedTransfer[]>();
  for (const transfer of transfers.filter(({ status }) => MOVED.has(status))) {
    const id = transfer.reference.split(':')[0] ?? '';
    moved.set(id, [...(moved.get(id) ?? []), transfer]);
  }
  const wrongs = payments.flatMap((payment) => {
    const wrong = wrongWith(payment, moved.get(payment.id) ?? []);
    return wrong === null ? [] : [`${payment.id} (${payment.status}): ${wrong}`];
  });
  const known = new Set(payments.map(({ id }) => id));
  const strangers = [...moved.keys()].filter((id) => !known.has(id));
  return {
    payments,
    transfers,
    counts: countBy(payments.map(({ status }) => status)),
    wrongs: [...wrongs, ...strangers.map((id) => `${id}: a transfer of no payment`)],
    breaches: invariants.filter(({ breaches }) => breaches > 0),
  };
}

function wrongWith(payment: PaymentRow, moved: readonly SimulatedTransfer[]): string | null {
  if (moved.length > 1) return `paid ${moved.length} times`;
  if (!RESTING.has(payment.status)) return 'left without an end';
  const [transfer] = moved;
  if (payment.status !== 'COMPLETED') return transfer ? 'paid, though it ended otherwise' : null;
  if (!transfer) return 'not paid';
  if (transfer.status !== 'settled') return `its transfer is ${transfer.status}`;
  if (BigInt(transfer.amount) !== payment.amount_minor) return `paid ${transfer.amount}`;
  return null;
}

/** How often each word occurs. */
export function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
