import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { makeBackfillPeriods } from '../../activities/backfill-periods.ts';
import type { PayoutDeps } from '../../activities/pay-period.ts';
import { makeRunSchedule, type RunScheduleRequest } from '../../activities/run-schedule.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import {
  createSchedule,
  deleteSchedule,
  pauseSchedule,
  type NewSchedule,
} from '../../db/queries/payout-schedules.ts';
import { listScheduleRuns } from '../../db/queries/schedule-runs.ts';
import { deleteBatch } from '../../db/queries/stop-batch.ts';
import { countColumn } from '../../db/rows.ts';
import { programmeOf, TEN_PERCENT, type TestProgramme } from '../support/earnings.ts';
import { scheduleRow } from '../support/payout-schedule.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { createTestNamespace } from '../support/test-namespace.ts';

let database: TestDatabase;
let db: Db;
let temporal: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
  const connection = await Connection.connect({ address: inject('servers').temporalAddress });
  temporal = new Client({ connection, namespace: await createTestNamespace() });
});
afterAll(async () => {
  await temporal.connection.close();
  await db.close();
  await database.drop();
});

/** A provider that is not configured here: accounts of it are paid without limits. */
const providers = { named: () => null, all: () => [], close: async () => {} };

const depsAt = (now: string, given: Partial<PayoutDeps> = {}): PayoutDeps => ({
  db,
  providers,
  temporal,
  approvalsRequired: 0,
  now: () => Date.parse(now),
  ...given,
});

/** Has the schedule run what is due at that time, as its workflow does. */
async function runAt(
  scheduleId: string,
  now: string,
  given: { deps?: Partial<PayoutDeps>; request?: Partial<RunScheduleRequest> } = {},
) {
  const run = makeRunSchedule(depsAt(now, given.deps));
  const request = { scheduleId, dueBy: now, trigger: 'schedule' as const, ...given.request };
  const periods: string[] = [];
  for (;;) {
    const { ran } = await run(request);
    if (ran === null) return periods;
    periods.push(ran.batchId === null ? `${ran.period} -` : ran.period);
  }
}

/** A schedule that was there before the year began. */
async function schedule(programmeId: string, given: Partial<NewSchedule> = {}): Promise<string> {
  const row = { ...scheduleRow(), programmeId, ...given };
  await createSchedule(db, row, SYSTEM);
  await db.run(z.unknown(), "update payout_schedules set created_at = '2025-12-01' where id = $1", [
    row.id,
  ]);
  return row.id;
}

const batchRow = z.object({
  period: z.string(),
  total: z.string(),
  approvals: z.number(),
  asked: z.boolean(),
  send: z.string().nullable(),
});

const batchesOf = (programmeId: string) =>
  db.run(
    batchRow,
    `select period, total_minor::text as total, required_approvals as approvals,
       execute_requested_at is not null as asked, (scheduled_for at time zone 'UTC')::text as send
     from batches where programme_id = $1 order by period`,
    [programmeId],
  );
const totals = async (programmeId: string) =>
  (await batchesOf(programmeId)).map(({ period, total }) => `${period} ${total}`);

async function earning(given: { minimum?: number } = {}): Promise<TestProgramme> {
  const programme = await programmeOf(db);
  const minimums = given.minimum === undefined ? [] : [{ currency: 'USD', amount: given.minimum }];
  await programme.rule({ ...TEN_PERCENT, holdingDays: 1, payout: { minimums } });
  return programme;
}

