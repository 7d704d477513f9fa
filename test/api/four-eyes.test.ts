import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { batchFacts } from '../../db/queries/batch-facts.ts';
import { noRow } from '../../db/rows.ts';
import { cookieOf, headersOf, type Person } from '../support/people.ts';
import { batchFor, makeBatch, say, told } from './support/approvals.ts';
import { addPayable, commission, unique } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();
const HIGH = 200_000;
const POLICY = '/api/admin/security-policy';
const PASSWORD = 'seven green umbrellas at noon';

const sql = (text: string, values: readonly unknown[] = []) => api.db.run(noRow, text, values);
const by = ({ headers }: Pick<Person, 'headers'>) => ({ as: null, headers });

/** The policy as it is at first, at once: whoever owns the table sets it without a version. */
beforeEach(() =>
  sql(`update security_policy set base_currency = 'USD', high_value_minor = 100000, second_approver_factor = 10,
    undo_window_seconds = 0, account_cooldown_hours = 72, strict_until = null`),
);

async function changePolicy(change: Record<string, unknown>) {
  const now = await api.call('GET', POLICY);
  return api.call('PUT', POLICY, { json: { version: now.at('policy.version'), ...change } });
}

async function stateOf(id: string) {
  const [row] = await api.db.run(
    z.object({ status: z.string(), undoes: z.boolean() }),
    'select status, undo_until is not null as undoes from batches where id = $1',
    [id],
  );
  return row;
}

/** Has the key invite somebody anew, who takes its password and signs in. */
async function takeOver({ id, email }: Person): Promise<Pick<Person, 'headers'>> {
  const invite = await api.call('POST', `/api/admin/users/${id}/invite`, { json: {} });
  const given = { token: invite.at('invite.token'), password: PASSWORD };
  await api.call('POST', '/api/auth/accept-invite', { as: null, json: given });
  const json = { email, password: PASSWORD };
  const { headers } = await api.call('POST', '/api/auth/sign-in', { as: null, json });
  return { headers: headersOf(cookieOf(headers)) };
}

test('whoever invited an approver last does not have their own batch approved by them, but others do', async () => {
  const [admin, boss] = [await api.person('admin'), await api.person('super_admin')];
  const affiliateIds = [await addPayable(api, { amount: HIGH })];
  const answer = await api.post('/batches', { affiliateIds });
  const made = {
    id: String(answer.at('batch.id')),
    contentHash: String(answer.at('batch.contentHash')),
  };
  const taken = { ...admin, ...(await takeOver(admin)) };
  await sql('alter table audit_logs disable trigger user');
  await sql("update audit_logs set created_at = created_at - interval '40 days'");
  await sql('alter table audit_logs enable trigger user');
  const word = await say(api, 'approve', made, taken);
  expect(told(word)).toEqual([403, 'own_batch']);
  expect(word.at('error.message')).toContain('somebody else appointed');
  expect(told(await api.post(`/batches/${made.id}/execute`))).toEqual([409, 'approval_required']);
  const others = await makeBatch(api, [HIGH]);
  expect(told(await say(api, 'approve', others, taken))).toEqual([200, null]);
  await api.call('POST', `/api/admin/users/${admin.id}/invite`, { json: {}, ...by(boss) });
  const anew = await api.person('admin');
  expect(told(await say(api, 'approve', made, anew))).toEqual([200, null]);
});

