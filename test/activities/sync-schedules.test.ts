import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, ScheduleNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { syncPayoutSchedules } from '../../activities/sync-schedules.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import {
  createSchedule,
  deleteSchedule,
  pauseSchedule,
  updateSchedule,
} from '../../db/queries/payout-schedules.ts';
import { payoutScheduleId } from '../../domain/ids.ts';
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

const NOTHING = { created: 0, updated: 0, deleted: 0 };
const sync = () => syncPayoutSchedules(db, temporal);
const handleOf = (id: string) => temporal.schedule.getHandle(payoutScheduleId(id));

/** Temporal names what a Schedule starts by the second, and starts one of a name once. */
const nextSecond = () => sleep(1_100);

/** How often Temporal started the workflow of a schedule. */
async function looksOf(id: string, least: number): Promise<number> {
  for (let tries = 0; ; tries += 1) {
    const { numActionsTaken } = (await handleOf(id).describe()).info;
    if (numActionsTaken >= least || tries > 100) return numActionsTaken;
    await sleep(100);
  }
}

test("Temporal's Schedules are made, changed, paused, found again and removed as the database says", async () => {
  const row = scheduleRow({ zone: 'Europe/Berlin', overlap: 'buffer_one' });
  await createSchedule(db, row, SYSTEM);
  expect(await sync()).toEqual({ ...NOTHING, created: 1 });
  expect(await sync()).toEqual(NOTHING);
  const { spec, policies, state, action } = await handleOf(row.id).describe();
  expect(spec.timezone).toBe('Europe/Berlin');
  expect(spec.calendars?.map(({ hour }) => hour?.[0]?.start)).toEqual([9, 10]);
  expect(policies).toMatchObject({ overlap: 'BUFFER_ONE', catchupWindow: 168 * 3_600_000 });
  expect([state.paused, action.args]).toEqual([false, [{ scheduleId: row.id }]]);
  expect(await looksOf(row.id, 1)).toBe(1);

  await updateSchedule(db, row.id, { timeOfDay: '23:15', zone: 'America/Santiago' }, SYSTEM);
  expect(await sync()).toEqual({ ...NOTHING, updated: 1 });
  const changed = (await handleOf(row.id).describe()).spec;
  expect([changed.timezone, changed.calendars?.map(({ hour }) => hour?.[0]?.start)]).toEqual([
    'America/Santiago',
    [23, 0],
  ]);

  await pauseSchedule(db, row.id, { paused: true, reason: 'closed' }, SYSTEM);
  expect(await sync()).toEqual({ ...NOTHING, updated: 1 });
  expect((await handleOf(row.id).describe()).state).toEqual({ paused: true, note: 'closed' });
  await handleOf(row.id).unpause('by somebody in the Web UI');
  expect(await sync()).toEqual({ ...NOTHING, updated: 1 });
  await pauseSchedule(db, row.id, { paused: false, reason: null }, SYSTEM);
  await nextSecond();
  const looks = await looksOf(row.id, 1);
  expect(await sync()).toEqual({ ...NOTHING, updated: 1 });
  expect(await looksOf(row.id, looks + 1)).toBe(looks + 1);

  await nextSecond();
  await handleOf(row.id).delete();
  expect(await sync()).toEqual({ ...NOTHING, created: 1 });
  expect(await looksOf(row.id, 1)).toBe(1);

  await deleteSchedule(db, row.id, SYSTEM);
  for (let tries = 0; tries < 100 && (await sync()).deleted === 0; tries += 1) await sleep(100);
  await expect(handleOf(row.id).describe()).rejects.toThrow(ScheduleNotFoundError);
});

test('one that Temporal refuses holds up no other, and Schedules of others are left alone', async () => {
  // A zone that this process knows and the server does not would be refused in the same way.
  const refused = scheduleRow({ zone: 'Nowhere/City', currency: 'EUR' });
  const good = scheduleRow({ currency: 'GBP' });
  await createSchedule(db, refused, SYSTEM);
  await createSchedule(db, good, SYSTEM);
  const foreign = payoutScheduleId(scheduleRow().id);
  const action = { type: 'startWorkflow' as const, workflowType: 'x', taskQueue: 'x' };
  await temporal.schedule.create({ scheduleId: foreign, spec: {}, action });
  await expect(sync()).rejects.toThrow(/time zone/);
  expect((await handleOf(good.id).describe()).spec.timezone).toBe('UTC');
  await temporal.schedule.getHandle(foreign).describe();
});