test('what had matured by the cut-off is paid, once; the rest in the next period', async () => {
  const programme = await earning();
  const id = await schedule(programme.id);
  await programme.conversion({ at: '2026-03-01T08:59:59Z', amount: 100_000 });
  await programme.conversion({ at: '2026-03-01T09:00:00Z', amount: 200_000 });
  expect(await runAt(id, '2026-03-02T09:00:00Z')).toEqual([
    ...['24', '25', '26', '27', '28'].map((day) => `day/2026-02-${day} -`),
    'day/2026-03-01 -',
    'day/2026-03-02',
  ]);
  expect(await runAt(id, '2026-03-02T10:00:00Z')).toEqual([]);
  expect(await totals(programme.id)).toEqual(['day/2026-03-02 10000']);
  expect(await runAt(id, '2026-03-03T09:00:00Z')).toEqual(['day/2026-03-03']);
  expect(await totals(programme.id)).toEqual(['day/2026-03-02 10000', 'day/2026-03-03 20000']);
  const runs = await listScheduleRuns(db, { scheduleId: id, before: undefined, limit: 3 });
  expect(runs).toMatchObject([
    { period: 'day/2026-03-03', outcome: 'batch', totalMinor: 20_000n, trigger: 'schedule' },
    { period: 'day/2026-03-02', outcome: 'batch', totalMinor: 10_000n },
    { period: 'day/2026-03-01', outcome: 'nothing_due', batchId: null },
  ]);
});

test('a sum below the minimum is carried over to the period in which it is reached; the run counts who was left out', async () => {
  const programme = await earning({ minimum: 10_000 });
  const id = await schedule(programme.id, { startsOn: '2026-03-02' });
  await programme.conversion({ at: '2026-03-01T00:00:00Z', amount: 60_000 });
  await programme.conversion({ at: '2026-03-02T00:00:00Z', amount: 60_000 });
  expect(await runAt(id, '2026-03-02T09:00:00Z')).toEqual(['day/2026-03-02 -']);
  expect(await runAt(id, '2026-03-03T09:00:00Z')).toEqual(['day/2026-03-03']);
  expect(await totals(programme.id)).toEqual(['day/2026-03-03 12000']);
  const [, first] = await listScheduleRuns(db, { scheduleId: id, before: undefined, limit: 2 });
  expect(first?.skipped).toMatchObject({ below_minimum: 1 });
});

test.each([
  ['propose', null, 0, 1],
  ['run_below', 10_000n, 0, 0],
  ['run_below', 9_999n, 0, 1],
  ['run', null, 0, 0],
  ['run', null, 2, 2],
  ['run_below', 10_000n, 2, 2],
  ['propose', null, 2, 2],
] as const)(
  'mode %s, limit %s, %d approvals asked of all: needs %d',
  async (mode, limitMinor, approvalsRequired, approvals) => {
    const programme = await earning();
    const id = await schedule(programme.id, { mode, limitMinor, startsOn: '2026-03-02' });
    await programme.conversion({ at: '2026-03-01T00:00:00Z', amount: 100_000 });
    await runAt(id, '2026-03-02T09:00:00Z', { deps: { approvalsRequired } });
    expect(await batchesOf(programme.id)).toMatchObject([
      { total: '10000', approvals, asked: true },
    ]);
  },
);

test('made after the cut-off of the provider, a batch is sent on the next business day', async () => {
  const programme = await earning();
  const cutoff = { cutoffTime: '16:00', startsOn: '2026-03-06' };
  const id = await schedule(programme.id, cutoff);
  await programme.conversion({ at: '2026-03-01T00:00:00Z', amount: 100_000 });
  await runAt(id, '2026-03-06T16:01:00Z');
  expect(await batchesOf(programme.id)).toMatchObject([{ send: '2026-03-09 09:00:00' }]);
});

test('20 workers at once: one batch, one run', async () => {
  const programme = await earning();
  const id = await schedule(programme.id, { startsOn: '2026-03-02' });
  await programme.conversion({ at: '2026-03-01T00:00:00Z', amount: 100_000 });
  await Promise.all(Array.from({ length: 20 }, () => runAt(id, '2026-03-02T09:00:00Z')));
  expect(await totals(programme.id)).toEqual(['day/2026-03-02 10000']);
  const runs = await listScheduleRuns(db, { scheduleId: id, before: undefined, limit: 9 });
  expect(runs).toMatchObject([{ outcome: 'batch', totalMinor: 10_000n }]);
  const audited = await db.run(
    z.object({ n: countColumn }),
    "select count(*) as n from audit_logs where action = 'schedule.ran' and details->>'scheduleId' = $1",
    [id],
  );
  expect(audited).toEqual([{ n: 1 }]);
});

