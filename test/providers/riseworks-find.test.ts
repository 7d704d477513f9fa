import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makeId, paymentReference } from '../../domain/ids.ts';
import { type PreparedPayment } from '../../providers/port.ts';
import { itemOf } from './riseworks-peer.ts';
import { newReference, PAYMENTS, user, useRise } from './riseworks-rig.ts';

const rise = useRise();
const { order, lookUp } = rise;

describe('lookup', () => {
  const list = (...items: unknown[]) =>
    rise.peer.answer(`GET ${PAYMENTS}`, { body: { success: true, data: { items } } });
  const asked = (payment: PreparedPayment) => JSON.parse(payment.body);

  test('asks for the team’s payments of the days around the send', async () => {
    await lookUp(order());
    const [request] = rise.peer.sent(`GET ${PAYMENTS}`);
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    expect(Object.fromEntries(request?.query ?? [])).toEqual({
      team_nanoid: 'te-abc123def456',
      query_type: 'payable',
      state: 'all',
      recipient: 'us-ghi789jkl012',
      start_date: day(Date.now() - 86_400_000),
      end_date: day(Date.now() + 86_400_000),
    });
  });

  test('a longer number after our reference is another reference', async () => {
    const payment = order({ reference: paymentReference(makeId('payment', randomUUID()), 1) });
    list(itemOf({ ...asked(payment), invoice_description: `${payment.reference}2` }));
    expect(await lookUp(payment)).toEqual({ kind: 'ABSENT' });
    list(itemOf({ ...asked(payment), invoice_description: `Payout ${payment.reference}.` }));
    expect(await lookUp(payment)).toMatchObject({ kind: 'ACCEPTED' });
  });

  test('two payments under one reference are no verdict; one listed twice is one', async () => {
    const payment = order();
    const item = itemOf(asked(payment), { state: 'complete' });
    list(item, item);
    expect(await lookUp(payment)).toMatchObject({ kind: 'SETTLED' });
    list(item, itemOf(asked(payment), { nanoid: 'pa-another00000' }));
    expect(await lookUp(payment)).toEqual({
      kind: 'AMBIGUOUS',
      code: 'two_transfers_for_one_reference',
    });
  });

  test('items of other shapes do not hide ours', async () => {
    const payment = order();
    list(null, 'x', {}, { payment: null }, itemOf(asked(payment)), { invoice: 7 });
    expect(await lookUp(payment)).toMatchObject({ kind: 'ACCEPTED' });
  });

  test.each([
    { status: 500 },
    { body: 'junk' },
    { body: { success: false, data: 'x' } },
    { reset: true } as const,
  ])('without an answer that lists (%j) nothing is absent', async (reply) => {
    rise.peer.answer(`GET ${PAYMENTS}`, reply);
    expect(await lookUp(order())).toEqual({ kind: 'AMBIGUOUS', code: 'lookup_failed' });
  });

  test('what a cut list of the team lacks is looked for by its recipient before it is absent', async () => {
    const payments = Array.from({ length: 10 }, (_, index) => order({ accountRef: user(index) }));
    const items = payments.slice(0, 9).map((payment) => itemOf(asked(payment)));
    rise.peer.answer(`GET ${PAYMENTS}`, ({ query }) => {
      const recipient = query.get('recipient');
      const cut = items.slice(0, 8);
      const own = items.filter((item) => item.recipient.nanoid === recipient);
      return { body: { success: true, data: { items: recipient ? own : cut } } };
    });
    const found = await rise.provider.lookup(
      payments.map((payment) => ({ ...payment, sentAt: new Date() })),
    );
    const kinds = payments.map(({ reference }) => found.get(reference)?.kind);
    expect(kinds.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => 'ACCEPTED'));
    expect(kinds[9]).toBe('ABSENT');
    expect(rise.peer.sent(`GET ${PAYMENTS}`)).toHaveLength(3);
  });
});

test('lists the transfers of some days, oldest first, each once', async () => {
  const at = (created_at: string, invoice_description: string) =>
    itemOf(
      { to: user(1), amount_cents: 5, invoice_description },
      { created_at, nanoid: `pa-${created_at}` },
    );
  const ours = newReference();
  rise.peer.answer(`GET ${PAYMENTS}`, {
    body: {
      success: true,
      data: {
        items: [
          at('2026-03-02T10:00:00Z', ours),
          at('2026-03-01T23:00:00Z', 'a bonus by hand'),
          at('2026-03-03T00:00:00Z', 'too late'),
          at('2026-02-28T23:59:59Z', 'too early'),
        ],
      },
    },
  });
  const listed = [];
  const [from, to] = [new Date('2026-03-01T00:00:00Z'), new Date('2026-03-03T00:00:00Z')];
  for await (const transfer of rise.provider.listTransfers(from, to)) listed.push(transfer);
  expect(listed.map(({ reference }) => reference)).toEqual(['pa-2026-03-01T23:00:00Z', ours]);
  expect(listed[1]).toMatchObject({
    amountMinor: 5n,
    currency: 'USD',
    outcome: { kind: 'ACCEPTED' },
  });
});
