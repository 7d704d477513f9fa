import { Writable } from 'node:stream';
import { Hono } from 'hono';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { AppEnv } from '../../api/http/context.ts';
import { requestLog } from '../../api/http/request-log.ts';
import { openDatabase } from '../../db/client.ts';
import { makeMetrics } from '../../api/metrics.ts';

/** Nothing of it is asked: figures are only collected. */
const metrics = makeMetrics(openDatabase('postgres://nobody@127.0.0.1:9/none'), {
  askTemporal: () => Promise.resolve({ server: false, worker: false }),
  streamsOpen: () => 0,
});

/** The line of one call that sends secrets wherever a call can. */
async function lineOf(actor: string | null): Promise<Record<string, unknown>> {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set('log', pino(sink));
    Reflect.apply(c.set, c, ['deps', { metrics }]);
    if (actor !== null) {
      c.set('caller', {
        kind: 'user',
        id: 'usr_1',
        name: 'Ann Secret',
        actor,
        role: 'viewer',
        scopes: null,
        cidrs: ['10.1.2.0/24'],
        sessionId: 'session-secret',
        authenticatedAt: new Date(),
      });
    }
    await next();
  });
  app.use(requestLog);
  app.post('/things/:id', (c) => c.json({}));
  await app.request('/things/7?q=secret', {
    method: 'POST',
    headers: { cookie: 'a=secret', authorization: 'Bearer secret' },
    body: 'secret',
  });
  expect(lines).toHaveLength(1);
  return z.record(z.string(), z.unknown()).parse(JSON.parse(lines[0] ?? ''));
}

test('the line of a request says who called, and nothing else of them', async () => {
  const line = await lineOf('user:usr_1');
  expect(line).toMatchObject({ actor: 'user:usr_1', path: '/things/7', status: 200 });
  expect(JSON.stringify(line)).not.toMatch(/secret|10\.1\.2/i);
});

test('who has not proved who they are is nobody in the line', async () => {
  expect((await lineOf(null))['actor']).toBe(null);
});
