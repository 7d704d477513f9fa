import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  codeOf,
  errorSchema,
  item,
  payoutSchema,
  startBench,
  type Bench,
  type Client,
} from './harness.ts';

let bench: Bench;
let client: Client;

beforeAll(async () => {
  bench = await startBench();
  client = bench.client();
});
afterAll(async () => await bench.close());
beforeEach(async () => void (await client.call('POST', '/_sim/reset')));

const resultsSchema = z.object({
  results: z.array(z.object({ reference: z.string(), payout: payoutSchema.optional() })),
});
const rulesSchema = z.object({
  rules: z.array(z.object({ matched: z.number(), hits: z.number() })),
});

const made = async () => (await client.transfers()).map(({ reference }) => reference);
const references = (count: number) => Array.from({ length: count }, (_, at) => `pay_${at}`);

/** The statuses of so many submits, one after the other; 0 where the connection broke. */
async function statuses(count: number): Promise<number[]> {
  const seen: number[] = [];
  for (const reference of references(count)) {
    seen.push(
      await client.submit(reference).then(
        ({ status }) => status,
        () => 0,
      ),
    );
  }
  return seen;
}

describe('before anything happens', () => {
  test('refuse: the connection breaks and there is no transfer', async () => {
    await client.faults([{ when: { operation: 'submit', nth: 2 }, effect: 'refuse' }]);
    expect(await statuses(3)).toEqual([201, 0, 201]);
    expect(await made()).toEqual(['pay_0', 'pay_2']);
  });

  test('refuse for one reference leaves the others alone', async () => {
    await client.faults([{ when: { reference: ['pay_1', 'x*'] }, effect: 'refuse' }]);
    expect(await statuses(3)).toEqual([201, 0, 201]);
    expect(await made()).toEqual(['pay_0', 'pay_2']);
  });

  test('status_before: that answer, and there is no transfer', async () => {
    await client.faults([
      { when: { nth: [1, 3] }, effect: 'status_before', status: 503, code: 'maintenance' },
      { when: { nth: 2 }, effect: { name: 'status_before', status: 502 } },
    ]);
    const failed = await client.submit('pay_0');
    expect([failed.status, codeOf(failed)]).toEqual([503, 'maintenance']);
    expect(await statuses(3)).toEqual([502, 503, 201]);
    expect(await made()).toEqual(['pay_2']);
  });

  test('delay: slow, and otherwise as usual', async () => {
    await client.faults([{ effect: 'delay', ms: 200 }]);
    const startedAtMs = Date.now();
    expect((await client.submit('pay_0')).status).toBe(201);
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(195);
  });

  test('rate_limit: 429 and how long to wait for the next', async () => {
    await client.faults([{ when: { operation: 'submit' }, effect: 'rate_limit', perSecond: 0.1 }]);
    expect(await statuses(3)).toEqual([201, 429, 429]);
    const limited = await client.submit('pay_1');
    expect(codeOf(limited)).toBe('rate_limited');
    const seconds = Number(limited.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(10);
    expect(await made()).toEqual(['pay_0']);
    await client.faults([{ effect: 'rate_limit', perSecond: 50 }]);
    expect(await statuses(2)).toEqual([200, 201]);
  });

  test('reject: a definite failure of single items, the others are made', async () => {
    await client.faults([
      { when: { recipient: 'acct_bad*' }, effect: 'reject', code: 'invalid_recipient' },
      { when: { recipient: 'acct_no' }, effect: 'reject', code: 'forbidden' },
    ]);
    const bad = await client.submit('bad', { recipient: 'acct_bad_7' });
    expect([bad.status, codeOf(bad)]).toEqual([422, 'invalid_recipient']);
    expect((await client.submit('no', { recipient: 'acct_no' })).status).toBe(403);
    await client.batch([item('good'), item('worse', { recipient: 'acct_bad' })]);
    expect(await made()).toEqual(['good']);
  });

  test('reject does not deny a transfer that exists', async () => {
    await client.submit('pay_0');
    await client.faults([{ effect: 'reject', code: 'invalid_recipient' }]);
    expect((await client.submit('pay_0')).status).toBe(200);
  });
});

describe('after the transfer was made', () => {
  test('accept_then_reset: the connection breaks, the transfer is there', async () => {
    await client.faults([{ when: { nth: 1 }, effect: 'accept_then_reset' }]);
    expect(await statuses(2)).toEqual([0, 201]);
    expect(await made()).toEqual(['pay_0', 'pay_1']);
    expect((await client.submit('pay_0')).status).toBe(200);
  });

  test('accept_then_status: the answer is wrong, the transfers are there', async () => {
    await client.faults([{ when: { reference: 'b' }, effect: 'accept_then_status', status: 500 }]);
    const failed = await client.batch([item('a'), item('b')]);
    expect([failed.status, codeOf(failed)]).toEqual([500, 'server_error']);
    expect(await made()).toEqual(['a', 'b']);
  });

  test('accept_then_hang: the answer is late, the transfer is there meanwhile', async () => {
    await client.faults([{ effect: 'accept_then_hang', ms: 2_000 }]);
    const startedAtMs = Date.now();
    const late = client.submit('pay_0');
    await expect.poll(made, { timeout: 1_900 }).toEqual(['pay_0']);
    expect((await late).status).toBe(201);
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(1_990);
  });

  test('accept_then_* without an operation leaves lookups alone', async () => {
    await client.faults([{ effect: 'accept_then_reset' }]);
    await statuses(1);
    expect(await client.lookup('pay_0')).toHaveLength(1);
  });

  test('forget_key: the same key pays a second time', async () => {
    await client.submit('pay_0');
    await client.faults([{ effect: 'forget_key' }]);
    expect((await client.submit('pay_0')).status).toBe(201);
    expect(await made()).toEqual(['pay_0', 'pay_0']);
  });
});

describe('answers that lie', () => {
  const batch = async (names: string[]) =>
    resultsSchema.parse((await client.batch(names.map((name) => item(name)))).body).results;

  test('omit: the item is missing, a single answer is empty', async () => {
    await client.faults([{ when: { reference: ['b', 'single'] }, effect: 'omit' }]);
    const results = await batch(['a', 'b', 'c']);
    expect(results.map(({ reference }) => reference)).toEqual(['a', 'c']);
    expect((await client.submit('single')).body).toEqual({});
    expect(await made()).toEqual(['a', 'b', 'c', 'single']);
  });

  test('shuffle: the same results in another order', async () => {
    await client.faults([{ effect: 'shuffle' }]);
    const names = references(20);
    const shown = (await batch(names)).map(({ reference }) => reference);
    expect(shown).not.toEqual(names);
    expect(shown.toSorted()).toEqual(names.toSorted());
  });

  test('wrong_id, wrong_amount, unknown_status: one word of the answer is false', async () => {
    await client.faults([
      { when: { reference: 'a' }, effect: 'wrong_id' },
      { when: { reference: 'b' }, effect: 'wrong_amount' },
      { when: { reference: 'c' }, effect: 'unknown_status' },
    ]);
    const [a, b, c] = (await batch(['a', 'b', 'c'])).map(({ payout }) => payout);
    const [truth] = await client.lookup('a');
    expect(a?.id).not.toBe(truth?.id);
    expect((await client.call('GET', `/mock/payouts/${a?.id ?? ''}`)).status).toBe(404);
    expect(b?.amount).toBe(1_001);
    expect(c?.status).toBe('in_limbo');
    expect((await client.lookup('b'))[0]?.amount).toBe(1_000);
  });

  test('a lookup lies where the rule says lookup', async () => {
    await client.submit('a');
    await client.faults([{ when: { operation: 'lookup' }, effect: 'omit' }]);
    expect(await client.lookup('a')).toEqual([]);
  });
});

describe('the plan', () => {
  test('gives the same faults for the same seed, others for another', async () => {
    const run = async (seed: number): Promise<number[]> => {
      await client.call('POST', '/_sim/reset');
      await client.faults([{ probability: 0.3, effect: 'status_before', status: 503 }], seed);
      return await statuses(60);
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
    const failures = first.filter((status) => status === 503).length;
    expect(failures).toBeGreaterThan(6);
    expect(failures).toBeLessThan(30);
  });

  test('several rules apply to one call, and each says how often it did', async () => {
    await client.faults([
      { when: { provider: 'mock', operation: 'submit' }, effect: 'delay', ms: 1 },
      { when: { nth: 2 }, effect: 'accept_then_status', status: 502 },
      { when: { provider: 'xendit' }, effect: 'refuse' },
    ]);
    expect(await statuses(3)).toEqual([201, 502, 201]);
    const { rules } = rulesSchema.parse((await client.call('GET', '/_sim/faults')).body);
    expect(rules.map(({ matched, hits }) => [matched, hits])).toEqual([
      [3, 3],
      [3, 1],
      [0, 0],
    ]);
  });

  test('is kept over a restart', async () => {
    await client.faults([{ effect: 'status_before', status: 418 }]);
    await bench.restart();
    client = bench.client();
    expect(await statuses(1)).toEqual([418]);
  });

  test.each([
    ['an effect that is none', { effect: 'explode' }, 'effect'],
    ['no parameter', { effect: 'delay' }, 'ms'],
    ['a bad parameter', { effect: { type: 'status_before', status: 99 } }, 'status'],
    ['a parameter too many', { effect: 'refuse', ms: 5 }, 'ms'],
    ['a probability above 1', { effect: 'refuse', probability: 2 }, 'probability'],
    ['an unknown filter', { when: { payee: 'x' }, effect: 'refuse' }, 'payee'],
    [
      'a place where it cannot show',
      { when: { operation: 'balance' }, effect: 'omit' },
      'operation',
    ],
  ])('with %s is refused and says so', async (_name, rule, word) => {
    await client.faults([{ effect: 'delay', ms: 0 }]);
    const refused = await client.faults([rule]);
    expect(refused.status).toBe(422);
    expect(errorSchema.parse(refused.body).error.message).toContain(word);
    const kept = rulesSchema.parse((await client.call('GET', '/_sim/faults')).body);
    expect(kept.rules).toHaveLength(1);
  });
});
