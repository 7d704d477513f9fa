import { describe, expect, test } from 'vitest';
import { credential, usePeer } from './xendit-peer.ts';

const peer = usePeer();

describe('the list of payouts', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  const moved = (id: number, given: Record<string, unknown> = {}) => ({
    id: `txn_${id}`,
    product_id: `disb-${id}`,
    type: 'DISBURSEMENT',
    status: 'SUCCESS',
    reference_id: `pay_${id}:1`,
    currency: 'IDR',
    amount: 10_000.5,
    cashflow: 'MONEY_OUT',
    created: at(id),
    ...given,
  });
  const list = async (to = 120) => {
    const provider = peer.xendit({ credentials: new Map([['IDR', credential]]) });
    const found = [];
    for await (const each of provider.listTransfers(new Date(at(0)), new Date(at(to))))
      found.push(each);
    return found;
  };
  test('all pages of all hours, oldest first, whatever order they come in', async () => {
    const rows = [moved(50), moved(3), moved(59), moved(75, { status: 'PENDING' }), moved(61)];
    peer.answer = ({ url }) => {
      const query = new URL(url, 'http://x').searchParams;
      const from = query.get('created[gte]') ?? '';
      const to = query.get('created[lte]') ?? '';
      const inside = rows.filter(({ created }) => created >= from && created <= to);
      const start = inside.findIndex(({ id }) => id === query.get('after_id')) + 1;
      return {
        body: { data: inside.slice(start, start + 2), has_more: start + 2 < inside.length },
      };
    };
    const found = await list();
    expect(found.map(({ providerPaymentId }) => providerPaymentId)).toEqual(
      [3, 50, 59, 61, 75].map((id) => `disb-${id}`),
    );
    expect(found[4]).toEqual({
      providerPaymentId: 'disb-75',
      reference: 'pay_75:1',
      amountMinor: 1_000_050n,
      currency: 'IDR',
      outcome: { kind: 'ACCEPTED', providerPaymentId: 'disb-75' },
      createdAt: new Date(at(75)),
    });
    expect(new URL(peer.seen[0]?.url ?? '', 'http://x').searchParams.get('types')).toBe(
      'DISBURSEMENT',
    );
  });

  test.each([
    ['SUCCESS', 'SETTLED'],
    ['PENDING', 'ACCEPTED'],
    ['FAILED', 'FAILED_FINAL'],
    ['VOIDED', 'FAILED_FINAL'],
    ['REVERSED', 'RETURNED'],
    ['SUCCEEDED', 'AMBIGUOUS'],
  ])('a movement that is %s is %s', async (status, kind) => {
    peer.answer = () => ({ body: { data: [moved(1, { status })], has_more: false } });
    expect((await list(60)).map(({ outcome }) => outcome.kind)).toEqual([kind]);
  });

  test('money that came in, and what lies outside of the time, is left out', async () => {
    const data = [moved(1, { cashflow: 'MONEY_IN' }), moved(60), moved(2, { amount: -7 })];
    peer.answer = () => ({ body: { data, has_more: false } });
    expect(await list(60)).toMatchObject([{ providerPaymentId: 'disb-2', amountMinor: 700n }]);
  });

  test('a rate limit is waited for, and a list that cannot be read is an error', async () => {
    let calls = 0;
    peer.answer = () => {
      calls += 1;
      if (calls === 1) return { status: 429, body: '' };
      return { body: { data: [moved(1)], has_more: false } };
    };
    expect(await list(60)).toHaveLength(1);
    for (const bad of [{ amount: 'x' }, { created: 'today' }, { currency: 'PHP' }]) {
      peer.answer = () => ({ body: { data: [moved(1, bad)], has_more: false } });
      await expect(list(60)).rejects.toMatchObject({ code: 'unreadable' });
    }
    peer.answer = () => ({ status: 403, body: '{"error_code":"REQUEST_FORBIDDEN_ERROR"}' });
    await expect(list(60)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('a list that goes round in circles ends', async () => {
    peer.answer = () => ({ body: { data: [moved(1), moved(2)], has_more: true } });
    await expect(list(60)).rejects.toMatchObject({ code: 'unreadable' });
    expect(peer.seen.length).toBeLessThan(10);
  });
});