test('a worker that dies after it made the batch: the next one finds it and goes on', async () => {
  const programme = await earning();
  const id = await schedule(programme.id, { startsOn: '2026-03-02', mode: 'run' });
  await programme.conversion({ at: '2026-03-01T00:00:00Z', amount: 100_000 });
  const gone = new Client({
    connection: Connection.lazy({ address: '127.0.0.1:1', connectTimeout: 100 }),
  });
  const dying = gone.connection.withDeadline(Date.now() + 500, () =>
    runAt(id, '2026-03-02T09:00:00Z', { deps: { temporal: gone } }),
  );
  await expect(dying).rejects.toThrow(/DEADLINE|UNAVAILABLE|Failed to start|connect/i);
  expect(await totals(programme.id)).toEqual(['day/2026-03-02 10000']);
  expect(await runAt(id, '2026-03-02T10:00:00Z')).toEqual(['day/2026-03-02']);
  expect(await batchesOf(programme.id)).toMatchObject([{ approvals: 0, asked: true }]);
});

test('a batch that was taken back pays nothing, and the next period pays what it held', async () => {
  const programme = await earning();
  const id = await schedule(programme.id, { startsOn: '2026-03-02', mode: 'run' });
  await programme.conversion({ at: '2026-03-01T00:00:00Z', amount: 100_000 });
  const gone = new Client({
    connection: Connection.lazy({ address: '127.0.0.1:1', connectTimeout: 100 }),
  });
  const dying = gone.connection.withDeadline(Date.now() + 500, () =>
    runAt(id, '2026-03-02T09:00:00Z', { deps: { temporal: gone } }),
  );
  await expect(dying).rejects.toThrow(/DEADLINE|UNAVAILABLE|Failed to start|connect/i);
  const [batch] = await db.run(
    z.object({ id: z.string() }),
    'select id from batches where programme_id = $1',
    [programme.id],
  );
  await deleteBatch(db, { batchId: batch?.id ?? '', actor: SYSTEM });
  expect(await runAt(id, '2026-03-02T10:00:00Z')).toEqual(['day/2026-03-02']);
  expect(await runAt(id, '2026-03-03T09:00:00Z')).toEqual(['day/2026-03-03']);
  expect(await totals(programme.id)).toEqual(['day/2026-03-02 10000', 'day/2026-03-03 10000']);
  const paying = await db.run(
    z.object({ period: z.string() }),
    `select b.period from batches b where b.programme_id = $1
       and exists (select 1 from payments p where p.batch_id = b.id and p.status <> 'CANCELLED')`,
    [programme.id],
  );
  expect(paying).toEqual([{ period: 'day/2026-03-03' }]);
});

test('a schedule made anew after one was deleted pays no period a second time', async () => {
  const programme = await earning();
  const first = await schedule(programme.id, { startsOn: '2026-03-02' });
  await programme.conversion({ at: '2026-03-01T00:00:00Z', amount: 100_000 });
  await runAt(first, '2026-03-02T09:00:00Z');
  await deleteSchedule(db, first, SYSTEM);
  expect(await runAt(first, '2026-03-03T09:00:00Z')).toEqual([]);
  const second = await schedule(programme.id, { startsOn: '2026-03-02' });
  await programme.conversion({ at: '2026-03-01T00:00:00Z', amount: 50_000 });
  expect(await runAt(second, '2026-03-02T10:00:00Z')).toEqual(['day/2026-03-02']);
  expect(await totals(programme.id)).toEqual(['day/2026-03-02 10000']);
  expect(await runAt(second, '2026-03-03T09:00:00Z')).toEqual(['day/2026-03-03']);
  expect(await totals(programme.id)).toEqual(['day/2026-03-02 10000', 'day/2026-03-03 5000']);
});

