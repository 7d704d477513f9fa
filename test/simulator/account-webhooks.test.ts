import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually, pause, WEBHOOK_SECRET } from './harness.ts';
import { startStripeBench, type StripeBench } from './stripe-bench.ts';
import type { Hook } from './wire-bench.ts';

let bench: StripeBench;

beforeAll(async () => {
  bench = await startStripeBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.reset());

const set = (provider: string, accounts: readonly object[], more: object = {}) =>
  bench.control('/accounts', { provider, accounts, ...more });

/** The event of a webhook of `mock`; null where its signature does not fit. */
function genuine({ raw, headers }: Hook): unknown {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
  const picked = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  try {
    return new Webhook(WEBHOOK_SECRET).verify(raw, picked);
  } catch {
    return null;
  }
}

const idOf = ({ raw }: Hook): unknown => Reflect.get(Object(JSON.parse(raw)), 'id');

test('stripe: a change of an account is told by an event of that account, which the SDK verifies', async () => {
  const email = 'ada@example.com';
  await set('stripe', [{ accountRef: 'acct_1', kycStatus: 'PENDING', email }]);
  await eventually(() => bench.hooks.length === 1);
  await set('stripe', [{ accountRef: 'acct_1', kycStatus: 'APPROVED', email }]);
  await eventually(() => bench.hooks.length === 2);
  expect(bench.hooks.map(({ path }) => path)).toEqual(['/webhooks/stripe', '/webhooks/stripe']);
  const [first, second] = bench.events();
  expect([first?.type, second?.type]).toEqual(['account.updated', 'account.updated']);
  expect([first?.account, first?.livemode]).toEqual(['acct_1', false]);
  expect(first?.id).not.toBe(second?.id);
  expect(Math.abs((second?.created ?? 0) * 1_000 - Date.now())).toBeLessThan(60_000);
  expect(first?.data.object).toMatchObject({
    id: 'acct_1',
    capabilities: { transfers: 'pending' },
  });
  const authorization = 'Bearer sk_test_simulator';
  const read = await bench.call('GET', '/stripe/v1/accounts/acct_1', {
    headers: { authorization },
  });
  expect(second?.data.object).toEqual(read.body);
});

test('mock: the same by Standard Webhooks', async () => {
  await set('mock', [
    { accountRef: 'a', kycStatus: 'REJECTED', email: 'a@example.com' },
    { accountRef: 'b', kycStatus: 'NOT_STARTED' },
  ]);
  await eventually(() => bench.hooks.length === 2);
  expect(bench.hooks.map(({ path }) => path)).toEqual(['/webhooks/mock', '/webhooks/mock']);
  const told = bench.hooks.map(genuine);
  for (const account of [
    { accountRef: 'a', kycStatus: 'REJECTED', email: 'a@example.com' },
    { accountRef: 'b', kycStatus: 'NOT_STARTED' },
  ]) {
    const data = { account: expect.objectContaining(account) as unknown };
    expect(told).toContainEqual(expect.objectContaining({ type: 'account.updated', data }));
  }
});

test('what did not change is not told unless it is asked for, and nothing where it is not wanted', async () => {
  const account = { accountRef: 'a', kycStatus: 'APPROVED' };
  await set('mock', [account], { tell: false });
  await set('mock', [account]);
  await pause(150);
  expect(bench.hooks).toEqual([]);
  await set('mock', [account], { tell: true });
  await eventually(() => bench.hooks.length === 1);
});

test('providers without such an event send none', async () => {
  await set('xendit', [{ accountRef: 'a', kycStatus: 'APPROVED' }]);
  await set('riseworks', [{ accountRef: 'us-1', kycStatus: 'APPROVED' }]);
  await pause(150);
  expect(bench.hooks).toEqual([]);
});

test('one that is not taken comes again under its id, with the state it told', async () => {
  bench.answers.push(500);
  await set('mock', [{ accountRef: 'a', kycStatus: 'PENDING' }]);
  await eventually(() => bench.hooks.length === 2);
  const [first, second] = bench.hooks;
  expect(second?.raw).toBe(first?.raw);
});

test('after a reset nothing of before comes again, not even what was under way', async () => {
  bench.answers.push(500);
  await set('mock', [{ accountRef: 'waits', kycStatus: 'PENDING' }]);
  await eventually(() => bench.hooks.length === 1);
  const slow = bench.answerLater();
  await set('mock', [{ accountRef: 'under_way', kycStatus: 'PENDING' }]);
  await eventually(() => bench.hooks.length === 2);
  await bench.reset();
  slow.answer(500);
  await pause(1_500);
  expect(bench.hooks).toEqual([]);
});

test('it can be lost, come twice, late, or after a forged one, by the recipient', async () => {
  await bench.faults(
    { when: { recipient: 'acct_lost' }, effect: 'webhook_drop' },
    { when: { recipient: 'acct_twice' }, effect: 'webhook_duplicate' },
    { when: { recipient: 'acct_late' }, effect: { type: 'webhook_delay', ms: 200 } },
    { when: { recipient: 'acct_forged' }, effect: 'webhook_forge' },
  );
  const names = ['acct_lost', 'acct_late', 'acct_twice', 'acct_forged'];
  await set(
    'stripe',
    names.map((accountRef) => ({ accountRef, kycStatus: 'APPROVED' })),
  );
  await eventually(() => bench.hooks.length === 5);
  await pause(100);
  expect(bench.hooks).toHaveLength(5);
  const told = bench.events().map(({ account }) => account);
  expect(told.map(String).toSorted()).toEqual([
    'acct_forged',
    'acct_late',
    'acct_twice',
    'acct_twice',
  ]);
  expect(told.at(-1)).toBe('acct_late');
  const forged = bench.hooks.filter(({ raw }) => raw.includes('acct_forged'));
  expect(new Set(forged.map(idOf)).size).toBe(1);
  expect(forged[0]?.raw).toContain('rejected.');
});
