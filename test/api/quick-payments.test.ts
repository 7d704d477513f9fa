import { expect, test } from 'vitest';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { addPayable, affiliate, commission, unique } from './support/data.ts';
import { count, useTestApi, type CallOptions } from './support/test-api.ts';

const api = useTestApi();

const send = (items: unknown[], given: Record<string, unknown> = {}, query = '') =>
  api.post(`/quick-payments${query}`, { items, currency: 'USD', ...given });
const item = (affiliateId: string, amount = 5_000, externalId = unique('bonus')) => ({
  externalId,
  affiliateId,
  amount,
});
const csv = (raw: string, query = '', headers: CallOptions['headers'] = {}) =>
  api.call('POST', `/api/disbursement/quick-payments${query}`, {
    raw,
    headers: { 'content-type': 'text/csv', ...headers },
  });
const HEADER = 'external_id,affiliate_external_id,amount,currency,description';

const stored = (externalId: string) =>
  count(api.db, 'select count(*) as n from commissions where external_id = $1', [externalId]);

async function expectBooksClean() {
  expect((await checkInvariants(api.db)).filter(({ breaches }) => breaches > 0)).toEqual([]);
}

/** The name by which the platform knows a payee. */
const nameOf = async (id: string) =>
  String((await api.get(`/affiliates/${id}`)).at('affiliate.externalId'));

test('a list is paid in a batch of exactly its rows; what else is owed stays', async () => {
  const [one, two] = [await addPayable(api, { amount: 900 }), await addPayable(api)];
  const answer = await send([item(one), item(one, 250), item(two, 7_000)], { note: 'bonus' });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    accepted: 3,
    rejected: 0,
    totalAmount: 12_250,
    errors: [],
    batch: { totalAmount: 12_250, paymentCount: 2, note: 'bonus', status: 'QUEUED' },
  });
  const rows = await count(
    api.db,
    "select count(*) as n from commissions where list_id = $1 and kind = 'ad_hoc'",
    [answer.at('listId')],
  );
  expect(rows).toBe(3);
  const left = await api.get(`/affiliates/payable?q=${await nameOf(one)}`);
  expect(left.at('affiliates.0.pendingAmount')).toBe(900);
  await expectBooksClean();
});

test('all or nothing: each row that cannot be paid is named, and nothing is kept', async () => {
  const good = await addPayable(api);
  const noAccount = await addPayable(api, { kycStatus: null });
  const debtor = await addPayable(api, { amount: -8_000 });
  const items = [item(good), item(noAccount), item(debtor), item('aff_' + '0'.repeat(32))];
  const refused = await send(items);
  expect([refused.status, refused.at('error.code')]).toEqual([422, 'validation_error']);
  expect(refused.list('error.details')).toMatchObject([
    { path: 'rows.1.affiliate_external_id', reason: expect.stringMatching(/^no_account: /) },
    { path: 'rows.2.affiliate_external_id', reason: expect.stringMatching(/^negative_balance: /) },
    { path: 'rows.3.affiliate_external_id', reason: expect.stringMatching(/^unknown_affiliate: /) },
  ]);
  expect(await stored(items[0]?.externalId ?? '')).toBe(0);
  const partial = await send(items, {}, '?partial=true');
  expect(partial.body).toMatchObject({ accepted: 1, rejected: 3, batch: { totalAmount: 5_000 } });
  expect(await stored(items[0]?.externalId ?? '')).toBe(1);
  expect(await stored(items[1]?.externalId ?? '')).toBe(0);
  await expectBooksClean();
});

test.each(['execute=false', 'provider=xendit', 'note=x', 'overrideMinimum=x'])(
  'beside a JSON body %s is refused, and nothing is paid',
  async (query) => {
    const row = item(await addPayable(api));
    const answer = await send([row], {}, `?${query}`);
    expect([answer.status, answer.at('error.details.0.path')]).toEqual([422, query.split('=')[0]]);
    expect(await stored(row.externalId)).toBe(0);
  },
);

test('a dry run says what would be, and changes nothing', async () => {
  const id = await addPayable(api);
  const row = item(id);
  const tried = await send([row], { dryRun: true });
  expect(tried.status).toBe(200);
  expect(tried.body).toMatchObject({ dryRun: true, accepted: 1, batch: null, listId: null });
  expect(await stored(row.externalId)).toBe(0);
  const small = await send([item(id, 50)], { dryRun: true });
  expect(small.body).toMatchObject({ accepted: 0, errors: [{ row: 0, code: 'below_minimum' }] });
});

