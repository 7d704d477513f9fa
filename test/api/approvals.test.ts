import { beforeEach, describe, expect, test } from 'vitest';
import { assessBatch } from '../../db/queries/assess-batch.ts';
import { noRow } from '../../db/rows.ts';
import { addPayable } from './support/data.ts';
import { batchFor, makeBatch, say, told } from './support/approvals.ts';
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

describe('high value', () => {
  test.each([
    ['just below the threshold nobody is asked', [HIGH - 1], 0],
    ['at the threshold an administrator', [HIGH], 1],
    ['at ten times the threshold one', [HIGH * 10], 1],
    ['beyond ten times the threshold two', [HIGH * 10 + 1], 2],
    ['many small ones are no high value', [HIGH / 2, HIGH / 2, HIGH / 2], 0],
  ])('%s', async (_name, amounts, missing) => {
    const { id, answer } = await makeBatch(api, amounts);
    expect(answer.at('batch.approvals.missing')).toBe(missing);
    expect(told(await execute(id))).toEqual(
      missing === 0 ? [202, null] : [409, 'approval_required'],
    );
  });

  test('what a payee gets in 24 hours is summed over batches, but not what was given up', async () => {
    const payee = await addPayable(api, { amount: HIGH - 20_000 });
    const first = await batchFor(api, [payee]);
    expect(first.answer.at('batch.approvals.missing')).toBe(0);
    const more = (amount: number) =>
      api.post('/commissions', {
        externalId: `more-${String(Math.random())}`,
        affiliateId: payee,
        amount,
        currency: 'USD',
      });
    await more(19_999);
    const below = await batchFor(api, [payee]);
    expect(below.answer.at('batch.approvals.missing')).toBe(0);
    await more(2_000);
    const above = await batchFor(api, [payee]);
    expect(above.answer.at('batch.approvals.lacking')).toEqual([{ role: 'admin', count: 1 }]);
    for (const { id } of [below, above])
      await api.call('DELETE', `/api/disbursement/batches/${id}`);
    await more(100);
    const after = await batchFor(api, [payee]);
    expect(after.answer.at('batch.totalAmount')).toBe(22_099);
    await api.db.run(
      noRow,
      "update payments set submitted_at = now() - interval '25 hours' where batch_id = $1",
      [first.id],
    );
    await assessBatch(api.db, after.id);
    const seen = await api.get(`/batches/${after.id}`);
    expect(seen.at('batch.approvals.missing')).toBe(0);
  });

  test('another currency counts by the rate of the day; without one it is high value', async () => {
    const unknown = await makeBatch(api, [100], { currency: 'EUR' });
    expect(unknown.answer.at('batch.approvals.requirements.0.reason')).toMatch(/rate .* missing/);
    const future = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    const set = await api.call('PUT', '/api/admin/currency-rates', {
      json: {
        rates: [
          { currency: 'EUR', rate: '1.25', day: '2026-01-01' },
          { currency: 'EUR', rate: '100', day: future },
          { currency: 'JPY', rate: '0.01', day: '2026-01-01' },
        ],
      },
    });
    expect(told(set)).toEqual([200, null]);
    const needs = async (amount: number, currency: string) =>
      (await makeBatch(api, [amount], { currency })).answer.at('batch.approvals.missing');
    expect(await needs(79_999, 'EUR')).toBe(0);
    expect(await needs(80_000, 'EUR')).toBe(1);
    expect(await needs(99_999, 'JPY')).toBe(0);
    expect(await needs(100_000, 'JPY')).toBe(1);
  });

  test('only a fresh proof of an administrator counts; a manager is not enough', async () => {
    const made = await makeBatch(api, [HIGH]);
    const [manager, admin] = [await api.person('manager'), await api.person('admin')];
    expect(told(await say(api, 'approve', made, manager))).toEqual([200, null]);
    expect(told(await execute(made.id))).toEqual([409, 'approval_required']);
    await api.db.run(
      noRow,
      "update user_sessions set authenticated_at = now() - interval '6 minutes' where id = $1",
      [admin.sessionId],
    );
    const other = await api.person('admin');
    expect(told(await say(api, 'approve', made, admin))).toEqual([403, 'step_up_required']);
    expect(told(await say(api, 'reject', made, admin))).toEqual([200, null]);
    expect(told(await say(api, 'approve', made, other))).toEqual([200, null]);
    expect(told(await execute(made.id))).toEqual([409, 'invalid_state']);
  });
});