test.each(['role', 'second factor'])(
  'whoever gave an approver their %s, or took it, finds no approval in them, also by keys of theirs',
  async (what) => {
    const [boss, approver] = [await api.person('super_admin'), await api.person('manager')];
    const key = await api.call('POST', '/api/admin/api-keys', {
      json: { name: unique('own'), role: 'operator' },
      ...by(boss),
    });
    const headers = { authorization: `Bearer ${String(key.at('apiKey.key'))}` };
    const affiliateIds = [await addPayable(api, { amount: HIGH })];
    const made = await api.post('/batches', { affiliateIds }, { as: null, headers });
    expect(made.status).toBe(201);
    const batch = {
      id: String(made.at('batch.id')),
      contentHash: String(made.at('batch.contentHash')),
    };
    if (what === 'role') {
      const json = { userId: approver.id, role: 'admin', reason: 'promoted' };
      const path = '/api/admin/affiliate/payouts/role-management/assign';
      await api.call('POST', path, { json, ...by(boss) });
    } else {
      await sql(
        `insert into user_second_factors (id, user_id, secret, backup_codes) values ($1, $1, 'x', '')`,
        [approver.id],
      );
      await api.call('PATCH', `/api/admin/users/${approver.id}`, {
        json: { removeSecondFactor: true },
        ...by(boss),
      });
    }
    expect((await said(batch, approver.actor))[0]).toBe('approvals_own_batch');
  },
);

/** What the database says of a word that is written into it. */
async function said({ id, contentHash }: { id: string; contentHash: string }, actor: string) {
  return api.db
    .run(
      noRow,
      `insert into approvals (id, batch_id, content_hash, decision, actor, role)
       select 'apr_' || md5(random()::text), $1, $2, 'approved', $3, role from users where 'user:' || id = $3`,
      [id, contentHash, actor],
    )
    .then(
      () => ['done'],
      (error: unknown) => [Reflect.get(Object(error), 'constraint_name')],
    );
}

test('drafts of several days are of high value together, whenever they are executed', async () => {
  const payee = await addPayable(api, { amount: 60_000 });
  const first = await batchFor(api, [payee]);
  await sql('alter table batches disable trigger user');
  await sql("update batches set created_at = created_at - interval '25 hours' where id = $1", [
    first.id,
  ]);
  await sql(
    "update payments set created_at = created_at - interval '25 hours' where batch_id = $1",
    [first.id],
  );
  await sql('alter table batches enable trigger user');
  await api.post('/commissions', commission(payee, { amount: 60_000 }));
  const second = await batchFor(api, [payee]);
  for (const { id } of [first, second])
    expect(told(await api.post(`/batches/${id}/execute`))).toEqual([409, 'approval_required']);
});

test('what was sent more than a day ago counts no more', async () => {
  const payee = await addPayable(api, { amount: 60_000 });
  const first = await batchFor(api, [payee]);
  await sql("update payments set submitted_at = now() - interval '25 hours' where batch_id = $1", [
    first.id,
  ]);
  await api.post('/commissions', commission(payee, { amount: 60_000 }));
  const second = await batchFor(api, [payee]);
  expect(told(await api.post(`/batches/${second.id}/execute`))).toEqual([202, null]);
});

test('an earlier time to undo serves no later approval', async () => {
  await sql('update security_policy set undo_window_seconds = 3600');
  const [one, two] = [await api.person('admin'), await api.person('admin')];
  const made = await makeBatch(api, [HIGH], { autoExecute: true });
  const waiting = { status: 'PENDING', undoes: true };
  await say(api, 'approve', made, one);
  expect(await stateOf(made.id)).toEqual(waiting);
  await say(api, 'reject', made, two);
  expect(await stateOf(made.id)).toEqual({ ...waiting, undoes: false });
  await say(api, 'approve', made, two);
  expect(await stateOf(made.id)).toEqual(waiting);
  await sql(
    "update users set frozen_at = now(), frozen_reason = 'gone' where 'user:' || id = any($1)",
    [[one.actor, two.actor]],
  );
  expect(await stateOf(made.id)).toEqual({ ...waiting, undoes: false });
});

test('who does not hold high_value does not execute it; what they sent on its way runs once approved', async () => {
  const [admin, processor] = [await api.person('admin'), await api.person('processor')];
  const [asked, onItsWay] = [
    await makeBatch(api, [HIGH]),
    await makeBatch(api, [HIGH], { autoExecute: true }),
  ];
  const execute = (person: Person) => api.post(`/batches/${asked.id}/execute`, {}, by(person));
  expect(told(await execute(processor))).toEqual([403, 'forbidden']);
  await say(api, 'approve', asked, admin);
  expect(told(await execute(processor))).toEqual([403, 'forbidden']);
  expect(told(await execute(admin))).toEqual([202, null]);
  expect(onItsWay.answer.at('batch.status')).toBe('PENDING');
  const word = await say(api, 'approve', onItsWay, admin);
  expect(word.at('batch.status')).toBe('QUEUED');
});