test('the same list again is the same batch, with a key and without', async () => {
  const id = await addPayable(api);
  const row = item(id);
  const headers = { 'idempotency-key': unique('key') };
  const first = await api.post('/quick-payments', { items: [row], currency: 'USD' }, { headers });
  const again = await api.post('/quick-payments', { items: [row], currency: 'USD' }, { headers });
  expect(again.text).toBe(first.text);
  const keyless = await send([row]);
  expect([keyless.status, keyless.at('batch.id')]).toEqual([201, first.at('batch.id')]);
  const changed = await send([{ ...row, amount: 5_001 }]);
  expect(changed.at('error.details.0.reason')).toMatch(/^external_id_conflict/);
  const more = await send([row, item(id)]);
  expect(more.at('error.details.0.reason')).toMatch(/^not_in_list/);
  expect(await count(api.db, 'select count(*) as n from payments where payee_id = $1', [id])).toBe(
    1,
  );
});

test('an empty file is told so', async () => {
  const answer = await csv('');
  expect(answer.status).toBe(422);
  expect(answer.at('error.details.0.reason')).toMatch(/^no_header: /);
});

test('two calls at once pay a list once', async () => {
  const row = item(await addPayable(api));
  const answers = await Promise.all([send([row]), send([row]), send([row])]);
  expect(new Set(answers.map((answer) => answer.at('batch.id'))).size).toBe(1);
  await expectBooksClean();
});

test('an external id of an earning is no list, and one may stand only once in a list', async () => {
  const id = await addPayable(api);
  const earned = commission(id);
  await api.post('/commissions', earned);
  const taken = await send([item(id, 2_500, earned.externalId)]);
  expect(taken.at('error.details.0.reason')).toMatch(/^external_id_conflict/);
  const twice = item(id);
  const refused = await send([twice, twice]);
  expect(refused.at('error.details.0.path')).toBe('rows.1.external_id');
});

test('below our minimum a reason is needed from somebody who may approve', async () => {
  const id = await addPayable(api);
  const asked = { currency: 'USD', overrideMinimum: { reason: 'a correction' } };
  const denied = await api.post(
    '/quick-payments',
    { items: [item(id, 20)], ...asked },
    { as: 'processor' },
  );
  expect(denied.status).toBe(403);
  const paid = await api.post(
    '/quick-payments',
    { items: [item(id, 20)], ...asked },
    { as: 'manager' },
  );
  expect([paid.status, paid.at('batch.totalAmount')]).toEqual([201, 20]);
  const trail = await api.get(`/audit-logs?batchId=${String(paid.at('batch.id'))}`);
  expect(trail.text).toContain('minimum.overridden');
});

test('unless it is executed the batch waits', async () => {
  const made = await send([item(await addPayable(api))], { execute: false });
  expect(made.at('batch.status')).toBe('PENDING');
});

test('a CSV file is read in major units, with the line of each error', async () => {
  const name = await nameOf(await addPayable(api));
  const rows = [
    `${unique('b')},${name},12.34,USD,thanks`,
    `${unique('b')},${name},-1.00,USD,`,
    `${unique('b')},${name},5.00,EUR,`,
    `${unique('b')},nobody,5.00,USD,`,
    `${unique('b')},${name},5.001,USD,`,
  ];
  const refused = await csv([HEADER, ...rows].join('\n'));
  expect(refused.list('error.details').map((each) => Reflect.get(Object(each), 'path'))).toEqual([
    'rows.3.amount',
    'rows.4.currency',
    'rows.5.affiliate_external_id',
    'rows.6.amount',
  ]);
  const tried = await csv([HEADER, ...rows].join('\n'), '?partial=true&dryRun=true');
  expect(tried.body).toMatchObject({
    accepted: 1,
    rejected: 4,
    totalAmount: 1_234,
    currency: 'USD',
  });
  const paid = await csv([HEADER, ...rows].join('\n'), '?partial=true&provider=mock&note=bonus');
  expect([paid.status, paid.at('batch.totalAmount')]).toEqual([201, 1_234]);
  expect((await csv('nonsense')).status).toBe(422);
  expect((await csv(HEADER)).at('error.message')).toMatch(/no rows/);
});

test('what is neither JSON nor CSV is refused, as is a row without a payee', async () => {
  const other = await api.call('POST', '/api/disbursement/quick-payments', {
    raw: 'a',
    headers: { 'content-type': 'text/plain' },
  });
  expect(other.status).toBe(415);
  const nobody = await send([{ externalId: unique('b'), amount: 5 }]);
  expect(nobody.status).toBe(422);
  expect((await send([])).status).toBe(422);
  const made = await api.post('/affiliates', affiliate());
  const name = String(made.at('items.0.externalId'));
  const unpaid = await send([{ externalId: unique('b'), affiliateExternalId: name, amount: 500 }]);
  expect(unpaid.at('error.details.0.reason')).toMatch(/^no_account/);
});
