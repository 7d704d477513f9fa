import { afterAll, beforeAll, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { violatedConstraint } from '../../db/errors.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { approvalsOf } from '../../db/queries/batch-approvals.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { queueIfCleared } from '../../db/queries/queue-batch.ts';
import { noRow } from '../../db/rows.ts';
import type { Role } from '../../domain/permissions.ts';
import { peopleIn } from '../../domain/approval/missing.ts';
import { insertPayable } from '../support/rows.ts';
import { makePerson } from '../support/people.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let db: Db;
const people: { actor: string; role: Role }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
  for (const role of ['manager', 'manager', 'admin', 'admin', 'super_admin', 'operator'] as const)
    people.push({ actor: (await makePerson(db, role)).actor, role });
});

afterAll(async () => {
  await db?.close();
  await database?.drop();
});

async function pendingBatch(
  requiredApprovals = 0,
  amountMinor = 1_000n,
): Promise<{ id: string; hash: string }> {
  const { payeeId } = await insertPayable(db, { amountMinor });
  const id = newId('batch');
  await createBatch(db, {
    affiliateIds: [payeeId],
    currency: 'USD',
    provider: 'mock',
    limits: { minimumMinor: 1n, maximumMinor: 10n ** 12n, incrementMinor: 1n },
    batchId: id,
    actor: { ...SYSTEM, id: people[2]?.actor ?? '' },
    requiredApprovals,
  });
  const [row] = await db.run(
    z.object({ content_hash: z.string() }),
    'select content_hash from batches where id = $1',
    [id],
  );
  return { id, hash: row?.content_hash ?? '' };
}

const sql = (text: string, values: readonly unknown[] = []) => db.run(noRow, text, values);

const refusal = (text: string, values: readonly unknown[] = []): Promise<unknown> =>
  sql(text, values).then(
    () => 'done',
    (error: unknown) => violatedConstraint(error) ?? Reflect.get(Object(error), 'code'),
  );

const SAY = `insert into approvals (id, batch_id, content_hash, decision, actor, role)
  values ('apr_' || md5(random()::text), $1, $2, 'approved', $3, $4)`;

const FORGET = 'delete from approval_requirements where batch_id = $1';
const TOLD = `insert into audit_logs (action, status, batch_id, actor)
  values ('batch.requirements_changed', 'INFO', $1, 'system')`;

const QUEUE = `update batches set status = 'QUEUED', queue_rank = 1, undo_until = now() where id = $1`;

test('the database takes no word of a maker, an editor, a key, a lower role, or on other content', async () => {
  const { id, hash } = await pendingBatch(1);
  const [manager, , maker, admin, , operator] = people.map(({ actor }) => actor);
  const say = (actor: unknown, role: string, content = hash) =>
    refusal(SAY, [id, content, actor, role]);
  expect(await say(maker, 'admin')).toBe('approvals_own_batch');
  expect(await say('key:key_1', 'manager')).toBe('approvals_person');
  expect(await say('system', 'super_admin')).toBe('approvals_person');
  expect(await say('token:issuer:subject', 'super_admin')).toBe('approvals_person');
  expect(await say(operator, 'operator')).toBe('approvals_person');
  expect(await say(manager, 'super_admin')).toBe('approvals_person');
  expect(await say(manager, 'manager', 'another')).toBe('approvals_content');
  await sql(
    "update batches set edited_by = $2, edited_at = now(), content_hash = 'edited' where id = $1",
    [id, admin],
  );
  expect(await say(admin, 'admin', 'edited')).toBe('approvals_own_batch');
  expect(await refusal(QUEUE, [id])).toBe('batches_cleared');
  expect(await say(manager, 'manager', 'edited')).toBe('done');
  expect(
    await refusal('update approvals set content_hash = $2 where batch_id = $1', [id, 'x']),
  ).toBe('approvals_content');
  expect(await refusal('delete from approvals where batch_id = $1', [id])).toBe('23001');
  expect(await refusal(QUEUE, [id])).toBe('done');
  expect(await say(people[4]?.actor, 'super_admin', 'edited')).toBe('approvals_content');
  expect(await refusal('delete from approval_requirements where batch_id = $1', [id])).toBe(
    '23001',
  );
});

test('SQL alone queues nothing that was not assessed, is rejected, or may still be undone', async () => {
  const { id, hash } = await pendingBatch();
  await sql('update batches set assessed_at = null where id = $1', [id]);
  expect(await refusal(QUEUE, [id])).toBe('batches_cleared');
  await sql('update batches set assessed_at = now() where id = $1', [id]);
  expect(
    await refusal(
      "update batches set status = 'QUEUED', queue_rank = 1, undo_until = now() + interval '1 s' where id = $1",
      [id],
    ),
  ).toBe('batches_cleared');
  await sql(SAY.replace("'approved'", "'rejected'"), [id, hash, people[0]?.actor, 'manager']);
  expect(await refusal(QUEUE, [id])).toBe('batches_cleared');
  expect(
    await refusal(
      `insert into batches (id, status, provider, currency, total_minor, payment_count, chunk_count, content_hash,
         created_by, queue_rank)
       values ('bat_' || md5('x'), 'QUEUED', 'mock', 'USD', 1, 1, 1, 'x', 'key:x', 1)`,
    ),
  ).toBe('batches_cleared');
});

test('a batch that was never assessed is assessed before it is queued', async () => {
  const { id } = await pendingBatch(1);
  await sql(`with told as (${TOLD}) ${FORGET}`, [id]);
  await sql('update batches set assessed_at = null where id = $1', [id]);
  expect(await queueIfCleared(db, id, SYSTEM)).toBeNull();
  expect(peopleIn((await approvalsOf(db, id)).missing)).toBe(1);
});