describe('who decides', () => {
  test('keys, makers, and people whose key made it do not', async () => {
    const maker = await api.person('admin');
    const mine = await api.post(
      '/batches',
      { affiliateIds: [await addPayable(api)] },
      { as: null, headers: maker.headers },
    );
    const made = {
      id: String(mine.at('batch.id')),
      contentHash: String(mine.at('batch.contentHash')),
    };
    expect(told(await say(api, 'approve', made, maker))).toEqual([403, 'own_batch']);
    const body = { contentHash: made.contentHash, comment: 'ok' };
    const byKey = await api.post(`/batches/${made.id}/approve`, body, { as: 'super_admin' });
    expect(told(byKey)).toEqual([403, 'approver_not_person']);
    const twin = await makeBatch(api, [100]);
    await api.db.run(noRow, 'update api_keys set owner = $1 where id = $2', [
      maker.actor,
      api.keys.operator.id,
    ]);
    expect(told(await say(api, 'approve', twin, maker))).toEqual([403, 'own_batch']);
    await api.db.run(noRow, 'update api_keys set owner = null where id = $1', [
      api.keys.operator.id,
    ]);
  });

  test('whoever changed it last does not, and what was said before is void', async () => {
    await rule({ steps: [{ role: 'manager', count: 1 }] });
    const made = await makeBatch(api, [500, 700]);
    const [editor, other] = [await api.person('admin'), await api.person('manager')];
    expect(told(await say(api, 'approve', made, other))).toEqual([200, null]);
    const payments = (await api.get(`/batches/${made.id}`)).list('batch.payments');
    const removed = Reflect.get(Object(payments[0]), 'id');
    const edited = await api.call('PATCH', `/api/disbursement/batches/${made.id}`, {
      as: null,
      headers: editor.headers,
      json: { note: 'one less', removePaymentIds: [removed] },
    });
    expect(told(edited)).toEqual([200, null]);
    expect(edited.at('batch')).toMatchObject({
      note: 'one less',
      paymentCount: 1,
      editedBy: editor.actor,
      approvals: { missing: 1 },
    });
    expect(edited.at('batch.contentHash')).not.toBe(made.contentHash);
    expect(told(await execute(made.id))).toEqual([409, 'approval_required']);
    expect(told(await say(api, 'approve', made, other))).toEqual([409, 'content_changed']);
    const now = { id: made.id, contentHash: String(edited.at('batch.contentHash')) };
    expect(told(await say(api, 'approve', now, editor))).toEqual([403, 'own_batch']);
    expect(told(await say(api, 'approve', now, other))).toEqual([200, null]);
    expect(told(await execute(made.id))).toEqual([202, null]);
    expect(
      await count(
        api.db,
        'select count(*) as n from payables where payment_id = $1 or id in (select payable_id from released_payables where payment_id = $1 and payable_id in (select id from payables where payment_id is not null))',
        [removed],
      ),
    ).toBe(0);
  });

  test('a word counts in the lower one of the roles then and now, and not at all once revoked', async () => {
    const made = await makeBatch(api, [HIGH]);
    const manager = await api.person('manager');
    await say(api, 'approve', made, manager);
    const setRole = (id: string, role: string | null) =>
      api.db.run(
        noRow,
        `with kept as (
           insert into role_changes (id, user_id, from_role, to_role, reason, actor)
           select 'rch_' || md5(random()::text), id, role, $2, 'test', 'system' from users where id = $1
         )
         update users set role = $2 where id = $1`,
        [id, role],
      );
    await setRole(manager.id, 'super_admin');
    expect(told(await execute(made.id))).toEqual([409, 'approval_required']);
    const admin = await api.person('admin');
    await say(api, 'approve', made, admin);
    const missing = async () =>
      (await api.get(`/batches/${made.id}`)).at('batch.approvals.missing');
    expect(await missing()).toBe(0);
    await setRole(admin.id, 'manager');
    expect(await missing()).toBe(1);
    await setRole(admin.id, null);
    expect(told(await execute(made.id))).toEqual([409, 'approval_required']);
    await setRole(admin.id, 'admin');
    expect(told(await execute(made.id))).toEqual([202, null]);
  });

  test('steps in order are taken in order', async () => {
    await rule({
      ordered: true,
      steps: [
        { role: 'admin', count: 1 },
        { role: 'manager', count: 1 },
      ],
    });
    const made = await makeBatch(api, [100]);
    const [manager, admin] = [await api.person('manager'), await api.person('admin')];
    expect(told(await say(api, 'approve', made, manager))).toEqual([409, 'not_your_turn']);
    expect(told(await say(api, 'approve', made, admin))).toEqual([200, null]);
    expect(told(await execute(made.id))).toEqual([409, 'approval_required']);
    expect(told(await say(api, 'approve', made, manager))).toEqual([200, null]);
    expect(told(await execute(made.id))).toEqual([202, null]);
  });

  test('the author of new payout rules is not the only one to approve the first batch under them', async () => {
    await rule({ steps: [{ role: 'manager', count: 1 }] });
    const [author, other] = [await api.person('manager'), await api.person('manager')];
    const before = await makeBatch(api, [100]);
    await api.db.run(
      noRow,
      `with r as (insert into payout_rules (id, programme_id, created_by)
         values ('rul_' || repeat('9', 32), 'prg_' || repeat('0', 32), $1) returning id)
       insert into payout_rule_versions (rule_id, version, effective_from, terms, created_by)
       select id, 1, now(), '{}', $1 from r`,
      [author.actor],
    );
    expect(before.answer.at('batch.approvals.requirements')).toHaveLength(1);
    const made = await makeBatch(api, [100]);
    expect(made.answer.at('batch.approvals.requirements')).toHaveLength(2);
    await say(api, 'approve', made, author);
    expect(told(await execute(made.id))).toEqual([409, 'approval_required']);
    await say(api, 'approve', made, other);
    expect(told(await execute(made.id))).toEqual([202, null]);
    await api.db.run(noRow, "update batches set status = 'PROCESSING' where id = $1", [made.id]);
    await api.db.run(noRow, "update batches set status = 'SETTLING' where id = $1", [made.id]);
    await api.db.run(noRow, "update batches set status = 'COMPLETED' where id = $1", [made.id]);
    const later = await makeBatch(api, [100]);
    expect(later.answer.at('batch.approvals.requirements')).toHaveLength(1);
  });
});

test('risk settings that no rule knows, or no value of theirs, are refused; the rest is kept as given', async () => {
  const PATH = '/api/admin/security-policy';
  const set = async (risk: unknown) => {
    const stood = await api.call('GET', PATH);
    return api.call('PUT', PATH, { json: { version: stood.at('policy.version'), risk } });
  };
  for (const risk of [
    { no_such_rule: {} },
    { velocity: { payouts: 3 } },
    { velocity: { payoutsAbove: 0 } },
    { velocity: { level: 'terrible' } },
    [],
  ])
    expect([risk, ...told(await set(risk))]).toEqual([risk, 422, 'validation_error']);
  const refused = await set({ velocity: { payoutsAbove: 0 } });
  expect(refused.at('error.details.0.path')).toBe('risk.velocity.payoutsAbove');
  const kept = await set({ velocity: { payoutsAbove: 9 } });
  expect(kept.at('policy.risk')).toEqual({ velocity: { payoutsAbove: 9 } });
  expect(told(await set({}))).toEqual([200, null]);
});
