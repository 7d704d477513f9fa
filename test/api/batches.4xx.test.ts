import { expect, test } from 'vitest';
import { addPayable } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi({ approvalsRequired: 1 });
const ABSENT = `bat_${'0'.repeat(32)}`;

test.each([
  ['GET', `/batches/${ABSENT}`],
  ['GET', `/batches/${ABSENT}/payments`],
  ['GET', `/batches/${ABSENT}/events`],
  ['GET', '/batches/not-an-id'],
  ['GET', '/batches/pay_00000000000000000000000000000000'],
  ['DELETE', `/batches/${ABSENT}`],
  ['POST', `/batches/${ABSENT}/execute`],
  ['POST', `/batches/${ABSENT}/cancel`],
  ['POST', `/batches/${ABSENT}/pause`],
  ['POST', `/batches/${ABSENT}/retry`],
  ['GET', `/payments/pay_${'0'.repeat(32)}`],
  ['GET', `/payments/pay_${'0'.repeat(32)}/why`],
  ['POST', `/payments/pay_${'0'.repeat(32)}/retry`],
  ['POST', `/payments/pay_${'0'.repeat(32)}/cancel`],
  ['GET', `/affiliates/aff_${'0'.repeat(32)}`],
  ['GET', `/affiliates/aff_${'0'.repeat(32)}/commissions`],
  ['POST', `/affiliates/aff_${'0'.repeat(32)}/pay`],
  ['GET', '/bank/accounts'],
  ['GET', '/nothing/here'],
])('%s %s is 404', async (method, path) => {
  const answer = await api.call(method, `/api/disbursement${path}`);
  expect([answer.status, answer.at('error.code')]).toEqual([404, 'not_found']);
  expect(answer.at('error.requestId')).toBe(answer.headers.get('x-request-id'));
});

test.each([
  ['/batches?status=DONE'],
  ['/batches?limit=0'],
  ['/batches?limit=1001'],
  ['/batches?cursor=made-up'],
  ['/batches?page=2'],
  ['/affiliates/payable?ready=yes'],
  ['/affiliates/payable?minAmount=1.5'],
  ['/payments?from=monday'],
])('GET %s is 422', async (path) => {
  const answer = await api.get(path);
  expect([answer.status, answer.at('error.code')]).toEqual([422, 'validation_error']);
});

test('a batch without its approvals is not executed; its creator cannot approve, another can once', async () => {
  const made = await api.post(
    '/batches',
    { affiliateIds: [await addPayable(api)] },
    { as: 'operator' },
  );
  const id = String(made.at('batch.id'));
  const contentHash = made.at('batch.contentHash');
  const early = await api.post(`/batches/${id}/execute`);
  expect([early.status, early.at('error.code')]).toEqual([409, 'approval_required']);
  expect(early.at('error.message')).toMatch(/1 more/);
  const { headers } = await api.person('manager');
  const wrong = await api.post(
    `/batches/${id}/approve`,
    { contentHash: 'other', comment: 'ok' },
    { as: null, headers },
  );
  expect([wrong.status, wrong.at('error.code')]).toEqual([409, 'content_changed']);
  const right = await api.post(
    `/batches/${id}/approve`,
    { contentHash, comment: 'ok' },
    { as: null, headers },
  );
  expect([right.status, right.at('batch.id')]).toEqual([200, id]);
  expect((await api.post(`/batches/${id}/execute`)).status).toBe(202);
});

test('nobody approves their own batch', async () => {
  const made = await api.post(
    '/batches',
    { affiliateIds: [await addPayable(api)] },
    { as: 'manager' },
  );
  const body = { contentHash: made.at('batch.contentHash'), comment: 'mine' };
  const answer = await api.post(`/batches/${String(made.at('batch.id'))}/approve`, body, {
    as: 'manager',
  });
  expect([answer.status, answer.at('error.code')]).toEqual([403, 'own_batch']);
});

test('a caller without the right to execute cannot do so by autoExecute, and nothing is made', async () => {
  const id = await addPayable(api);
  const answer = await api.post(
    '/batches',
    { affiliateIds: [id], autoExecute: true },
    { as: 'operator' },
  );
  expect([answer.status, answer.at('error.code')]).toEqual([403, 'forbidden']);
  expect((await api.post('/batches', { affiliateIds: [id] })).status).toBe(201);
});
