import { expect, test } from 'vitest';
import { newId } from '../../db/new-id.ts';
import { recordRun } from '../../db/queries/schedule-runs.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import { unique } from './support/data.ts';
import { BASE, count, useTestApi, type Answer } from './support/test-api.ts';

const api = useTestApi();

/** A programme of its own for each schedule: a programme has one of a kind. */
async function programme(zone = 'UTC'): Promise<string> {
  const externalId = unique('programme');
  const made = await api.post('/programmes', { externalId, name: externalId, zone });
  expect(made.status).toBe(201);
  return String(made.at('programme.id'));
}

const create = (json: Record<string, unknown>) =>
  api.call('POST', `${BASE}/schedules`, { as: 'manager', json });
const change = (id: string, json: Record<string, unknown>) =>
  api.call('PATCH', `${BASE}/schedules/${id}`, { as: 'manager', json });
const get = (id: string) => api.call('GET', `${BASE}/schedules/${id}`, { as: 'viewer' });
const idOf = (answer: Answer): string => String(answer.at('schedule.id'));
const wrongFields = (answer: Answer) =>
  answer.list('error.details').map((detail) => Reflect.get(Object(detail), 'path'));
const audited = (action: string, id: string) =>
  count(
    api.db,
    `select count(*) as n from audit_logs where action = $1 and details->>'scheduleId' = $2`,
    [action, id],
  );

const daily = async (given: Record<string, unknown> = {}): Promise<string> => {
  const made = await create({
    programmeId: await programme(),
    frequency: 'day',
    currency: 'USD',
    ...given,
  });
  expect([made.status, made.text]).toEqual([201, made.text]);
  return idOf(made);
};

test('a schedule has defaults that ask a person first, and the next five business days', async () => {
  const programmeId = await programme('Europe/Berlin');
  const made = await create({
    programmeId,
    frequency: 'day',
    currency: 'EUR',
    startsOn: '2099-12-28',
  });
  expect([made.status, made.at('schedule')]).toMatchObject([
    201,
    {
      programmeId,
      zone: 'Europe/Berlin',
      provider: 'mock',
      timeOfDay: '09:00',
      mode: 'propose',
      limitAmount: null,
      shift: 'next',
      overlap: 'buffer_all',
      catchupHours: 168,
      paused: false,
      createdBy: `key:${api.keys.manager.id}`,
    },
  ]);
  const day = (date: string) => ({
    period: `day/${date}`,
    runAt: `${date}T08:00:00.000Z`,
    cutoffAt: `${date}T08:00:00.000Z`,
  });
  expect(made.at('schedule.nextRuns')).toEqual(
    ['2099-12-28', '2099-12-29', '2099-12-30', '2099-12-31', '2100-01-01'].map(day),
  );
  expect((await get(idOf(made))).at('schedule')).toEqual(made.at('schedule'));
  expect(await audited('schedule.created', idOf(made))).toBe(1);
});

test('the next runs are on days on which anybody could be paid: the own one, and those that rules name', async () => {
  const programmeId = await programme();
  const made = await create({
    programmeId,
    frequency: 'week',
    weekday: 1,
    currency: 'USD',
    startsOn: '2099-01-05',
  });
  const periods = async () =>
    (await get(idOf(made)))
      .list('schedule.nextRuns')
      .map((run) => Reflect.get(Object(run), 'period'));
  expect(await periods()).toEqual([
    'week/2099-01-05',
    'week/2099-01-12',
    'week/2099-01-19',
    'week/2099-01-26',
    'week/2099-02-02',
  ]);
  const rule = await api.post('/rules', {
    programmeId,
    effectiveFrom: '2099-01-01T00:00:00Z',
    terms: { frequency: { every: 'week', weekday: 3 } },
  });
  expect([rule.status, rule.text]).toEqual([201, rule.text]);
  expect((await periods()).slice(0, 3)).toEqual([
    'week/2099-01-05',
    'week/2099-01-07',
    'week/2099-01-12',
  ]);
});

test('two schedules would pay the same periods: the second of a kind is refused until the first is deleted', async () => {
  const programmeId = await programme();
  const same = { programmeId, frequency: 'month', currency: 'USD' };
  const first = await create(same);
  const second = await create(same);
  expect([second.status, second.at('error.code')]).toEqual([409, 'invalid_state']);
  expect((await create({ ...same, currency: 'EUR' })).status).toBe(201);
  expect(
    (await api.call('DELETE', `${BASE}/schedules/${idOf(first)}`, { as: 'manager' })).status,
  ).toBe(200);
  expect((await get(idOf(first))).status).toBe(404);
  expect((await create(same)).status).toBe(201);
  const listed = await api.get(`/schedules?programmeId=${programmeId}`);
  expect(listed.list('schedules')).toHaveLength(2);
  expect(await audited('schedule.deleted', idOf(first))).toBe(1);
});