test('authors of rules by a key of theirs count, until somebody else approved what was paid since', async () => {
  const [author, other] = [await api.person('manager'), await api.person('manager')];
  await sql('update api_keys set owner = $2 where id = $1', [api.keys.manager.id, author.actor]);
  await sql(
    "insert into payout_rules (id, programme_id, created_by) select 'rul_x', id, 'x' from programmes limit 1",
  );
  await sql(
    `insert into payout_rule_versions (rule_id, version, terms, effective_from, created_by)
     values ('rul_x', 1, '{}', now(), $1)`,
    [`key:${api.keys.manager.id}`],
  );
  const { id } = await makeBatch(api, [1_000]);
  const asked = { newPayee: false, changedAccount: false };
  const authors = async () => (await batchFacts(api.db, id, asked, 'USD'))?.ruleAuthors;
  expect(await authors()).toEqual([author.actor]);
  const paid = await makeBatch(api, [1_000]);
  const complete = async (person: Person) => {
    await said(paid, person.actor);
    await sql('alter table batches disable trigger user');
    await sql("update batches set status = 'COMPLETED' where id = $1", [paid.id]);
    await sql('alter table batches enable trigger user');
    return authors();
  };
  expect(await complete(author)).toEqual([author.actor]);
  await sql('alter table batches disable trigger user');
  await sql("update batches set status = 'PENDING' where id = $1", [paid.id]);
  await sql('alter table batches enable trigger user');
  expect(await complete(other)).toEqual([]);
});

test('a looser policy holds a day later, a stricter one at once', async () => {
  const payee = await addPayable(api, { amount: HIGH });
  const up = await changePolicy({ highValueAmount: 9_000_000, secondApproverFactor: 50 });
  expect(up.at('policy.highValueAmount')).toBe(9_000_000);
  expect(up.at('policy.inForce.highValueAmount')).toBe(100_000);
  const from = Date.parse(String(up.at('policy.inForce.fullyFrom'))) - Date.now();
  expect(Math.abs(from - 86_400_000)).toBeLessThan(60_000);
  const made = await api.post('/batches', { affiliateIds: [payee], autoExecute: true });
  expect(made.at('batch.status')).toBe('PENDING');
  const id = String(made.at('batch.id'));
  // A second step does not set the first one free.
  await changePolicy({ highValueAmount: 9_900_000 });
  await changePolicy({ baseCurrency: 'JPY' });
  expect((await changePolicy({})).at('policy.inForce')).toMatchObject({
    baseCurrency: 'USD',
    highValueAmount: 100_000,
    secondApproverFactor: 10,
  });
  await sql('update batches set assessed_at = now() where id = $1', [id]);
  expect((await api.post(`/batches/${id}/execute`)).status).toBe(409);
  await sql(
    "update security_policy set strict_until = now() - interval '1 s', base_currency = 'USD'",
  );
  expect((await api.post(`/batches/${id}/execute`)).status).toBe(202);
  const down = await changePolicy({ highValueAmount: 50_000 });
  expect(down.at('policy.inForce')).toMatchObject({ highValueAmount: 50_000, fullyFrom: null });
});

test('a shorter time to undo and a shorter cool-down hold a day later', async () => {
  await changePolicy({ undoWindowSeconds: 3_600 });
  const answer = await changePolicy({ undoWindowSeconds: 0, accountCooldownHours: 0 });
  expect(answer.at('policy.inForce')).toMatchObject({
    undoWindowSeconds: 3_600,
    accountCooldownHours: 72,
  });
  const { id } = await makeBatch(api, [1_000], { autoExecute: true });
  expect(await stateOf(id)).toEqual({ status: 'PENDING', undoes: true });
});