test('paused it runs nothing but what a person asks for; resumed, what was missed within the catch-up hours', async () => {
  const programme = await earning();
  const id = await schedule(programme.id, { catchupHours: 48 });
  await pauseSchedule(db, id, { paused: true, reason: 'x' }, SYSTEM);
  expect(await runAt(id, '2026-03-10T09:00:00Z')).toEqual([]);
  const period = 'day/2026-03-05';
  const asked = { request: { trigger: 'person' as const, period } };
  expect(await runAt(id, '2026-03-10T09:00:00Z', asked)).toEqual([`${period} -`]);
  await pauseSchedule(db, id, { paused: false, reason: null }, SYSTEM);
  expect(await runAt(id, '2026-03-10T10:00:00Z')).toEqual(['day/2026-03-09 -', 'day/2026-03-10 -']);
});

test('a period that a person asks for before its cut-off: paid once, or still open where nobody was due', async () => {
  const programme = await earning();
  const id = await schedule(programme.id, { startsOn: '2026-03-02' });
  await programme.conversion({ at: '2026-03-01T08:00:00Z', amount: 100_000 });
  const asked = { request: { trigger: 'person' as const, period: 'day/2026-03-02' } };
  expect(await runAt(id, '2026-03-02T07:00:00Z', asked)).toEqual([]);
  expect(await runAt(id, '2026-03-02T09:00:00Z')).toEqual(['day/2026-03-02']);
  const early = { request: { trigger: 'person' as const, period: 'day/2026-03-03' } };
  await programme.conversion({ at: '2026-03-02T06:00:00Z', amount: 50_000 });
  expect(await runAt(id, '2026-03-03T07:00:00Z', early)).toEqual(['day/2026-03-03']);
  expect(await runAt(id, '2026-03-03T09:00:00Z')).toEqual([]);
  expect(await totals(programme.id)).toEqual(['day/2026-03-02 10000', 'day/2026-03-03 5000']);
});

test('what was due before the schedule was made is left to people', async () => {
  const programme = await earning();
  const row = { ...scheduleRow(), programmeId: programme.id, startsOn: '2026-01-01' };
  await createSchedule(db, row, SYSTEM);
  const now = new Date().toISOString();
  expect(await runAt(row.id, now)).toEqual([]);
  const asked = await runAt(row.id, now, { request: { trigger: 'person' } });
  expect(asked.length).toBeGreaterThanOrEqual(7);
});

test('payees of a weekly schedule are paid on their own weekdays', async () => {
  const programme = await earning();
  const weekly = { ...TEN_PERCENT, frequency: { every: 'week', weekday: 3 } };
  await programme.rule(weekly, '2026-01-01T00:00:00Z');
  const id = await schedule(programme.id, {
    frequency: 'week',
    weekday: 1,
    startsOn: '2026-03-02',
  });
  await programme.conversion({ at: '2026-03-01T00:00:00Z', amount: 100_000 });
  await runAt(id, '2026-03-08T09:00:00Z');
  expect(await totals(programme.id)).toEqual(['week/2026-03-04 10000']);
});

test('a backfill proposes the periods of a span in their order, as of each; nothing of it is sent', async () => {
  const programme = await earning();
  const daily = await schedule(programme.id, { startsOn: '2026-03-01', mode: 'run' });
  const monthly = await schedule(programme.id, { frequency: 'month', startsOn: '2026-03-01' });
  const conversion = await programme.conversion({ at: '2026-03-03T00:00:00Z', amount: 100_000 });
  await programme.conversion({ at: '2026-03-05T00:00:00Z', amount: 10_000 });
  await programme.reverse(conversion, 50_000, '2026-03-06T00:00:00Z');
  const backfill = makeBackfillPeriods(depsAt('2026-06-01T00:00:00Z'));
  const request = {
    scheduleIds: [daily, monthly],
    from: '2026-03-01',
    to: '2026-03-10',
    actor: SYSTEM,
  };
  expect(await backfill(request)).toEqual({ periods: 20, batches: 1, more: false });
  // Paid before the refund; afterwards what was earned goes into the debt.
  expect(await batchesOf(programme.id)).toEqual([
    { period: 'day/2026-03-04', total: '10000', approvals: 1, asked: false, send: null },
  ]);
  expect(await programme.netMinor()).toBe(6_000n);
  expect(await backfill(request)).toEqual({ periods: 0, batches: 0, more: false });
});
