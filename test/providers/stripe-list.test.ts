import { expect, test } from 'vitest';
import type { Provider } from '../../providers/port.ts';
import {
  failing,
  listObject,
  openPeer,
  payoutObject,
  transferObject,
  type Got,
} from './stripe-peer.ts';

const DAY = Date.UTC(2026, 0, 1) / 1_000;
const at = (seconds: number) => new Date(seconds * 1_000);

interface Made {
  created: number;
  id: string;
  metadata: Record<string, string>;
}

const madeAt = (created: number, id: string): Made => ({
  created,
  id,
  metadata: { txn_id: `pay_${id}:1` },
});

/** A page as Stripe makes it: the newest first, from after a row, of a span of `created`. */
function pageOf(rows: readonly Made[], { query }: Got) {
  const number = (name: string, usual: number) => Number(query.get(name) ?? usual);
  const inSpan = rows
    .filter(
      ({ created }) =>
        created >= number('created[gte]', 0) && created < number('created[lt]', Infinity),
    )
    .toSorted((a, b) => b.created - a.created);
  const start = inSpan.findIndex(({ id }) => id === query.get('starting_after')) + 1;
  const end = start + number('limit', 10);
  return listObject(inSpan.slice(start, end), end < inSpan.length);
}

async function listed(provider: Provider, from: Date, to: Date): Promise<string[]> {
  const ids: string[] = [];
  for await (const { providerPaymentId } of provider.listTransfers(from, to)) {
    ids.push(providerPaymentId);
  }
  return ids;
}

test('transfers are listed oldest first, from the first instant to before the last', async () => {
  const rows = [0, 1, 5, 5, 9, 10].map((second, index) =>
    transferObject(madeAt(DAY + second, `tr_${index}`)),
  );
  const { provider } = await openPeer((got) => ({ json: pageOf(rows, got) }));
  expect(await listed(provider, at(DAY), at(DAY + 10))).toEqual([
    'tr_0',
    'tr_1',
    'tr_3',
    'tr_2',
    'tr_4',
  ]);
  expect(await listed(provider, new Date(DAY * 1_000 + 1), at(DAY + 2))).toEqual(['tr_1']);
  expect(await listed(provider, at(DAY + 3), at(DAY + 3))).toEqual([]);
});

test('what others made on the same platform is left out', async () => {
  const rows = [
    transferObject({ id: 'tr_1', created: DAY, metadata: {} }),
    transferObject({ id: 'tr_2', created: DAY }),
  ];
  const { provider } = await openPeer(() => ({ json: listObject(rows) }));
  expect(await listed(provider, at(DAY), at(DAY + 10))).toEqual(['tr_2']);
});

test('a span with more rows than are held at once is read in parts, each row once', async () => {
  const rows = Array.from({ length: 12_000 }, (_, index) =>
    transferObject(madeAt(DAY + Math.floor(index / 10), `tr_${index}`)),
  );
  const sorted = rows.toSorted((a, b) => b.created - a.created);
  const places = new Map(sorted.map(({ id }, index) => [id, index]));
  const held = { page: 0 };
  const { provider, got } = await openPeer(({ query }) => {
    const end = Number(query.get('created[lt]'));
    const gte = Number(query.get('created[gte]'));
    const after = query.get('starting_after');
    const start = after
      ? (places.get(after) ?? 0) + 1
      : sorted.findIndex(({ created }) => created < end);
    const page = sorted.slice(start, start + 100).filter(({ created }) => created >= gte);
    held.page = Math.max(held.page, page.length);
    const next = sorted[start + 100];
    return {
      json: listObject(page, page.length === 100 && next !== undefined && next.created >= gte),
    };
  });
  const ids = await listed(provider, at(DAY), at(DAY + 86_400));
  expect(new Set(ids).size).toBe(12_000);
  expect(ids).toHaveLength(12_000);
  const seconds = ids.map((id) => Math.floor(Number(id.slice(3)) / 10));
  expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  expect(held.page).toBe(100);
  // 120 pages, most of them twice: once to find where to part the span.
  expect(got.length).toBeLessThanOrEqual(2 * 121);
});

test('payouts are listed account by account, and put in order', async () => {
  const byAccount: Record<string, Made[]> = {
    acct_1: [payoutObject(madeAt(DAY + 1, 'po_1')), payoutObject(madeAt(DAY + 3, 'po_3'))],
    acct_2: [payoutObject(madeAt(DAY + 2, 'po_2'))],
  };
  const { provider } = await openPeer(
    (got) =>
      got.path === '/v1/accounts'
        ? { json: listObject([{ id: 'acct_1' }, { id: 'acct_2' }]) }
        : { json: pageOf(byAccount[String(got.headers['stripe-account'])] ?? [], got) },
    { BURSAR_STRIPE_METHOD: 'payout' },
  );
  expect(await listed(provider, at(DAY), at(DAY + 10))).toEqual(['po_1', 'po_2', 'po_3']);
});

test.each([
  [failing(500, {}), 'unreachable'],
  [failing(401, {}), 'invalid_credentials'],
  [{ status: 200, text: '<html>' }, 'unreadable'],
  [{ json: { object: 'list', data: 'none', has_more: false } }, 'unreadable'],
  [{ json: listObject([], true) }, 'unreadable'],
  [{ json: listObject([transferObject({ amount: -5 })]) }, 'unreadable'],
])('a list that cannot be read is no short list: %o', async (reply, code) => {
  const { provider } = await openPeer(() => reply);
  await expect(listed(provider, at(DAY), at(DAY + 10))).rejects.toMatchObject({ code });
});
