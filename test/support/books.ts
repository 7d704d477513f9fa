import { expect } from 'vitest';
import { z } from 'zod';
import { openDatabase } from '../../db/client.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { transfersOf } from './payout.ts';
import type { TestStack } from './test-stack.ts';

const paymentRow = z.object({
  id: z.string(),
  status: z.string(),
  account_ref: z.string().nullable(),
  amount_minor: z.bigint(),
});

const MOVED = new Set(['settled', 'accepted']);

/**
 * Holds our books against the simulator's ledger: every payment COMPLETED has exactly one transfer,
 * of its amount, to its account; no other payment has one; and the invariants on our own rows hold.
 */
export async function expectBooksAgree(stack: TestStack, provider = 'mock'): Promise<void> {
  const db = openDatabase(stack.databaseUrl);
  try {
    const payments = await db.run(
      paymentRow,
      'select id, status, account_ref, amount_minor from payments',
    );
    const moved = (await transfersOf(stack, provider)).filter(({ status }) => MOVED.has(status));
    const paid = moved.map(
      ({ reference, recipient, amount }) => `${reference.split(':')[0]} ${recipient} ${amount}`,
    );
    const booked = payments
      .filter(({ status }) => status === 'COMPLETED')
      .map(({ id, account_ref, amount_minor }) => `${id} ${account_ref} ${amount_minor}`);
    expect(paid.toSorted()).toEqual(booked.toSorted());
    const breaches = (await checkInvariants(db)).filter((invariant) => invariant.breaches > 0);
    expect(breaches).toEqual([]);
  } finally {
    await db.close();
  }
}
