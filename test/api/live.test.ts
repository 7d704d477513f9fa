import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { noRow } from '../../db/rows.ts';
import { STREAMS_PER_CALLER } from '../../api/live/streams.ts';
import { addPayable } from './support/data.ts';
import { openNews, readEvents } from './support/event-reader.ts';
import { count, makeKey, useTestApi } from './support/test-api.ts';

const stopping = new AbortController();
const api = useTestApi({ stopping: stopping.signal });

afterEach(() => {
  vi.useRealTimers();
});

const asKey = (secret: string) => ({ authorization: `Bearer ${secret}` });

/** Connections that wait for notices. */
const listening = () =>
  count(
    api.db,
    `select count(*) as n from pg_stat_activity where datname = current_database() and query ilike 'listen%'`,
  );

/** Writes audit rows in one transaction. */
const write = (action: string, batchId: string, payments: number): Promise<unknown> =>
  api.db.run(
    noRow,
    `insert into audit_logs (action, status, batch_id, payment_id, actor)
     select $1, 'INFO', $2, 'pay_' || n, 'system' from generate_series(1, $3::int) n`,
    [action, batchId, payments],
  );

test('what a call changes is told, by its topic and the id of what it is about', async () => {
  const stream = await openNews(api);
  const affiliateId = await addPayable(api);
  expect(await stream.newsThat(({ topic }) => topic === 'payable')).toMatchObject({
    topic: 'payable',
  });
  const made = await api.post('/batches', { affiliateIds: [affiliateId] });
  const batchId = String(made.at('batch.id'));
  const news = await stream.newsThat(({ topic }) => topic === 'batch');
  expect(news).toEqual({ topic: 'batch', batchId, action: news.action, id: news.id });
  expect(news.action).toMatch(/^(?:batch|payment)\./);
  await stream.stop();
});

test('a stream begins with what the caller may hear of, and tells nothing else', async () => {
  const viewer = await openNews(api, asKey(api.keys.viewer.secret));
  const auditor = await openNews(api, asKey(api.keys.admin.secret));
  const topicsOf = (data = '{}') =>
    z.object({ topics: z.array(z.string()) }).parse(JSON.parse(data)).topics;
  expect(topicsOf(viewer.hello.data)).not.toContain('audit');
  expect(topicsOf(auditor.hello.data)).toEqual(expect.arrayContaining(['audit', 'risk', 'people']));
  expect(topicsOf(auditor.hello.data)).not.toContain('key');
  for (const action of ['permission.denied', 'risk.raised', 'user.changed', 'api_key.changed'])
    await write(action, 'bat_secret', 1);
  await write('batch.paused', 'bat_open', 1);
  const heardBy = async (stream: typeof viewer) => {
    const heard: string[] = [];
    await stream.newsThat(
      ({ topic, action }) => heard.push(topic) > 0 && action === 'batch.paused',
    );
    return heard.toSorted();
  };
  expect(await heardBy(viewer)).toEqual(['batch']);
  expect(await heardBy(auditor)).toEqual(['audit', 'batch', 'people', 'risk']);
  await Promise.all([viewer.stop(), auditor.stop()]);
});

test('a thousand payments of one batch that change at once are one event', async () => {
  const stream = await openNews(api);
  await write('payment.submitted', 'bat_large', 1_000);
  await write('payment.completed', 'bat_one', 1);
  const first = await stream.newsThat(({ topic }) => topic === 'batch');
  const second = await stream.newsThat(({ topic }) => topic === 'batch');
  expect([first, second]).toEqual([
    { topic: 'batch', batchId: 'bat_large', action: 'payment.submitted', id: first.id },
    {
      topic: 'batch',
      batchId: 'bat_one',
      paymentId: 'pay_1',
      action: 'payment.completed',
      id: second.id,
    },
  ]);
  await stream.stop();
});

test('one connection hears for all streams, and none is held while nobody watches', async () => {
  await expect.poll(listening).toBe(0);
  const streams = await Promise.all([openNews(api), openNews(api), openNews(api)]);
  // One that hears of news, and of its own calls.
  expect(await listening()).toBe(1);
  await Promise.all(streams.map((stream) => stream.stop()));
  await expect.poll(listening).toBe(0);
});

test('a stream says now and then that it lives, and from where to go on', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const stream = await openNews(api);
  vi.advanceTimersByTime(15_000);
  const beat = await stream.block();
  expect(beat).toEqual({ '': 'alive', id: expect.stringMatching(/^\d/) });
  await stream.stop();
});

test('a caller has at most ten streams; one that ends makes room for another', async () => {
  const { secret } = await makeKey(api.db, 'viewer');
  const open = () => openNews(api, asKey(secret));
  const streams = await Promise.all(Array.from({ length: STREAMS_PER_CALLER }, open));
  const refused = await api.get('/live', { as: null, headers: asKey(secret) });
  expect([refused.status, refused.at('error.code')]).toEqual([429, 'rate_limited']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const other = await openNews(api);
  await streams[0]?.stop();
  const another = await open();
  for (const stream of [...streams.slice(1), other, another]) await stream.stop();
});

test('who asks for the headers alone opens no stream', async () => {
  const { secret } = await makeKey(api.db, 'viewer');
  for (let n = 0; n <= STREAMS_PER_CALLER; n += 1) {
    const answer = await api.call('HEAD', '/api/disbursement/live', {
      as: null,
      headers: asKey(secret),
    });
    expect(answer.status).toBe(200);
  }
  await (await openNews(api, asKey(secret))).stop();
});

test('over HTTP nothing holds events back, and who hangs up is forgotten', async () => {
  const server = serve({ fetch: api.app.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/api/disbursement/live`;
  const abort = new AbortController();
  const answer = await fetch(url, {
    headers: asKey(api.keys.viewer.secret),
    signal: abort.signal,
  });
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/event-stream',
    'x-accel-buffering': 'no',
    'cache-control': 'no-store',
  });
  const stream = readEvents(answer.body);
  expect(await stream.block()).toMatchObject({ retry: '2000', event: 'hello' });
  await write('batch.paused', 'bat_http', 1);
  expect(await stream.newsThat(({ batchId }) => batchId === 'bat_http')).toMatchObject({
    topic: 'batch',
  });
  abort.abort();
  await expect.poll(listening).toBe(0);
  server.close();
});

// The last one: afterwards this API takes no more streams.
test('streams end when the process stops, and no more are begun', async () => {
  const stream = await openNews(api);
  stopping.abort();
  expect(await stream.rest()).toEqual([]);
  const refused = await api.get('/live');
  expect([refused.status, refused.at('error.code')]).toEqual([503, 'unavailable']);
});