test('requirements go or change only with an audit row, and none of them is needed for the last look', async () => {
  const [base, high] = [await pendingBatch(1), await pendingBatch(0, 100_000n)];
  for (const { id, hash } of [base, high]) {
    expect(await refusal(FORGET, [id])).toBe('approval_requirements_told');
    expect(
      await refusal("update approval_requirements set steps = '[]' where batch_id = $1", [id]),
    ).toBe('approval_requirements_told');
    await sql(`with told as (${TOLD}) ${FORGET}`, [id]);
    expect(await refusal(QUEUE, [id])).toBe('batches_cleared');
    // What says that it lacks nothing is found out, and it is assessed anew.
    expect(await queueIfCleared(db, id, SYSTEM)).toBeNull();
    expect(peopleIn((await approvalsOf(db, id)).missing)).toBe(1);
    await sql(`with told as (${TOLD}) ${FORGET}`, [id]);
    await sql(SAY, [id, hash, people[0]?.actor, 'manager']);
    expect(await refusal(QUEUE, [id])).toBe(id === base.id ? 'done' : 'batches_cleared');
  }
  await sql(SAY, [high.id, high.hash, people[3]?.actor, 'admin']);
  expect(await refusal(QUEUE, [high.id])).toBe('done');
});

test('an open risk event is looked for in the last look, though the batch was not assessed since', async () => {
  const { id, hash } = await pendingBatch(1);
  await sql(SAY, [id, hash, people[0]?.actor, 'manager']);
  await sql(
    `insert into risk_events (id, rule, level, action, subject, batch_id, explanation, evidence)
     values ('rsk_' || md5(random()::text), 'velocity', 'medium', 'flagged', $1, $1, 'test', '{}')`,
    [id],
  );
  expect(await refusal(QUEUE, [id])).toBe('batches_cleared');
  expect(await queueIfCleared(db, id, SYSTEM)).toBeNull();
  expect(peopleIn((await approvalsOf(db, id)).missing)).toBe(1);
  await sql(SAY, [id, hash, people[1]?.actor, 'manager']);
  expect(await queueIfCleared(db, id, SYSTEM)).toBe('QUEUED');
});

test('SQL alone changes nothing of who made or changed a batch, and no more is sent than was looked at', async () => {
  const { id, hash } = await pendingBatch(1);
  const change = (set: string) => refusal(`update batches set ${set} where id = $1`, [id]);
  for (const set of [
    "created_by = 'key:other'",
    "source = 'escrow'",
    "created_at = now() - interval '1 year'",
    'required_approvals = 0',
    'required_approvals = 0, execute_requested_at = now()',
    "content_hash = 'another'",
    "content_hash = 'another', edited_by = 'user:somebody'",
    "edited_by = 'user:somebody', edited_at = now()",
  ])
    expect([set, await change(set)]).toEqual([set, 'batches_made']);
  expect(await change('undo_until = now()')).toBe('batches_cleared');
  await sql(SAY, [id, hash, people[0]?.actor, 'manager']);
  await sql('update security_policy set undo_window_seconds = 60');
  expect(await change('undo_until = now()')).toBe('batches_cleared');
  expect(await change("undo_until = now() + interval '59 seconds'")).toBe('batches_cleared');
  expect(await change("undo_until = now() + interval '60 seconds'")).toBe('done');
  expect(await change('undo_until = now()')).toBe('batches_cleared');
  expect(await change('undo_until = null')).toBe('done');
  await sql('update security_policy set undo_window_seconds = 0');
  await sql('update batches set total_minor = total_minor - 1 where id = $1', [id]);
  expect(await refusal(QUEUE, [id])).toBe('batches_cleared');
});

test('the database counts what is missing as the service does, in order or not', async () => {
  const { id, hash } = await pendingBatch();
  const role = fc.constantFrom<Role>('manager', 'admin', 'super_admin');
  const requirement = fc.record({
    steps: fc.array(fc.record({ role, count: fc.integer({ min: 1, max: 2 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
    ordered: fc.boolean(),
    excluded: fc.subarray(people.map(({ actor }) => actor)),
  });
  const speakers = fc.shuffledSubarray([0, 1, 3, 4]);
  await sql('alter table approvals disable trigger approvals_kept');
  await sql('alter table approval_requirements disable trigger approval_requirements_told');
  await fc.assert(
    fc.asyncProperty(
      fc.array(requirement, { minLength: 1, maxLength: 3 }),
      speakers,
      async (requirements, said) => {
        await sql('delete from approvals where batch_id = $1', [id]);
        await sql('delete from approval_requirements where batch_id = $1', [id]);
        for (const [index, each] of requirements.entries())
          await sql(
            `insert into approval_requirements (batch_id, ordinal, name, reason, steps, ordered, excluded)
             values ($1, $2, 'test', 'test', $3::text::jsonb, $4, $5::text[])`,
            [id, index, JSON.stringify(each.steps), each.ordered, each.excluded],
          );
        for (const place of said)
          await sql(SAY, [id, hash, people[place]?.actor, people[place]?.role]);
        const [row] = await db.run(
          z.object({ missing: z.number() }),
          'select approvals_missing($1) as missing',
          [id],
        );
        const { requirements: standing } = await approvalsOf(db, id);
        const lacks = standing.map(({ missing }) => peopleIn(missing));
        expect(row?.missing).toBe(Math.max(0, ...lacks));
      },
    ),
    { numRuns: 60 },
  );
  await sql('alter table approvals enable trigger approvals_kept');
  await sql('alter table approval_requirements enable trigger approval_requirements_told');
});
