import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { expectBooksAgree } from '../support/books.ts';
import { platformOf, type Platform } from '../support/platform.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

const BASE = '/api/disbursement';
const WITHIN_MS = 60_000;

let stack: TestStack;
let platform: Platform;
let db: Db;

beforeAll(async () => {
  stack = await startTestStack({ env: { BURSAR_SWEEP_INTERVAL_MS: '1000' } });
  platform = platformOf(stack);
  db = openDatabase(stack.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

/** Calls the API and reads its answer; throws for a refusal. */
async function call<T>(
  schema: z.ZodType<T>,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const answer = await platform.call(method, BASE + path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return schema.parse(answer.body);
}

const numberOf = async (text: string, values: unknown[] = []): Promise<number> => {
  const row = z.object({ n: z.union([z.bigint(), z.number(), z.string()]) });
  return Number((await db.run(row, text, values))[0]?.n ?? 0);
};

async function until(what: () => Promise<boolean>): Promise<void> {
  const last = Date.now() + WITHIN_MS;
  while (!(await what())) {
    if (Date.now() > last) throw new Error(`not within ${WITHIN_MS} ms`);
    await sleep(100);
  }
}

const made = z.object({ id: z.string() });

/** A programme of its own with one rule from 2020 on; its id. */
async function programmeWith(terms: unknown, automatic = true): Promise<string> {
  const externalId = `programme-${crypto.randomUUID()}`;
  const { programme } = await call(z.object({ programme: made }), 'POST', '/programmes', {
    externalId,
    name: 'A programme',
    zone: 'UTC',
    automatic,
  });
  await call(z.unknown(), 'POST', '/rules', {
    programmeId: programme.id,
    effectiveFrom: '2020-01-01T00:00:00Z',
    terms,
  });
  return programme.id;
}

/** Adds a conversion of 100.00 dollars a day ago; its id. */
async function convert(
  programmeId: string,
  affiliateExternalId: string,
  given: Record<string, unknown> = {},
): Promise<string> {
  const { items } = await call(z.object({ items: z.array(made) }), 'POST', '/conversions', {
    externalId: `order-${crypto.randomUUID()}`,
    programmeId,
    affiliateExternalId,
    amount: 10_000,
    currency: 'USD',
    occurredAt: new Date(Date.now() - 86_400_000).toISOString(),
    status: 'APPROVED',
    ...given,
  });
  return items[0]?.id ?? '';
}

const payableOf = (externalId: string): Promise<number> =>
  numberOf(
    `select coalesce(sum(b.amount_minor), 0) as n from payables b join payees p on p.id = b.payee_id
     where p.external_id = $1 and b.payment_id is null and b.paid_at is null`,
    [externalId],
  );

/** Makes a batch of what is owed to the affiliate and pays it; what was paid. */
async function pay(affiliateId: string): Promise<number> {
  const { batch } = await call(z.object({ batch: made }), 'POST', '/batches', {
    provider: 'mock',
    currency: 'USD',
    affiliateIds: [affiliateId],
  });
  await call(z.unknown(), 'POST', `/batches/${batch.id}/execute`, {});
  await until(async () => {
    const done = "select count(*) as n from batches where id = $1 and status = 'COMPLETED'";
    return (await numberOf(done, [batch.id])) === 1;
  });
  return numberOf('select sum(amount_minor) as n from payments where batch_id = $1', [batch.id]);
}

const PERCENT = (bps: number) => ({ commission: [{ rate: { kind: 'percentage', bps } }] });

test('a conversion is earned, matures and is paid; a refund after payment is taken back from the next one', async () => {
  const programmeId = await programmeWith(PERCENT(1_000));
  const externalId = await platform.recipient();
  const [payee] = await db.run(made, 'select id from payees where external_id = $1', [externalId]);
  const affiliateId = payee?.id ?? '';
  const first = await convert(programmeId, externalId, { amount: 90_000 });
  await until(async () => (await payableOf(externalId)) === 9_000);
  expect(await pay(affiliateId)).toBe(9_000);
  await call(z.unknown(), 'POST', `/conversions/${first}/reversals`, {
    externalId: `refund-${crypto.randomUUID()}`,
    kind: 'refund',
    amount: 30_000,
  });
  await until(async () => (await payableOf(externalId)) === -3_000);
  await convert(programmeId, externalId, { amount: 80_000 });
  await until(async () => (await payableOf(externalId)) === 5_000);
  expect(await pay(affiliateId)).toBe(5_000);
  const kinds = await db.run(
    z.object({ kind: z.string(), amount_minor: z.bigint() }),
    'select kind, amount_minor from commissions where conversion_id = $1 order by created_at',
    [first],
  );
  expect(kinds).toEqual([
    { kind: 'commission', amount_minor: 9_000n },
    { kind: 'clawback', amount_minor: -3_000n },
  ]);
  await expectBooksAgree(stack);
  await platform.expectLedgerBalanced();
});

test('on request: calculated when asked, told how much, judged anew by the rules of today, and explained', async () => {
  const programmeId = await programmeWith(PERCENT(1_000), false);
  const externalId = await platform.recipient();
  const conversion = await convert(programmeId, externalId);
  const done = z.object({
    done: z.object({ affiliates: z.number(), decisions: z.number(), commissions: z.number() }),
  });
  const calculate = (body: unknown) => call(done, 'POST', '/calculations?wait=30', body);
  const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000).toISOString();
  expect(await calculate({ programmeId, asOf: twoDaysAgo })).toEqual({
    done: { affiliates: 1, decisions: 0, commissions: 0 },
  });
  expect(await calculate({ programmeId })).toEqual({
    done: { affiliates: 1, decisions: 1, commissions: 1 },
  });
  await db.run(
    z.unknown(),
    'update payout_rule_versions set effective_to = $2 where rule_id in (select id from payout_rules where programme_id = $1)',
    [programmeId, '2021-01-01'],
  );
  await call(z.unknown(), 'POST', '/rules', {
    programmeId,
    effectiveFrom: '2021-01-01T00:00:00Z',
    terms: PERCENT(1_500),
  });
  expect(await calculate({ programmeId, rejudgeFrom: '2021-01-01' })).toEqual({
    done: { affiliates: 1, decisions: 1, commissions: 1 },
  });
  const rows = await db.run(
    made,
    'select id from commissions where conversion_id = $1 order by created_at',
    [conversion],
  );
  const why = await Promise.all(
    rows.map(({ id }) => platform.call('GET', `${BASE}/commissions/${id}/why`)),
  );
  expect(why.map(({ body }) => body)).toMatchObject([
    {
      commission: { kind: 'commission', amount: 1_000 },
      conversion: { id: conversion, amount: 10_000 },
      decision: { revision: 1, code: null, countedAmount: 10_000, netAmount: 1_000 },
      rules: { commission: { version: 1 } },
      difference: { before: 0, after: 1_000 },
    },
    {
      commission: { kind: 'adjustment', amount: 500 },
      decision: { revision: 2, netAmount: 1_500 },
      rules: { commission: { version: 2 } },
      difference: { before: 1_000, after: 1_500 },
    },
  ]);
  const missing = await platform.call('GET', `${BASE}/commissions/com_${'0'.repeat(32)}/why`);
  expect(missing.status).toBe(404);
});

test('a worker killed between pages: the next one finishes, to the unit', async () => {
  const programmeId = await programmeWith(PERCENT(1_000), false);
  const conversions = 40_000;
  await db.run(
    z.unknown(),
    `with payee as (
       insert into payees (id, external_id, full_name, email, country, currency)
       select 'aff_' || md5($1 || i), $1 || i, 'A', 'a@example.test', 'US', 'USD' from generate_series(1, $2::int / 20) i
       returning id
     ),
     made as (
       insert into conversions (id, programme_id, external_id, affiliate_external_id, payee_id, amount_minor, currency,
         occurred_at, status)
       select 'cnv_' || md5(p.id || n), $1, p.id || n, p.id, p.id, 1000, 'USD', timestamptz '2026-01-01' + n * interval '1 day', 'APPROVED'
       from payee p cross join generate_series(1, 20) n returning payee_id
     )
     insert into calculation_queue (programme_id, payee_id, due_at, dirty_from)
     select distinct $1, payee_id, timestamptz '-infinity', timestamptz '2026-01-01' from made`,
    [programmeId, conversions],
    { deadlineMs: 60_000 },
  );
  const count = () =>
    numberOf('select count(*) as n from commissions where programme_id = $1', [programmeId]);
  await call(z.unknown(), 'POST', '/calculations', { programmeId });
  await until(async () => (await count()) > 0);
  await stack.killWorker('SIGKILL');
  const before = await count();
  expect(before).toBeLessThan(conversions);
  await stack.startWorker();
  await until(async () => {
    const waiting = 'select count(*) as n from calculation_queue where programme_id = $1';
    return (await numberOf(waiting, [programmeId])) === 0;
  });
  expect(await count()).toBe(conversions);
  const sum = 'select sum(amount_minor) as n from commissions where programme_id = $1';
  expect(await numberOf(sum, [programmeId])).toBe(conversions * 100);
  expect((await checkInvariants(db)).filter(({ breaches }) => breaches > 0)).toEqual([]);
});