test('100 calls at once make one schedule', async () => {
  const same = { programmeId: await programme(), frequency: 'day', currency: 'USD' };
  const answers = await Promise.all(Array.from({ length: 100 }, () => create(same)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  expect(statuses.filter((status) => status === 409)).toHaveLength(99);
});

test.each<[string, Record<string, unknown>, string[]]>([
  ['a zone that there is not', { zone: 'Europe/Bielefeld' }, ['zone']],
  ['a zone by its offset', { zone: '+01:00' }, ['zone']],
  ['a time of day', { timeOfDay: '24:00' }, ['timeOfDay']],
  ['a weekday out of range', { frequency: 'week', weekday: 8 }, ['weekday']],
  ['a weekday of a daily schedule', { weekday: 1 }, ['weekday']],
  ['a day of the month of a weekly one', { frequency: 'week', monthDay: 1 }, ['monthDay']],
  ['a limit without its mode', { mode: 'run', limitAmount: 5 }, ['limitAmount']],
  ['a mode without its limit', { mode: 'run_below' }, ['limitAmount']],
  ['a limit of nothing', { mode: 'run_below', limitAmount: 0 }, ['limitAmount']],
  ['a provider that nobody knows', { provider: 'paypal' }, ['provider']],
  ['a provider that is not configured', { provider: 'xendit' }, ['provider']],
  ['a currency', { currency: 'usd' }, ['currency']],
  ['a cut-off before the run', { cutoffTime: '08:59' }, ['cutoffTime']],
  ['a calendar that nobody stored', { calendar: 'ATLANTIS' }, ['calendar']],
  ['a programme that there is not', { programmeId: `prg_${'9'.repeat(32)}` }, ['programmeId']],
  ['a day that there is not', { startsOn: '2026-02-30' }, ['startsOn']],
  ['catch-up without end', { catchupHours: 9_000 }, ['catchupHours']],
  ['an unknown field', { cron: '* * * * *' }, ['cron']],
  ['two at once', { weekday: 1, anchor: '2026-01-01' }, ['weekday', 'anchor']],
])('422 for %s, and nothing is stored', async (_name, given, fields) => {
  const programmeId = await programme();
  const answer = await create({ programmeId, frequency: 'day', currency: 'USD', ...given });
  expect([answer.status, answer.at('error.code'), wrongFields(answer)]).toEqual([
    422,
    'validation_error',
    fields,
  ]);
  expect((await api.get(`/schedules?programmeId=${programmeId}`)).list('schedules')).toEqual([]);
});

test('a change holds what goes together, drops a limit with its mode, and stands in the audit log', async () => {
  const id = await daily({ mode: 'run_below', limitAmount: 50_000 });
  expect((await change(id, { limitAmount: 60_000 })).at('schedule.limitAmount')).toBe(60_000);
  const run = await change(id, { mode: 'run', timeOfDay: '10:30' });
  expect(run.at('schedule')).toMatchObject({ mode: 'run', limitAmount: null, timeOfDay: '10:30' });
  for (const [json, fields] of [
    [{ limitAmount: 5 }, ['limitAmount']],
    [{ mode: 'run_below' }, ['limitAmount']],
    [{ cutoffTime: '10:00' }, ['cutoffTime']],
    [{ monthDay: 3 }, ['monthDay']],
    [{ frequency: 'week', timeOfDay: '11:00' }, ['frequency']],
  ] as const) {
    const answer = await change(id, json);
    expect([answer.status, json]).toEqual([422, json]);
    expect(wrongFields(answer)).toEqual(fields);
  }
  expect((await change(id, {})).status).toBe(422);
  expect(await audited('schedule.updated', id)).toBe(2);
});

test('paused with a reason and resumed with one; again is the same', async () => {
  const id = await daily();
  const post = (verb: string, json: unknown) =>
    api.call('POST', `${BASE}/schedules/${id}/${verb}`, { as: 'manager', json });
  expect((await post('pause', {})).status).toBe(422);
  for (let times = 0; times < 2; times += 1) {
    const paused = await post('pause', { reason: 'the provider is down' });
    expect(paused.at('schedule')).toMatchObject({
      paused: true,
      pausedReason: 'the provider is down',
    });
  }
  const resumed = await post('resume', { reason: 'it is back' });
  expect(resumed.at('schedule')).toMatchObject({ paused: false, pausedReason: null });
  expect([await audited('schedule.paused', id), await audited('schedule.resumed', id)]).toEqual([
    1, 1,
  ]);
});

test('holidays are stored as a whole and move runs', async () => {
  const name = unique('DE');
  const put = (days: unknown) =>
    api.call('PUT', `${BASE}/holiday-calendars/${name}`, { as: 'manager', json: { days } });
  expect((await api.get(`/holiday-calendars/${name}`)).status).toBe(404);
  const unity = { day: '2099-10-05', name: 'Moved Unity Day' };
  expect((await put([unity, { day: '2099-12-25', name: 'Christmas' }])).status).toBe(200);
  expect((await put([unity])).at('calendar.days')).toEqual([unity]);
  expect((await api.get(`/holiday-calendars/${name}`)).at('calendar.days')).toEqual([unity]);
  expect((await api.get('/holiday-calendars')).list('calendars')).toContainEqual({
    name,
    days: 1,
    lastDay: unity.day,
  });
  expect(wrongFields(await put([unity, unity]))).toEqual(['days.1.day']);
  expect(wrongFields(await put([{ day: '2099-13-01', name: 'x' }]))).toEqual(['days.0.day']);
  const id = await daily({ calendar: name, startsOn: '2099-10-03' });
  expect((await get(id)).at('schedule.nextRuns.0.period')).toBe('day/2099-10-06');
});

test('a person triggers what is due or a period up to today; other periods are refused', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const id = await daily({ shift: 'none', startsOn: today });
  const trigger = (json: unknown) =>
    api.call('POST', `${BASE}/schedules/${id}/trigger`, { as: 'manager', json });
  expect((await trigger({})).at('workflowId')).toBe(`trigger/${id}`);
  const named = await trigger({ period: `day/${today}` });
  expect([named.status, named.at('workflowId')]).toEqual([202, `trigger/${id}/day/${today}`]);
  for (const period of ['day/2099-01-01', 'day/2000-01-01', `week/${today}`, 'today'])
    expect(wrongFields(await trigger({ period }))).toEqual(['period']);
  expect(await audited('schedule.triggered', id)).toBe(2);
});

test('a backfill is one at a time, of days that were; its state is told', async () => {
  const programmeId = await programme();
  const id = await daily({ programmeId, startsOn: '2026-01-05' });
  const backfill = (json: unknown, path = `/schedules/${id}/backfill`) =>
    api.call('POST', BASE + path, { as: 'manager', json });
  expect((await api.get(`/backfills/${id}`)).status).toBe(404);
  expect(wrongFields(await backfill({ from: '2026-02-01', to: '2026-01-31' }))).toEqual(['to']);
  expect(wrongFields(await backfill({ from: '2026-01-04', to: '2026-01-31' }))).toEqual(['from']);
  expect(wrongFields(await backfill({ from: '2026-01-05', to: '2099-01-01' }))).toEqual(['to']);
  const span = { from: '2026-01-05', to: '2026-01-31' };
  const begun = await backfill(span);
  expect([begun.status, begun.at('workflowId')]).toEqual([202, `backfill/${id}`]);
  expect((await backfill(span)).at('error.code')).toBe('invalid_state');
  const state = await api.get(`/backfills/${id}`);
  expect(state.at('backfill')).toMatchObject({ status: 'RUNNING', periods: null });
  const all = await backfill({ programmeId, ...span }, '/backfills');
  expect([all.status, all.at('workflowId')]).toEqual([202, `backfill/${programmeId}`]);
  const none = await backfill({ programmeId: await programme(), ...span }, '/backfills');
  expect(wrongFields(none)).toEqual(['programmeId']);
});

test('runs are listed by period, the latest first', async () => {
  const id = await daily({ startsOn: '2026-01-01' });
  for (const day of ['05', '06', '07']) {
    await recordRun(api.db, {
      scheduleId: id,
      period: `day/2026-01-${day}`,
      cutoffAt: new Date(`2026-01-${day}T09:00:00Z`),
      batchId: null,
      skipped: { below_minimum: 2 },
      trigger: 'schedule',
      actor: SYSTEM,
    });
  }
  const first = await api.get(`/schedules/${id}/runs?limit=2`);
  expect(first.list('runs')).toMatchObject([
    {
      period: 'day/2026-01-07',
      outcome: 'nothing_due',
      batchId: null,
      skipped: { below_minimum: 2 },
    },
    { period: 'day/2026-01-06' },
  ]);
  const cursor = encodeURIComponent(String(first.at('nextCursor')));
  const rest = await api.get(`/schedules/${id}/runs?limit=2&cursor=${cursor}`);
  expect(rest.list('runs')).toMatchObject([{ period: 'day/2026-01-05' }]);
  expect(rest.at('nextCursor')).toBeNull();
});

test('only those who may change rules change schedules', async () => {
  const json = { programmeId: DEFAULT_PROGRAMME_ID, frequency: 'day', currency: 'USD' };
  const denied = await api.call('POST', `${BASE}/schedules`, { as: 'processor', json });
  expect([denied.status, denied.at('error.code')]).toEqual([403, 'forbidden']);
  expect((await get(newId('schedule'))).status).toBe(404);
});
