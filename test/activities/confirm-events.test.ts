import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { SYSTEM } from '../../db/queries/actor.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { replayHint } from '../../db/queries/webhook-events.ts';
import { reads, useHintStage, type Word } from '../support/hint-stage.ts';
import { sentPayments, statesOf } from '../support/sent-payments.ts';

const { db, truth, asked, signalled, confirm, hint, onePayment, resultOf, casesOf, stateOf, age } =
  useHintStage();

test('a hint changes nothing by itself; the read of its payment does, and its batch is told', async () => {
  const payment = await onePayment();
  const { eventId, result } = await hint(payment, 'settled');
  expect([result, await stateOf(payment)]).toEqual(['waiting', 'PROCESSING']);
  truth.set(payment.reference, reads.settled(payment));
  expect(await confirm()).toMatchObject({ left: 0 });
  expect([await resultOf(eventId), await stateOf(payment)]).toEqual(['applied', 'COMPLETED']);
  expect(signalled).toEqual([`batch/${payment.batchId}`]);
  expect(await casesOf(payment)).toEqual([]);
});

test('its body is kept encrypted, with the id of the provider beside it', async () => {
  const payment = await onePayment();
  const { eventId } = await hint(payment, 'settled', { note: 'CANARY-4711' });
  const rows = await db().run(
    z.object({ payload: z.string(), provider_payment_id: z.string() }),
    'select payload, provider_payment_id from webhook_events where event_id = $1',
    [eventId],
  );
  expect(rows).toMatchObject([{ provider_payment_id: payment.providerPaymentId }]);
  expect(rows[0]?.payload).not.toContain('CANARY');
  truth.set(payment.reference, reads.settled(payment));
  await confirm();
});

test('P6: many hints of one payment: one look-up, one effect', async () => {
  const payment = await onePayment();
  const words: Word[] = ['settled', 'settled', 'settled', 'accepted'];
  const hints = [];
  for (const word of words) hints.push(await hint(payment, word));
  truth.set(payment.reference, reads.settled(payment));
  await confirm();
  expect(asked).toEqual([payment.reference]);
  const results = await Promise.all(hints.map(({ eventId }) => resultOf(eventId)));
  expect(results).toEqual(['applied', 'ignored', 'ignored', 'ignored']);
});

test.each<[Word, Word, string]>([
  ['settled', 'failed', 'FAILED'],
  ['failed', 'settled', 'COMPLETED'],
  ['returned', 'failed', 'FAILED'],
])(
  'P8: a hint of "%s" where the provider itself says "%s": the read counts, the case is critical',
  async (told, read, end) => {
    const payment = await onePayment();
    const { eventId } = await hint(payment, told);
    truth.set(payment.reference, reads[read](payment));
    await confirm();
    expect([await resultOf(eventId), await stateOf(payment)]).toEqual(['contradiction', end]);
    expect(await casesOf(payment)).toEqual([{ kind: 'contradiction', severity: 'critical' }]);
  },
);

test('P8: a forged "settled" with a leaked token never pays, and is a critical case once the lag is over', async () => {
  const payment = await onePayment();
  const { eventId } = await hint(payment, 'settled');
  truth.set(payment.reference, reads.accepted(payment));
  expect(await confirm()).toMatchObject({ left: 1 });
  expect([await resultOf(eventId), await stateOf(payment)]).toEqual(['waiting', 'PROCESSING']);
  await age(eventId, '16 minutes');
  expect(await confirm()).toMatchObject({ left: 0 });
  expect([await resultOf(eventId), await stateOf(payment)]).toEqual([
    'contradiction',
    'PROCESSING',
  ]);
  expect(await casesOf(payment)).toEqual([{ kind: 'contradiction', severity: 'critical' }]);
});

test('P11: a hint that tells another amount or currency than the payment has is a critical case', async () => {
  for (const lie of [{ amountMinor: '1' }, { currency: 'EUR' }]) {
    const payment = await onePayment();
    const { eventId } = await hint(payment, 'settled', lie);
    truth.set(payment.reference, reads.settled(payment));
    await confirm();
    expect(await resultOf(eventId)).toBe('contradiction');
    expect(await casesOf(payment)).toMatchObject([{ severity: 'critical' }]);
  }
});

test('money that came back before we heard that it had arrived passes COMPLETED, in the books too', async () => {
  const payment = await onePayment();
  const { eventId } = await hint(payment, 'returned');
  truth.set(payment.reference, reads.returned(payment));
  await confirm();
  expect([await resultOf(eventId), await stateOf(payment)]).toEqual(['applied', 'RETURNED']);
});

test('"failed" of a payment that had arrived, where the provider says so itself: the money came back', async () => {
  const payment = await onePayment();
  await hint(payment, 'settled');
  truth.set(payment.reference, reads.settled(payment));
  await confirm();
  const { eventId } = await hint(payment, 'failed');
  truth.set(payment.reference, reads.failed(payment));
  await confirm();
  expect([await resultOf(eventId), await stateOf(payment)]).toEqual(['applied', 'RETURNED']);
  expect(await casesOf(payment)).toEqual([]);
});

test('a payment in doubt is settled by the read that a hint brought about', async () => {
  const [payment] = await sentPayments(db(), 1, () => ({ kind: 'AMBIGUOUS', code: 'timeout' }));
  if (!payment) throw new Error('no payment was made');
  await hint(payment, 'accepted');
  truth.set(payment.reference, reads.accepted(payment));
  await confirm();
  expect(await stateOf(payment)).toBe('PROCESSING');
});

