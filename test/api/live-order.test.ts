import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { openPool, type Pool } from '../../db/pool.ts';
import { presentPosition, readNews } from '../../db/queries/news.ts';
import { noRow } from '../../db/rows.ts';
import { writePosition } from '../../domain/live/position.ts';
import { openNews } from './support/event-reader.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();

const pools: Pool[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const pool of pools.splice(0)) await pool.end({ timeout: 1 });
});

const insert = (batchId: string) =>
  `insert into audit_logs (action, status, batch_id, actor) values ('batch.paused', 'INFO', '${batchId}', 'system')`;

const write = (batchId: string) => api.db.run(noRow, insert(batchId));

/** Begins a transaction on a connection of its own. */
async function open(): Promise<(sql: string) => Promise<unknown>> {
  const pool = openPool(api.db.url, { max: 1 });
  pools.push(pool);
  await pool.unsafe('begin');
  return (sql) => pool.unsafe(sql);
}

/** Begins a transaction that has written its row and is not committed. */
async function begin(batchId: string): Promise<() => Promise<unknown>> {
  const run = await open();
  await run(insert(batchId));
  return () => run('commit');
}

/** Begins one that has got as far with its commit as the notice, which it gives for all who commit now. */
async function committing(batchId: string): Promise<(end: 'commit' | 'rollback') => unknown> {
  const run = await open();
  await run(insert(batchId));
  await run('set constraints all immediate');
  return run;
}

const of =
  (wanted: string) =>
  ({ batchId }: { batchId?: string }): boolean =>
    batchId === wanted;

/** No listener calls to itself, until told that so much time has gone by. */
const stopClock = () => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });

test('a row of a transaction that began first and ended last is told, also to who came back between', async () => {
  const stream = await openNews(api);
  const commitA = await begin('bat_a');
  await write('bat_b');
  const b = await stream.newsThat(({ batchId }) => batchId === 'bat_b');
  await stream.stop();
  const back = await openNews(api, { 'last-event-id': b.id ?? '' });
  await commitA();
  await write('bat_c');
  const heard: string[] = [];
  await back.newsThat(({ batchId = '' }) => heard.push(batchId) > 0 && batchId === 'bat_c');
  expect(heard).toContain('bat_a');
  expect(heard).not.toContain('bat_b');
  await back.stop();
});

test('who comes back is told what was committed meanwhile, once and in order', async () => {
  const before = await openNews(api);
  const id = before.hello.id ?? '';
  await before.stop();
  const commitLate = await begin('bat_late');
  for (const batchId of ['bat_1', 'bat_2', 'bat_3']) await write(batchId);
  await commitLate();
  const back = await openNews(api, { 'last-event-id': id });
  await write('bat_end');
  const heard: string[] = [];
  await back.newsThat(({ batchId = '' }) => heard.push(batchId) > 0 && batchId === 'bat_end');
  expect(heard).toEqual(['bat_late', 'bat_1', 'bat_2', 'bat_3', 'bat_end']);
  await back.stop();
});

test('who commits beside one that gives notice is told by that notice, sooner or later', async () => {
  stopClock();
  const stream = await openNews(api);
  const end = await committing('bat_loud');
  const endLate = await committing('bat_late');
  await write('bat_silent');
  await end('commit');
  expect(await stream.newsThat(of('bat_silent'))).toMatchObject({ topic: 'batch' });
  await endLate('commit');
  expect(await stream.newsThat(of('bat_late'))).toMatchObject({ topic: 'batch' });
  await stream.stop();
});

test('where the notice of all is rolled back, the next look of the listener finds the others', async () => {
  stopClock();
  const stream = await openNews(api);
  const end = await committing('bat_undone');
  await write('bat_alone');
  await end('rollback');
  vi.advanceTimersByTime(15_000);
  expect(await stream.newsThat(of('bat_alone'))).toMatchObject({ topic: 'batch' });
  await stream.stop();
});

