import { expect } from 'vitest';
import { z } from 'zod';
import { payPayees, type SettledPayment } from '../../support/settled.ts';
import type { Answer, TestApi } from './test-api.ts';

const payoutSums = z
  .object({
    gross: z.int(),
    fees: z.int(),
    tax: z.int(),
    clawbacks: z.int(),
    other: z.int(),
    net: z.int(),
  })
  .loose();
const lineList = z.array(z.object({ kind: z.string(), amount: z.int() }).loose());

/** Pays through `api`'s database, and reads the statements of what was paid. */
export function statementsOn(api: TestApi) {
  /** A payment of what one payee has earned. */
  async function paid(
    payeeId: string,
    given: Parameters<typeof payPayees>[2] = {},
  ): Promise<SettledPayment> {
    const [payment] = await payPayees(api.db, [payeeId], given);
    if (!payment) throw new Error('nothing was paid');
    return payment;
  }

  const statementOf = async ({ id }: SettledPayment): Promise<Answer> => {
    const answer = await api.get(`/payments/${id}/statement`);
    expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
    return answer;
  };

  /** What the ledger says that a payment paid. */
  async function settledInLedger({ id }: SettledPayment): Promise<bigint> {
    const [row] = await api.db.run(
      z.object({ amount_minor: z.bigint() }),
      "select amount_minor from ledger_entries where entry_id = $1 and account = 'payee_payable' and side = 'debit'",
      [`${id}:settled`],
    );
    return row?.amount_minor ?? 0n;
  }

  /** Holds a statement against itself and against the ledger; the amount of each kind of line. */
  async function expectSound(payment: SettledPayment): Promise<Record<string, number>> {
    const answer = await statementOf(payment);
    const lines = lineList.parse(answer.at('statement.lines'));
    const { gross, fees, tax, clawbacks, other, net } = payoutSums.parse(
      answer.at('statement.payout'),
    );
    expect(BigInt(net)).toBe(await settledInLedger(payment));
    expect(lines.reduce((total, { amount }) => total + amount, 0)).toBe(net);
    expect(gross - fees - tax - clawbacks + other).toBe(net);
    return Object.fromEntries(lines.map(({ kind, amount }) => [kind, amount]));
  }

  return { paid, statementOf, settledInLedger, expectSound };
}