test('"settled" of a payment that had failed stops its later retry and is critical', async () => {
  const [payment] = await sentPayments(db(), 1, (providerPaymentId) => ({
    kind: 'FAILED_RETRYABLE',
    failure: { code: 'x', providerCode: 'x', payeeRemedy: '', operatorRemedy: 'x' },
    providerPaymentId,
    retry: { afterMs: 3_600_000, times: null },
  }));
  if (!payment) throw new Error('no payment was made');
  await hint(payment, 'settled');
  truth.set(payment.reference, reads.settled(payment));
  await confirm();
  const rows = await db().run(
    z.object({ status: z.string(), waits: z.boolean() }),
    'select status, retry_at is not null as waits from payments where id = $1',
    [payment.id],
  );
  expect(rows).toEqual([{ status: 'FAILED', waits: false }]);
  expect(await casesOf(payment)).toEqual([{ kind: 'contradiction', severity: 'critical' }]);
});

test('what cannot be read waits ever longer, and is a case after a day', async () => {
  const payment = await onePayment();
  const { eventId } = await hint(payment, 'settled');
  truth.set(payment.reference, { kind: 'AMBIGUOUS', code: 'lookup_failed' });
  const first = await confirm();
  expect(first.nextMs).toBeGreaterThan(0);
  expect(first.nextMs).toBeLessThanOrEqual(1_000);
  const looks = [];
  for (const interval of ['5 seconds', '60 seconds', '1 hour', '5 hours']) {
    await age(eventId, interval);
    looks.push((await confirm()).nextMs / 1_000);
  }
  expect(looks.map((seconds) => Math.round(seconds))).toEqual([3, 63, 3_535, 3_535]);
  expect(asked).toHaveLength(5);
  await age(eventId, '24 hours');
  expect(await confirm()).toMatchObject({ left: 0 });
  expect(await resultOf(eventId)).toBe('contradiction');
  expect(await casesOf(payment)).toEqual([{ kind: 'contradiction', severity: 'high' }]);
});

test('news of one payment do not have the others that wait looked up again', async () => {
  const stuck = await onePayment();
  const { eventId } = await hint(stuck, 'settled');
  truth.set(stuck.reference, { kind: 'ABSENT' });
  await age(eventId, '100 seconds');
  const { at } = await confirm();
  const payment = await onePayment();
  await hint(payment, 'settled');
  truth.set(payment.reference, reads.settled(payment));
  expect(await confirm(at)).toMatchObject({ left: 1 });
  expect(asked).toEqual([stuck.reference, payment.reference]);
  expect(await stateOf(payment)).toBe('COMPLETED');
  truth.set(stuck.reference, reads.settled(stuck));
  await confirm();
});

test('P12: a status word that nobody knows is one case for the provider; the payment stays', async () => {
  const payments = await sentPayments(db(), 50);
  for (const payment of payments) {
    await hint(payment, 'settled');
    truth.set(payment.reference, { kind: 'AMBIGUOUS', code: 'unknown_status' });
  }
  expect(await confirm()).toMatchObject({ left: 0 });
  expect(new Set((await statesOf(db(), payments)).values())).toEqual(new Set(['PROCESSING']));
  const rows = await db().run(
    z.object({ subject: z.string() }),
    "select subject from cases where kind = 'unknown_status'",
  );
  expect(rows).toEqual([{ subject: 'mock' }]);
});

test('an event that a person replays is confirmed again, as if it had come now', async () => {
  const payment = await onePayment();
  const { eventId } = await hint(payment, 'settled');
  await age(eventId, '3 days');
  truth.set(payment.reference, { kind: 'ABSENT' });
  const { at } = await confirm();
  expect(await resultOf(eventId)).toBe('contradiction');
  expect(await replayHint(db(), 'mock', eventId, SYSTEM)).toBe('waiting');
  truth.set(payment.reference, reads.settled(payment));
  expect(await confirm(at)).toMatchObject({ left: 0 });
  expect([await resultOf(eventId), await stateOf(payment)]).toEqual(['applied', 'COMPLETED']);
});

test('P5: an event that names its payment by the provider id alone waits until that id is known', async () => {
  const payment = await onePayment();
  const { eventId, result } = await hint(payment, 'settled', { reference: null });
  expect(result).toBe('waiting');
  expect(await confirm()).toMatchObject({ left: 1 });
  await db().run(
    z.unknown(),
    `with made as (
       insert into submission_groups (id, provider, batch_id, request_sealed, request_hash, expires_at)
       values ($2, 'mock', $3, 'x', 'x', now()) returning id)
     update attempts set group_id = made.id, provider_payment_id = $4 from made where payment_id = $1`,
    [payment.id, `sgr_${randomUUID()}`, payment.batchId, payment.providerPaymentId],
  );
  truth.set(payment.reference, reads.settled(payment));
  expect(await confirm()).toMatchObject({ left: 0 });
  expect([await resultOf(eventId), await stateOf(payment)]).toEqual(['applied', 'COMPLETED']);
  const foreign = await hint(payment, 'settled', { reference: null, providerPaymentId: 'theirs' });
  await age(foreign.eventId, '16 minutes');
  await confirm();
  expect(await resultOf(foreign.eventId)).toBe('unmatched');
});

test('the books and histories of all these payments are whole', async () => {
  const breaches = (await checkInvariants(db())).filter((invariant) => invariant.breaches > 0);
  expect(breaches).toEqual([]);
});