test('transactions that commit at the same time wait for no notice but one', async () => {
  const ended = await Promise.all(
    Array.from({ length: 8 }, async (_, n) => {
      const run = await open();
      await run(insert(`bat_beside_${n}`));
      return run;
    }),
  );
  await Promise.all(ended.map((run) => run('set constraints all immediate')));
  const [row] = await api.db.run(
    z.object({ held: z.bigint() }),
    `select count(*) as held from pg_locks l join pg_database d on d.oid = l.database
     where l.locktype = 'advisory' and d.datname = current_database()
       and l.classid = (hashtextextended('bursar_news', 0) >> 32 & 4294967295)::oid`,
  );
  expect(row?.held).toBe(1n);
  await Promise.all(ended.map((run) => run('commit')));
});

test('each row is told once, whatever transactions are open at each reading', async () => {
  const told: string[] = [];
  let at = await presentPosition(api.db);
  const read = async () => {
    const news = await readNews(api.db, at);
    told.push(...news.rows.map(({ batchId }) => batchId ?? ''));
    at = news.position;
  };
  const commits = [await begin('bat_x1'), await begin('bat_x2'), await begin('bat_x3')];
  await write('bat_y1');
  await read();
  await commits[1]?.();
  await read();
  await write('bat_y2');
  await commits[0]?.();
  await read();
  await commits[2]?.();
  await read();
  await read();
  expect(told.toSorted()).toEqual(['bat_x1', 'bat_x2', 'bat_x3', 'bat_y1', 'bat_y2']);
});

test('what was read up to one position and from there on is everything, once', async () => {
  const start = await presentPosition(api.db);
  const commit = await begin('bat_p');
  await write('bat_q');
  const middle = await presentPosition(api.db);
  await commit();
  await write('bat_r');
  const first = await readNews(api.db, start, middle);
  const second = await readNews(api.db, middle);
  const batches = ({ rows }: typeof first) => rows.map(({ batchId }) => batchId);
  expect([batches(first), batches(second)]).toEqual([['bat_q'], ['bat_p', 'bat_r']]);
});

test('a connection that is lost is taken again, and what was committed meanwhile is told', async () => {
  const stream = await openNews(api);
  const killed = await api.db.run(
    z.object({ ended: z.boolean() }),
    `select pg_terminate_backend(pid) as ended from pg_stat_activity
     where datname = current_database() and query ilike 'listen%'`,
  );
  expect(killed).toEqual([{ ended: true }]);
  await write('bat_meanwhile');
  expect(await stream.newsThat(({ batchId }) => batchId === 'bat_meanwhile')).toMatchObject({
    topic: 'batch',
  });
  await write('bat_afterwards');
  await stream.newsThat(({ batchId }) => batchId === 'bat_afterwards');
  await stream.stop();
});

test.each([
  ['is no place in the log', () => 'yesterday'],
  ['is ahead of this database', () => '999999999999999999'],
])('an id that %s brings everything anew', async (_name, id) => {
  const stream = await openNews(api, { 'last-event-id': id() });
  expect((await stream.next())?.event).toBe('reload');
  await write('bat_anew');
  await stream.newsThat(({ batchId }) => batchId === 'bat_anew');
  await stream.stop();
});

test('who has missed more than ten thousand rows reads everything anew', async () => {
  const id = writePosition(await presentPosition(api.db));
  const many = (rows: number) =>
    api.db.run(
      noRow,
      `insert into audit_logs (action, status, batch_id, actor)
       select 'batch.paused', 'INFO', 'bat_' || n, 'system' from generate_series(1, $1::int) n`,
      [rows],
    );
  await many(10_001);
  const far = await openNews(api, { 'last-event-id': id });
  expect((await far.next())?.event).toBe('reload');
  await far.stop();
  const nearer = writePosition(await presentPosition(api.db));
  await many(10_000);
  const near = await openNews(api, { 'last-event-id': nearer });
  expect((await near.next())?.event).toBe('news');
  await near.stop();
});
