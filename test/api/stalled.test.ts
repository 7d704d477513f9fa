import { beforeEach, expect, test } from 'vitest';
import { storeProviderStates } from '../../db/queries/provider-states.ts';
import { noRow } from '../../db/rows.ts';
import { VERSION } from '../../domain/version.ts';
import { batchFor } from './support/approvals.ts';
import { addPayable } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();
const sql = (text: string, values: readonly unknown[] = []) => api.db.run(noRow, text, values);

const WORKER = `pay-1:4711@${VERSION}`;

/** A worker tells that it is there, as it does by itself every five seconds. */
const beat = () =>
  storeProviderStates(api.db, [
    {
      provider: 'mock',
      process: WORKER,
      report: { state: 'closed', failures: 0, reason: null, since: new Date() },
    },
  ]);

/** The last beat of a worker that was killed so long ago. */
const silentFor = (seconds: number) =>
  sql("update provider_states set seen_at = now() - $1::int * interval '1 second'", [seconds]);

/** A batch that is being sent, of which nothing has changed for so long. */
async function sendingFor(seconds: number): Promise<string> {
  const { id } = await batchFor(api, [await addPayable(api)]);
  expect((await api.post(`/batches/${id}/execute`, {}, { as: 'processor' })).status).toBe(202);
  await sql("update batches set status = 'SETTLING' where status = 'PROCESSING'");
  await sql(
    `update batches set status = 'PROCESSING', queued_at = now() - interval '1 day', executed_at = now() - $2::int * interval '1 second' where id = $1`,
    [id, seconds],
  );
  await sql(
    `insert into audit_logs (action, status, batch_id, actor, from_state, to_state, created_at)
     values ('batch.executed', 'INFO', $1, 'system', 'QUEUED', 'PROCESSING', now() - $2::int * interval '1 second')`,
    [id, seconds],
  );
  return id;
}

async function stalledOf(id: string): Promise<unknown> {
  const one = (await api.get(`/batches/${id}`)).at('batch.stalled');
  const listed = (await api.get('/batches'))
    .list('batches')
    .find((batch) => Reflect.get(Object(batch), 'id') === id);
  expect(Reflect.get(Object(listed), 'stalled')).toEqual(one);
  return one;
}

beforeEach(async () => {
  await sql('delete from provider_states');
});

test('a batch is stalled while no worker is heard of, and no longer when one is back', async () => {
  await beat();
  const id = await sendingFor(30);
  expect(await stalledOf(id)).toBeNull();
  await silentFor(25);
  expect(await stalledOf(id)).toEqual({ reason: 'no_worker', since: expect.any(String) });
  await beat();
  expect(await stalledOf(id)).toBeNull();
});

test('a payment that moves ends the stall; what people do about the batch does not', async () => {
  await beat();
  const id = await sendingFor(900);
  const stalled = await stalledOf(id);
  expect(stalled).toMatchObject({ reason: 'no_progress' });
  const log = (action: string, to: string | null) =>
    sql(
      `insert into audit_logs (action, status, batch_id, actor, to_state) values ($2, 'INFO', $1, 'system', $3)`,
      [id, action, to],
    );
  await log('approval.viewed', null);
  expect(await stalledOf(id)).toEqual(stalled);
  await log('payment.completed', 'COMPLETED');
  expect(await stalledOf(id)).toBeNull();
});

test('a paused batch is not stalled', async () => {
  const id = await sendingFor(900);
  expect(await stalledOf(id)).toMatchObject({ reason: 'no_worker' });
  await sql("update batches set paused_at = now(), paused_reason = 'lunch' where id = $1", [id]);
  expect(await stalledOf(id)).toBeNull();
});

test('health names the workers, their version, and the steps of the database', async () => {
  await beat();
  const well = await api.get('/health');
  expect(well.at('version')).toBe(VERSION);
  expect(well.at('workers')).toEqual([
    { name: 'pay-1:4711', version: VERSION, seenAt: expect.any(String), alive: true },
  ]);
  const known = well.at('migrations.known');
  expect(known).toBeGreaterThan(16);
  expect(well.at('migrations.applied')).toBe(known);
  await silentFor(21);
  expect((await api.get('/health')).at('workers')).toMatchObject([{ alive: false }]);
});
