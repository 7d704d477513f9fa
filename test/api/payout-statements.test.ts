import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { matureCommissions } from '../../db/queries/mature-commissions.ts';
import { recordPartialReturns } from '../../db/queries/returns-partial.ts';
import { programmeOf, TEN_PERCENT } from '../support/earnings.ts';
import { insertEarned } from '../support/earned.ts';
import { insertPayee, insertProject, releaseTo } from '../support/releases.ts';
import { bringBack, payRelease, type SettledPayment } from '../support/settled.ts';
import { refundOf } from './support/ledger.ts';
import { statementsOn } from './support/statements.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();
const { paid, statementOf, settledInLedger, expectSound } = statementsOn(api);

/** Of 100.00 the payee earns 10.00 and bears 2.00, and 20.00 a month at least. */
const WITH_FEES = {
  ...TEN_PERCENT,
  fee: {
    bearer: 'payee',
    rates: [{ rate: { kind: 'percentage', bps: 200 } }],
    monthlyMinimums: [{ currency: 'USD', amount: 2_000 }],
  },
};

describe('a payout', () => {
  test('of commissions and a clawback: its period, its lines, and the net of the ledger', async () => {
    const payeeId = await insertPayee(api.db);
    const at = (day: string) => new Date(`2026-03-${day}T12:00:00Z`);
    await insertEarned(api.db, payeeId, { amountMinor: 10_000n, earnedAt: at('04') });
    await insertEarned(api.db, payeeId, { amountMinor: 2_500n, earnedAt: at('02') });
    await insertEarned(api.db, payeeId, { amountMinor: -1_000n, earnedAt: at('09') });
    const payment = await paid(payeeId);
    expect(await expectSound(payment)).toEqual({ commissions: 12_500, clawbacks: -1_000 });
    const answer = await statementOf(payment);
    expect(answer.at('statement.payout')).toMatchObject({
      paymentId: payment.id,
      reference: `${payment.id}:1`,
      provider: 'mock',
      providerPaymentId: `mp_${payment.id}`,
      status: 'COMPLETED',
      currency: 'USD',
      periodFrom: at('02').toISOString(),
      periodTo: at('09').toISOString(),
      gross: 12_500,
      fees: 0,
      tax: 0,
      clawbacks: 1_000,
      net: 11_500,
      returnedAt: null,
    });
    expect(answer.at('statement.payee.id')).toBe(payeeId);
    expect(answer.at('statement.payer.name')).toEqual(expect.stringMatching(/./));
    expect((await statementOf(payment)).at('statement.number')).toBe(answer.at('statement.number'));
  });

  test('of an escrow: gross, platform fee and tax of the share; a refund before is a clawback', async () => {
    const [payeeId, other] = [await insertPayee(api.db), await insertPayee(api.db)];
    const project = await insertProject(api.db);
    const shares = [
      { payeeId, netMinor: 10_000n },
      { payeeId: other, netMinor: 30_000n },
    ];
    const first = await payRelease(api.db, releaseTo(project, shares));
    const of = (payments: SettledPayment[], id: string): SettledPayment => {
      const found = payments.find((each) => each.payeeId === id);
      if (!found) throw new Error('that payee was not paid');
      return found;
    };
    expect(await expectSound(of(first, payeeId))).toEqual({
      escrow_shares: 11_001,
      platform_fees: -1_000,
      tax_withheld: -1,
    });
    const again = releaseTo(project, shares);
    const second = await payRelease(api.db, again);
    await refundOf(api, again, again.amountMinor / 2n);
    const third = await payRelease(api.db, releaseTo(project, [{ payeeId, netMinor: 20_000n }]));
    expect(await expectSound(of(second, payeeId))).toMatchObject({ escrow_shares: 11_001 });
    const lines = await expectSound(of(third, payeeId));
    expect(lines).toMatchObject({ escrow_shares: 22_001, platform_fees: -2_000, tax_withheld: -1 });
    expect(lines['clawbacks']).toBeLessThan(-4_000);
  });

  test('by the rules of a programme: the gross of conversions, its fees, the minimum fee, what was taken back', async () => {
    const programme = await programmeOf(api.db, { zone: 'UTC' });
    await programme.rule(WITH_FEES);
    const first = await programme.conversion({ at: '2026-02-10T12:00:00Z', amount: 10_000 });
    await programme.conversion({ at: '2026-02-11T12:00:00Z', amount: 50_000 });
    await programme.calculate('2026-03-02T00:00:00Z');
    await programme.reverse(first, 5_000, '2026-03-03T00:00:00Z');
    await programme.calculate('2026-03-04T00:00:00Z');
    await matureCommissions(api.db);
    const rows = await programme.commissions();
    const sum = rows.reduce((total, { amount_minor }) => total + amount_minor, 0n);
    const payment = await paid(programme.payeeId);
    expect(await settledInLedger(payment)).toBe(sum);
    const lines = await expectSound(payment);
    const minimums = rows
      .filter(({ kind }) => kind === 'minimum_fee')
      .reduce((total, { amount_minor }) => total + amount_minor, 0n);
    expect(minimums).toBeLessThan(0n);
    expect(lines).toEqual({
      commissions: 6_000,
      programme_fees: -1_200,
      minimum_fees: Number(minimums),
      clawbacks: Number(
        rows
          .filter(({ kind, amount_minor }) => kind !== 'minimum_fee' && amount_minor < 0n)
          .reduce((total, { amount_minor }) => total + amount_minor, 0n),
      ),
    });
  });

  test('that came back keeps its number and says so; paid again it has another', async () => {
    const payeeId = await insertPayee(api.db);
    await insertEarned(api.db, payeeId, { amountMinor: 5_000n });
    const payment = await paid(payeeId);
    const number = (await statementOf(payment)).at('statement.number');
    await bringBack(api.db, payment);
    const returned = await statementOf(payment);
    expect(returned.at('statement.number')).toBe(number);
    expect(returned.at('statement.payout')).toMatchObject({ status: 'RETURNED', net: 5_000 });
    expect(Date.parse(String(returned.at('statement.payout.returnedAt')))).toBeGreaterThan(0);
    expect(await expectSound(payment)).toEqual({ commissions: 5_000 });
    await insertEarned(api.db, payeeId, { amountMinor: 700n });
    const again = await paid(payeeId);
    expect(await expectSound(again)).toEqual({ commissions: 5_700 });
    expect(await expectSound(payment)).toEqual({ commissions: 5_000 });
    expect((await statementOf(again)).at('statement.number')).toBeGreaterThan(Number(number));
  });

  test('of which a part came back says how much', async () => {
    const payeeId = await insertPayee(api.db);
    await insertEarned(api.db, payeeId, { amountMinor: 5_000n });
    const payment = await paid(payeeId);
    const part = { paymentId: payment.id, generation: 1, returnedMinor: 1_200n };
    await recordPartialReturns(api.db, [part]);
    expect((await statementOf(payment)).at('statement.payout')).toMatchObject({
      status: 'COMPLETED',
      net: 5_000,
      partReturned: 1_200,
    });
    const page = await api.get(`/payments/${payment.id}/statement?format=html`);
    expect(page.text).toMatch(/USD 12\.00\s+came back/);
  });

  test('that was not paid has none', async () => {
    const [payment] = await api.db.run(
      z.object({ id: z.string() }),
      "select 'pay_' || repeat('0', 32) as id",
    );
    expect((await api.get(`/payments/${payment?.id}/statement`)).status).toBe(404);
    const payeeId = await insertPayee(api.db);
    await insertEarned(api.db, payeeId, { amountMinor: 5_000n });
    const body = { affiliateIds: [payeeId], provider: 'mock', currency: 'USD' };
    const batch = await api.post('/batches', body);
    const listed = await api.get(`/batches/${String(batch.at('batch.id'))}/payments`);
    const answer = await api.get(`/payments/${String(listed.at('payments.0.id'))}/statement`);
    expect([answer.status, answer.at('error.code')]).toEqual([409, 'invalid_state']);
    expect(answer.at('error.message')).toMatch(/PENDING/);
  });
});
