import { beforeEach, describe, expect, test } from 'vitest';
import { assessBatch } from '../../db/queries/assess-batch.ts';
import { noRow } from '../../db/rows.ts';
import { addPayable } from './support/data.ts';
import { makeBatch, say, told } from './support/approvals.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();
const HIGH = 100_000;

const rule = async (given: Record<string, unknown>) => {
  const made = await api.call('POST', '/api/disbursement/approval-rules', {
    json: { name: 'Two people', steps: [{ role: 'manager', count: 2 }], ...given },
  });
  expect(told(made)).toEqual([201, null]);
  return String(made.at('approvalRule.id'));
};

const execute = (id: string) => api.post(`/batches/${id}/execute`);

beforeEach(async () => {
  await api.db.run(noRow, 'delete from approval_rules');
});

describe('races', () => {
  test('100 approvals of one person at once count once', async () => {
    await rule({});
    const made = await makeBatch(api, [100]);
    const person = await api.person('manager');
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => say(api, 'approve', made, person)),
    );
    // The door lets only so many a second through; none of them fails otherwise.
    expect(answers.filter(({ status }) => status !== 200 && status !== 429)).toEqual([]);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect(
      await count(api.db, 'select count(*) as n from approvals where batch_id = $1', [made.id]),
    ).toBe(1);
    expect(told(await execute(made.id))).toEqual([409, 'approval_required']);
  });

  test('two people at once are two; a rejection beside an approval keeps the batch from running', async () => {
    await rule({});
    const made = await makeBatch(api, [100], { autoExecute: true });
    expect(made.answer.at('batch.status')).toBe('PENDING');
    const people = [await api.person('manager'), await api.person('admin')] as const;
    await Promise.all(people.map((person) => say(api, 'approve', made, person)));
    expect((await api.get(`/batches/${made.id}`)).at('batch.status')).toBe('QUEUED');

    for (let round = 0; round < 5; round += 1) {
      const torn = await makeBatch(api, [100], { autoExecute: true });
      await say(api, 'approve', torn, people[0]);
      const third = await api.person('admin');
      const [yes, no] = await Promise.all([
        say(api, 'approve', torn, people[1]),
        say(api, 'reject', torn, third),
      ]);
      const status = (await api.get(`/batches/${torn.id}`)).at('batch.status');
      expect([yes.status, no.status, status]).toBeOneOf([
        [200, 200, 'PENDING'],
        [200, 409, 'QUEUED'],
      ]);
    }
  });

  test('an edit beside an execution: it ran as approved, or it needs approval anew', async () => {
    await rule({ steps: [{ role: 'manager', count: 1 }] });
    const person = await api.person('manager');
    for (let round = 0; round < 5; round += 1) {
      const made = await makeBatch(api, [100, 200]);
      await say(api, 'approve', made, person);
      const [edited, ran] = await Promise.all([
        api.call('PATCH', `/api/disbursement/batches/${made.id}`, { json: { note: 'later' } }),
        execute(made.id),
      ]);
      expect([edited.status, ran.status]).toBeOneOf([
        [409, 202],
        [200, 409],
      ]);
      const seen = await api.get(`/batches/${made.id}`);
      const same = seen.at('batch.contentHash') === made.contentHash;
      expect(seen.at('batch.status')).toBe(same ? 'QUEUED' : 'PENDING');
    }
  });
});

test('what lacks approvals says what is missing, and by whose rule, and runs by itself once approved', async () => {
  await rule({ name: 'Lists', conditions: { sources: ['quick'] } });
  const payee = await addPayable(api, { amount: 900 });
  const paid = await api.post(`/affiliates/${payee}/pay`);
  expect(paid.status).toBe(202);
  expect(paid.at('batch')).toMatchObject({ status: 'PENDING', source: 'quick' });
  const id = String(paid.at('batch.id'));
  const refused = await execute(id);
  expect(refused.at('error.message')).toMatch(/2 more of the role manager or above \(Lists\)/);
  const made = { id, contentHash: String(paid.at('batch.contentHash')) };
  const approvals = await api.get(`/batches/${id}/approvals`);
  expect(approvals.at('approvals')).toMatchObject({
    missing: [{ role: 'manager', count: 2 }],
    requirements: [{ name: 'Lists', reason: 'It has made as quick.' }],
  });
  await say(api, 'approve', made, await api.person('manager'));
  await say(api, 'approve', made, await api.person('manager'));
  expect((await api.get(`/batches/${id}`)).at('batch.status')).toBe('QUEUED');
});

test('a rejection needs a comment; a change of the batch voids it', async () => {
  const made = await makeBatch(api, [100]);
  const { headers } = await api.person('manager');
  const silent = await api.post(
    `/batches/${made.id}/reject`,
    { contentHash: made.contentHash },
    { as: null, headers },
  );
  expect(told(silent)).toEqual([422, 'validation_error']);
  await say(api, 'reject', made, await api.person('manager'));
  expect(told(await execute(made.id))).toEqual([409, 'invalid_state']);
  await api.call('PATCH', `/api/disbursement/batches/${made.id}`, { json: { note: 'put right' } });
  expect(told(await execute(made.id))).toEqual([202, null]);
});

test('open risk events ask for a second person where one is needed, as soon as they are judged', async () => {
  const [none, one] = [await makeBatch(api, [100]), await makeBatch(api, [HIGH])];
  await api.db.run(
    noRow,
    `insert into risk_events (id, rule, level, action, subject, batch_id, explanation, evidence)
     select 'rsk_' || substr(id, 5), 'velocity', 'medium', 'flagged', id, id, 'test', '{}' from batches where id = any($1::text[])`,
    [[none.id, one.id]],
  );
  for (const { id } of [none, one]) await assessBatch(api.db, id);
  const missing = async (id: string) =>
    (await api.get(`/batches/${id}`)).at('batch.approvals.missing');
  expect([await missing(none.id), await missing(one.id)]).toEqual([0, 2]);
  await assessBatch(api.db, one.id);
  expect(
    await count(
      api.db,
      "select count(*) as n from audit_logs where batch_id = $1 and action = 'batch.requirements_changed'",
      [one.id],
    ),
  ).toBe(2);
});

test('within the time to undo nothing is queued, and a cancellation is carried out at once', async () => {
  const policy = await api.call('GET', '/api/admin/security-policy');
  const set = (version: unknown, undoWindowSeconds: number) =>
    api.call('PUT', '/api/admin/security-policy', { json: { version, undoWindowSeconds } });
  const changed = await set(policy.at('policy.version'), 600);
  expect(told(changed)).toEqual([200, null]);
  expect(told(await set(policy.at('policy.version'), 0))).toEqual([409, 'content_changed']);
  const made = await makeBatch(api, [100]);
  const asked = await execute(made.id);
  expect([asked.status, asked.at('result.status')]).toEqual([202, 'PENDING']);
  const seen = await api.get(`/batches/${made.id}`);
  expect(Number(seen.at('batch.undoSecondsLeft'))).toBeGreaterThan(590);
  expect(String(seen.at('batch.undoUntil'))).toMatch(/^20/);
  const cancelled = await api.post(`/batches/${made.id}/cancel`, { reason: 'second thoughts' });
  expect(cancelled.status).toBe(202);
  expect((await api.get(`/batches/${made.id}`)).at('batch.status')).toBe('CANCELLED');
  expect(told(await set(changed.at('policy.version'), 0))).toEqual([200, null]);
});
