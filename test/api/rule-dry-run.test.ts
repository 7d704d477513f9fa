import { expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../db/new-id.ts';
import { affiliate, unique } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

const run = (sql: string, values: unknown[]) => api.db.run(z.unknown(), sql, values);

const percentage = (bps: number) => ({ kind: 'percentage', bps });
const commission = (bps: number) => ({ commission: [{ rate: percentage(bps) }] });

/** A programme whose conversions all earn 10%. */
async function programme(terms: Record<string, unknown> = commission(1_000), zone = 'UTC') {
  const body = { externalId: unique('programme'), name: 'Tried', zone };
  const id = String((await api.post('/programmes', body)).at('programme.id'));
  await add(id, { terms });
  return id;
}

async function add(programmeId: string, given: Record<string, unknown>): Promise<void> {
  const made = await api.post('/rules', { programmeId, effectiveFrom: '2020-01-01', ...given });
  expect([made.status, made.text]).toEqual([201, expect.any(String)]);
}

async function payee(groupName: string | null = null): Promise<string> {
  const id = String((await api.post('/affiliates', affiliate())).at('items.0.id'));
  await run('update payees set group_name = $2 where id = $1', [id, groupName]);
  return id;
}

interface Sale {
  at?: string;
  amount: number;
  currency?: string;
  status?: string;
  orderId?: string;
}

/** Stores a conversion; in the middle of March unless told. */
async function sell(programmeId: string, payeeId: string, sale: Sale): Promise<string> {
  const id = newId('conversion');
  await run(
    `insert into conversions (id, programme_id, external_id, affiliate_external_id, payee_id, amount_minor, currency,
       occurred_at, status, order_id)
     select $1, $2, $1, external_id, id, $4, $5, $6, $7, $8 from payees where id = $3`,
    [
      id,
      programmeId,
      payeeId,
      sale.amount,
      sale.currency ?? 'USD',
      sale.at ?? '2026-03-15T12:00:00Z',
      sale.status ?? 'APPROVED',
      sale.orderId ?? null,
    ],
  );
  return id;
}

const MARCH = { from: '2026-03-01', to: '2026-04-01' };

const tryOut = (programmeId: string, given: Record<string, unknown>) =>
  api.post('/rules/dry-run', { programmeId, ...MARCH, ...given });

test('each affiliate and currency, now and then, against figures from hand', async () => {
  const programmeId = await programme();
  const [one, two] = [await payee(), await payee()];
  await sell(programmeId, one, { amount: 10_001 });
  await sell(programmeId, one, { amount: 5 });
  await sell(programmeId, one, { amount: 3_333, currency: 'EUR' });
  await sell(programmeId, two, { amount: 100 });
  const answer = await tryOut(programmeId, { terms: commission(1_250) });
  expect(answer.status).toBe(200);
  // 10% of 10,001 is 1,000.1 and of 5 is 0.5, half up 1; 12.5% are 1,250.125 and 0.625.
  expect(answer.list('affiliates')).toEqual([
    {
      affiliateId: one,
      currency: 'USD',
      nowNet: 1_001,
      proposedNet: 1_251,
      difference: 250,
      conversions: 2,
    },
    {
      affiliateId: one,
      currency: 'EUR',
      nowNet: 333,
      proposedNet: 417,
      difference: 84,
      conversions: 1,
    },
    {
      affiliateId: two,
      currency: 'USD',
      nowNet: 10,
      proposedNet: 13,
      difference: 3,
      conversions: 1,
    },
  ]);
  expect(answer.at('summary')).toMatchObject({
    affiliates: 2,
    conversions: 4,
    currencies: [
      {
        currency: 'EUR',
        nowNet: 333,
        proposedNet: 417,
        difference: 84,
        nowFees: 0,
        proposedFees: 0,
      },
      {
        currency: 'USD',
        nowNet: 1_011,
        proposedNet: 1_264,
        difference: 253,
        nowFees: 0,
        proposedFees: 0,
      },
    ],
  });
  expect(answer.at('notListed')).toBe(0);
});

test('only what counts, happened in the period and belongs to the programme', async () => {
  const programmeId = await programme();
  const other = await programme();
  const one = await payee();
  await sell(programmeId, one, { amount: 1_000, at: '2026-03-01T00:00:00Z' });
  await sell(programmeId, one, { amount: 1_000, at: '2026-03-31T23:59:59.999Z' });
  await sell(programmeId, one, { amount: 7_000, at: '2026-02-28T23:59:59.999Z' });
  await sell(programmeId, one, { amount: 7_000, at: '2026-04-01T00:00:00Z' });
  await sell(programmeId, one, { amount: 7_000, status: 'CANCELLED' });
  await sell(programmeId, one, { amount: 7_000, status: 'PENDING' });
  await sell(other, one, { amount: 7_000 });
  const back = await sell(programmeId, one, { amount: 500 });
  const reverse = (amount: number, at: string) =>
    run(
      `insert into conversion_reversals (id, external_id, conversion_id, kind, amount_minor, occurred_at, created_by)
       values ($1, $1, $2, 'refund', $3, $4, 'test')`,
      [newId('reversal'), back, amount, at],
    );
  await reverse(100, '2026-03-20');
  await reverse(300, '2026-04-02');
  const answer = await tryOut(programmeId, { terms: commission(2_000) });
  expect(answer.list('affiliates')).toMatchObject([{ nowNet: 240, proposedNet: 480 }]);
});

test('a fee and a minimum fee of a month', async () => {
  const programmeId = await programme();
  const one = await payee();
  await sell(programmeId, one, { amount: 10_000 });
  const fee = {
    bearer: 'payee',
    rates: [{ rate: percentage(200) }],
    monthlyMinimums: [{ currency: 'USD', amount: 350 }],
  };
  const answer = await tryOut(programmeId, { terms: { ...commission(1_000), fee } });
  // 1,000 less 2% of 10,000, and 150 more up to the minimum.
  expect(answer.list('summary.currencies')).toEqual([
    {
      currency: 'USD',
      nowNet: 1_000,
      proposedNet: 650,
      difference: -350,
      nowFees: 0,
      proposedFees: 200,
      nowMinimumFees: 0,
      proposedMinimumFees: 150,
    },
  ]);
  const halfMonth = await tryOut(programmeId, { terms: { fee }, to: '2026-03-20' });
  expect(halfMonth.at('summary.currencies.0.proposedMinimumFees')).toBe(0);
});

const tiers = (mode: string, period = 'month') => ({
  commission: [
    {
      currency: 'USD',
      rate: {
        kind: 'tiers',
        measure: 'volume',
        period,
        mode,
        tiers: [
          { from: 0, to: 10_000, rate: percentage(500) },
          { from: 10_000, to: null, rate: percentage(1_000) },
        ],
      },
    },
  ],
});

test('tiers count what happened before the period, and in it', async () => {
  const programmeId = await programme();
  const one = await payee();
  await sell(programmeId, one, { amount: 5_000, at: '2026-02-10' });
  await sell(programmeId, one, { amount: 8_000, at: '2026-03-02' });
  await sell(programmeId, one, { amount: 4_000, at: '2026-03-20' });
  const period = { from: '2026-03-10' };
  const marginal = await tryOut(programmeId, { ...period, terms: tiers('marginal') });
  // 2,000 are left of the first tier: 100, and 10% of 2,000.
  expect(marginal.list('affiliates')).toMatchObject([
    { nowNet: 400, proposedNet: 300, conversions: 1 },
  ]);
  const byQuarter = await tryOut(programmeId, { ...period, terms: tiers('marginal', 'quarter') });
  expect(byQuarter.list('affiliates')).toMatchObject([{ proposedNet: 400 }]);
  const whole = await tryOut(programmeId, { ...period, terms: tiers('whole') });
  expect(whole.list('affiliates')).toMatchObject([{ proposedNet: 400 }]);
});

test('months of tiers begin in the zone of the programme', async () => {
  const programmeId = await programme(commission(1_000), 'America/New_York');
  const one = await payee();
  // Still February in New York.
  await sell(programmeId, one, { amount: 10_000, at: '2026-03-01T03:00:00Z' });
  await sell(programmeId, one, { amount: 1_000, at: '2026-03-02T03:00:00Z' });
  const answer = await tryOut(programmeId, { from: '2026-03-02', terms: tiers('marginal') });
  expect(answer.list('affiliates')).toMatchObject([{ proposedNet: 50 }]);
});

test('the terms hold in their span; a span after the period is tried on all of it', async () => {
  const programmeId = await programme();
  const one = await payee();
  await sell(programmeId, one, { amount: 1_000, at: '2026-03-05' });
  await sell(programmeId, one, { amount: 1_000, at: '2026-03-25' });
  const proposed = async (span: Record<string, unknown>) =>
    (await tryOut(programmeId, { terms: commission(2_000), ...span })).at(
      'affiliates.0.proposedNet',
    );
  expect(await proposed({})).toBe(400);
  expect(await proposed({ effectiveFrom: '2026-03-10' })).toBe(300);
  expect(await proposed({ effectiveFrom: '2026-01-01', effectiveTo: '2026-03-10' })).toBe(300);
  expect(await proposed({ effectiveFrom: '2026-03-06', effectiveTo: '2026-03-10' })).toBe(200);
  expect(await proposed({ effectiveFrom: '2026-12-01' })).toBe(400);
});

test('a group or an affiliate is tried alone, and particular rules go before the proposed one', async () => {
  const programmeId = await programme();
  const group = unique('group');
  const [alone, inGroup, own] = [await payee(), await payee(group), await payee(group)];
  for (const id of [alone, inGroup, own]) await sell(programmeId, id, { amount: 1_000 });
  await add(programmeId, { affiliateId: own, terms: commission(5_000) });
  const nets = async (target: Record<string, unknown>) => {
    const answer = await tryOut(programmeId, { ...target, terms: commission(2_000) });
    return Object.fromEntries(
      answer
        .list('affiliates')
        .map((line) => [
          Reflect.get(Object(line), 'affiliateId'),
          Reflect.get(Object(line), 'proposedNet'),
        ]),
    );
  };
  expect(await nets({})).toEqual({ [alone]: 200, [inGroup]: 200, [own]: 500 });
  expect(await nets({ groupName: group })).toEqual({ [inGroup]: 200, [own]: 500 });
  expect(await nets({ affiliateId: own })).toEqual({ [own]: 200 });
});

test('an order counts once within a window that only the proposed terms have', async () => {
  const programmeId = await programme();
  const one = await payee();
  await sell(programmeId, one, { amount: 1_000, at: '2026-02-20', orderId: 'order-1' });
  await sell(programmeId, one, { amount: 1_000, at: '2026-03-05', orderId: 'order-1' });
  const eligibility = { orderWindowDays: 30 };
  const answer = await tryOut(programmeId, { terms: { ...commission(1_000), eligibility } });
  expect(answer.list('affiliates')).toMatchObject([{ nowNet: 100, proposedNet: 0 }]);
});

test('at most 1,000 differences are listed, the largest; all are summed up', async () => {
  const programmeId = await programme();
  const most = 1_205;
  const places = Array.from({ length: most }, (_, place) => place + 1);
  const ids = places.map(() => newId('payee'));
  await run(
    `with made as (
       insert into payees (id, external_id, full_name, email, country, currency)
       select id, id, 'Many', 'many@mail.example', 'DE', 'USD' from unnest($1::text[]) as id
     )
     insert into conversions (id, programme_id, external_id, affiliate_external_id, payee_id, amount_minor, currency,
       occurred_at, status)
     select c, $4, c, id, id, place * 10, 'USD', '2026-03-15', 'APPROVED'
     from unnest($1::text[], $2::int[], $3::text[]) as i (id, place, c)`,
    [ids, places, places.map(() => newId('conversion')), programmeId],
  );
  const answer = await tryOut(programmeId, { terms: commission(2_000) });
  const listed = answer.list('affiliates').map((line) => Reflect.get(Object(line), 'difference'));
  expect(listed).toEqual(Array.from({ length: 1_000 }, (_, place) => most - place));
  expect(answer.at('notListed')).toBe(205);
  expect(answer.at('summary')).toMatchObject({
    affiliates: most,
    currencies: [{ difference: (most * (most + 1)) / 2 }],
  });
});

test('nothing is stored: every table has the rows that it had', async () => {
  const programmeId = await programme();
  await sell(programmeId, await payee(), { amount: 1_000 });
  const names = await api.db.run(
    z.object({ name: z.string() }),
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by 1",
  );
  const counts = () =>
    Promise.all(
      names.map(async ({ name }) => [
        name,
        await count(api.db, `select count(*) as n from ${name}`),
      ]),
    );
  const before = await counts();
  expect(before.length).toBeGreaterThan(30);
  expect((await tryOut(programmeId, { terms: commission(9_000) })).status).toBe(200);
  expect(await counts()).toEqual(before);
});
