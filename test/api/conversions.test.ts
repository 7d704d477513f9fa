import { expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../db/new-id.ts';
import { INELIGIBLE_REASONS } from '../../domain/rules/conversion.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import { addAffiliate, addConversion, conversion, pathsOf } from './support/conversions.ts';
import { unique } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

const stored = () => count(api.db, 'select count(*) as n from conversions');
const queued = (payeeId: string) =>
  count(
    api.db,
    `select coalesce(sum(revision), 0) as n from calculation_queue where payee_id = $1 and due_at = '-infinity'`,
    [payeeId],
  );

test('201 for one, 200 for the same again, 409 for another, which changes nothing', async () => {
  const affiliateId = await addAffiliate(api);
  const body = conversion(affiliateId, {
    clickedAt: '2026-03-01',
    customer: 'cus_1',
    orderId: 'ord_1',
    source: 'newsletter',
    product: 'pro',
  });
  const made = await api.post('/conversions', body);
  expect([made.status, made.at('items.0.created')]).toEqual([201, true]);
  const again = await api.post('/conversions', body);
  expect([again.status, again.at('items.0')]).toEqual([
    200,
    { id: made.at('items.0.id'), externalId: body.externalId, created: false, changed: false },
  ]);
  for (const [field, other] of Object.entries({
    amount: { amount: 10_001 },
    currency: { currency: 'EUR' },
    occurredAt: { occurredAt: '2026-03-11' },
    clickedAt: { clickedAt: '2026-03-02' },
    customer: { customer: 'cus_2' },
    orderId: { orderId: 'ord_2' },
    source: { source: 'blog' },
    product: { product: 'team' },
    test: { test: true },
    affiliate: { affiliateId: await addAffiliate(api) },
  })) {
    const answer = await api.post('/conversions', { ...body, ...other });
    expect([answer.status, answer.at('error.code'), pathsOf(answer)]).toEqual([
      409,
      'external_id_conflict',
      [field],
    ]);
  }
  const read = await api.get(`/conversions/${String(made.at('items.0.id'))}`);
  expect(read.at('conversion')).toMatchObject({
    externalId: body.externalId,
    programmeId: DEFAULT_PROGRAMME_ID,
    affiliateId,
    amount: 10_000,
    reversedAmount: 0,
    status: 'APPROVED',
    test: false,
    customer: 'cus_1',
    clickedAt: '2026-03-01T00:00:00.000Z',
    decision: null,
  });
  expect(await queued(affiliateId)).toBe(1);
});

test('a thousand come at once, all or none', async () => {
  const affiliateId = await addAffiliate(api);
  const items = Array.from({ length: 1_000 }, () => conversion(affiliateId));
  const answer = await api.post('/conversions', { items });
  expect([answer.status, answer.list('items').length]).toEqual([201, 1_000]);
  expect(await queued(affiliateId)).toBe(1);
  const before = await stored();
  const [first] = items;
  const mixed = [conversion(affiliateId), { ...first, amount: 1 }];
  const refused = await api.post('/conversions', { items: mixed });
  expect([refused.status, pathsOf(refused)]).toEqual([409, ['items.1.amount']]);
  const tooMany = [...items, conversion(affiliateId)];
  expect((await api.post('/conversions', { items: tooMany })).status).toBe(422);
  expect(await stored()).toBe(before);
});

test('a status moves on by the same call, and never back', async () => {
  const affiliateId = await addAffiliate(api);
  const body = conversion(affiliateId, { status: 'PENDING' });
  const made = await api.post('/conversions', body);
  const id = String(made.at('items.0.id'));
  const approved = await api.post('/conversions', { ...body, status: 'APPROVED' });
  expect([approved.status, approved.at('items.0')]).toEqual([
    200,
    { id, externalId: body.externalId, created: false, changed: true },
  ]);
  const back = await api.post('/conversions', body);
  expect([back.status, pathsOf(back)]).toEqual([409, ['status']]);
  await api.post('/conversions', { ...body, status: 'CANCELLED' });
  expect((await api.get(`/conversions/${id}`)).at('conversion.status')).toBe('CANCELLED');
  const trail = await api.db.run(
    z.object({ from: z.string(), to: z.string(), actor: z.string() }),
    `select c ->> 'from' as from, c ->> 'to' as to, actor from audit_logs,
       jsonb_array_elements(details -> 'changed') c where action = 'conversion.changed' and c ->> 'id' = $1
     order by audit_logs.id`,
    [id],
  );
  const actor = `key:${api.keys.super_admin.id}`;
  expect(trail).toEqual([
    { from: 'PENDING', to: 'APPROVED', actor },
    { from: 'APPROVED', to: 'CANCELLED', actor },
  ]);
});

test('REFUNDED is APPROVED with a reversal of all of it', async () => {
  const affiliateId = await addAffiliate(api);
  const id = await addConversion(api, affiliateId, {
    status: 'REFUNDED',
    reversedAt: '2026-03-12',
  });
  const answer = await api.get(`/conversions/${id}`);
  expect(answer.at('conversion')).toMatchObject({ status: 'APPROVED', reversedAmount: 10_000 });
  expect(answer.at('reversals.0')).toMatchObject({
    kind: 'refund',
    amount: 10_000,
    occurredAt: '2026-03-12T00:00:00.000Z',
  });
});

test('an affiliate that nobody registered is named by its external id, and gets it later', async () => {
  const affiliateExternalId = unique('unknown');
  const body = { ...conversion(''), affiliateId: undefined, affiliateExternalId };
  const made = await api.post('/conversions', body);
  expect(made.status).toBe(201);
  const path = `/conversions/${String(made.at('items.0.id'))}`;
  expect((await api.get(path)).at('conversion')).toMatchObject({
    affiliateId: null,
    decision: {
      code: 'unknown_affiliate',
      sentence: INELIGIBLE_REASONS.unknown_affiliate,
      net: 0,
    },
  });
  const listed = await api.get(`/conversions?code=unknown_affiliate&q=${affiliateExternalId}`);
  expect(listed.list('conversions')).toHaveLength(1);
  const id = await addAffiliate(api, { externalId: affiliateExternalId });
  expect((await api.get(path)).at('conversion')).toMatchObject({ affiliateId: id, decision: null });
  expect(await queued(id)).toBe(1);
});

const inSixMinutes = () => new Date(Date.now() + 6 * 60_000).toISOString();

test.each([
  ['no affiliate', () => ({ affiliateId: undefined }), 'affiliateId'],
  ['two names of an affiliate', () => ({ affiliateExternalId: 'x' }), 'affiliateId'],
  ['an affiliate that is not there', () => ({ affiliateId: newId('payee') }), 'affiliateId'],
  ['a programme that is not there', () => ({ programmeExternalId: 'nowhere' }), 'programmeId'],
  [
    'two names of a programme',
    () => ({ programmeId: DEFAULT_PROGRAMME_ID, programmeExternalId: 'default' }),
    'programmeId',
  ],
  ['an amount below 0', () => ({ amount: -1 }), 'amount'],
  ['half a cent', () => ({ amount: 0.5 }), 'amount'],
  ['an amount beyond exact JSON', () => ({ amount: 2 ** 53 }), 'amount'],
  ['an unknown currency', () => ({ currency: 'XYZ' }), 'currency'],
  ['a time that is none', () => ({ occurredAt: 'yesterday' }), 'occurredAt'],
  ['the future', () => ({ occurredAt: inSixMinutes() }), 'occurredAt'],
  ['a click in the future', () => ({ clickedAt: inSixMinutes() }), 'clickedAt'],
  ['an unknown status', () => ({ status: 'PAID' }), 'status'],
  ['a refund of nothing', () => ({ status: 'REFUNDED', amount: 0 }), 'status'],
  ['a reversal without a refund', () => ({ reversedAt: '2026-03-12' }), 'reversedAt'],
  [
    'a reversal before the sale',
    () => ({ status: 'REFUNDED', reversedAt: '2026-03-09' }),
    'reversedAt',
  ],
  ['an unknown field', () => ({ commission: 1 }), 'commission'],
  ['a null character', () => ({ product: 'a\0b' }), 'product'],
  ['half of a surrogate pair', () => ({ product: 'a\ud800' }), 'product'],
])('%s is 422 with its path, and nothing is stored', async (_what, given, path) => {
  const affiliateId = await addAffiliate(api);
  const before = await stored();
  const answer = await api.post('/conversions', conversion(affiliateId, given()));
  expect([answer.status, answer.at('error.code')]).toEqual([422, 'validation_error']);
  expect(pathsOf(answer)).toContain(path);
  expect(await stored()).toBe(before);
});

test('clocks may be a little ahead, and amounts may be 0', async () => {
  const affiliateId = await addAffiliate(api);
  const soon = new Date(Date.now() + 4 * 60_000).toISOString();
  const id = await addConversion(api, affiliateId, { occurredAt: soon, amount: 0 });
  expect((await api.get(`/conversions/${id}`)).at('conversion.amount')).toBe(0);
});

test('a list is by programme, affiliate, status, time and word, in pages', async () => {
  const affiliateId = await addAffiliate(api);
  const orderId = unique('order');
  const days = ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01', '2026-05-01'];
  const ids: string[] = [];
  for (const [index, occurredAt] of days.entries()) {
    const status = index === 0 ? 'PENDING' : 'APPROVED';
    ids.push(
      await addConversion(api, affiliateId, {
        occurredAt,
        status,
        ...(index === 1 && { orderId }),
      }),
    );
  }
  const idsOf = async (query: string) => {
    const answer = await api.get(`/conversions?affiliateId=${affiliateId}&${query}`);
    expect(answer.status).toBe(200);
    return answer.list('conversions').map((one) => Reflect.get(Object(one), 'id'));
  };
  expect(await idsOf('status=PENDING')).toEqual([ids[0]]);
  expect(await idsOf('from=2026-02-01&to=2026-04-01')).toEqual([ids[2], ids[1]]);
  expect(await idsOf(`q=${orderId}`)).toEqual([ids[1]]);
  expect(await idsOf(`programmeId=${newId('programme')}`)).toEqual([]);
  expect(await idsOf('code=test_order')).toEqual([]);
  const pages: unknown[] = [];
  for (let cursor = ''; ;) {
    const page = await api.get(`/conversions?affiliateId=${affiliateId}&limit=2${cursor}`);
    pages.push(...page.list('conversions').map((one) => Reflect.get(Object(one), 'id')));
    const next = page.at('nextCursor');
    if (typeof next !== 'string') break;
    cursor = `&cursor=${next}`;
  }
  expect(pages).toEqual(ids.toReversed());
  expect((await api.get('/conversions?code=nonsense')).status).toBe(422);
  expect((await api.get('/conversions?cursor=nonsense')).status).toBe(422);
});

test('all decisions are shown, each with its sentence and the versions of its rules', async () => {
  const affiliateId = await addAffiliate(api);
  const id = await addConversion(api, affiliateId);
  const termsId = newId('terms');
  await api.db.run(
    z.unknown(),
    `with terms as (
       insert into calculation_terms (id, programme_id, content_hash, sources, terms)
       values ($2, $3, $2, '{"commission":{"ruleId":"rul_x","version":3}}', '{}') returning id
     )
     insert into conversion_decisions (conversion_id, revision, terms_id, code, counted_minor, commission_measure,
       fee_measure, gross_minor, fee_minor, net_minor, as_of)
     select $1, 1, id, null, 10000, 0, 0, 1000, 20, 980, now() from terms
     union all select $1, 2, id, 'refunded', 0, 0, 0, 0, 0, 0, now() from terms`,
    [id, termsId, DEFAULT_PROGRAMME_ID],
  );
  const answer = await api.get(`/conversions/${id}`);
  expect(answer.at('conversion.decision')).toMatchObject({
    revision: 2,
    code: 'refunded',
    sentence: INELIGIBLE_REASONS.refunded,
    net: 0,
    rules: { commission: { ruleId: 'rul_x', version: 3 } },
  });
  expect(answer.at('decisions.1')).toMatchObject({ code: null, gross: 1_000, fee: 20, net: 980 });
  const listed = await api.get(`/conversions?affiliateId=${affiliateId}&code=refunded`);
  expect(listed.at('conversions.0.decision.code')).toBe('refunded');
  expect((await api.get(`/conversions/${newId('conversion')}`)).status).toBe(404);
});
