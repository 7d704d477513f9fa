import { expect, test } from 'vitest';
import { addPayable } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

const override = { overrideMinimum: { reason: 'leaves the programme' } };

test('what is below our minimum is paid where somebody who may approve says why', async () => {
  const id = await addPayable(api, { amount: 50 });
  const refused = await api.post(`/affiliates/${id}/pay`);
  expect([refused.status, refused.at('error.code')]).toEqual([422, 'below_minimum']);
  const paid = await api.post(`/affiliates/${id}/pay`, override, { as: 'manager' });
  expect([paid.status, paid.at('payment.amount')]).toEqual([202, 50]);
  const trail = await api.get(`/audit-logs?batchId=${String(paid.at('batch.id'))}`);
  const rows = trail.list('auditLogs').map((row) => Object(row));
  expect(rows.find(({ action }) => action === 'minimum.overridden')).toMatchObject({
    status: 'WARNING',
    actor: `key:${api.keys.manager.id}`,
    details: { reason: 'leaves the programme' },
  });
});

test('a role that may not approve is refused, and nothing is made', async () => {
  const id = await addPayable(api, { amount: 60 });
  const refused = await api.post(`/affiliates/${id}/pay`, override, { as: 'processor' });
  expect([refused.status, refused.at('error.code')]).toEqual([403, 'forbidden']);
  const made = await count(api.db, 'select count(*) as n from payments where payee_id = $1', [id]);
  expect(made).toBe(0);
});

test('a reason is needed, and a payment at the minimum needs no override', async () => {
  const id = await addPayable(api, { amount: 100 });
  const empty = await api.post(`/affiliates/${id}/pay`, { overrideMinimum: {} });
  expect([empty.status, empty.at('error.details.0.path')]).toEqual([422, 'overrideMinimum.reason']);
  expect((await api.post(`/affiliates/${id}/pay`)).status).toBe(202);
});
