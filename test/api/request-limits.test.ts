import { expect, test } from 'vitest';
import { z } from 'zod';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi({
  network: {
    limits: {
      requests: { points: 20, seconds: 60 },
      badCredentials: { points: 5, seconds: 60 },
    },
  },
});

const HOME = '192.0.2.1';

const audited = (action: string, actor: string) =>
  count(api.db, 'select count(*) as n from audit_logs where action = $1 and actor = $2', [
    action,
    actor,
  ]);

test('one caller is told to wait after the limit, others go on, and it is written down once', async () => {
  const first = await api.get('/batches', { as: 'viewer', from: HOME });
  expect([first.headers.get('ratelimit-limit'), first.headers.get('ratelimit-remaining')]).toEqual([
    '20',
    '19',
  ]);
  const statuses = await Promise.all(
    Array.from({ length: 29 }, async () => (await api.get('/batches', { as: 'viewer' })).status),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(19);
  const refused = await api.get('/batches', { as: 'viewer', from: HOME });
  expect([refused.status, refused.at('error.code')]).toEqual([429, 'rate_limited']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  expect(refused.headers.get('ratelimit-remaining')).toBe('0');
  expect((await api.get('/batches', { as: 'operator' })).status).toBe(200);
  expect(await audited('rate.limited', `key:${api.keys.viewer.id}`)).toBe(1);
});

test('keys that do not work are counted by address; a working one from there is served', async () => {
  const secret = `bur_abcdefgh_${'A'.repeat(43)}`;
  const guess = (from: string) =>
    api.get('/batches', { as: null, from, headers: { authorization: `Bearer ${secret}` } });
  const statuses: number[] = [];
  for (let n = 0; n < 8; n += 1) statuses.push((await guess(HOME)).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  expect((await guess('192.0.2.2')).status).toBe(401);
  expect((await api.get('/batches', { as: 'operator', from: HOME })).status).toBe(200);
  const rows = await api.db.run(
    z.object({ actor: z.string(), details: z.unknown() }),
    `select actor, details from audit_logs where action = 'api_key.rejected' and ip_address = '${HOME}' order by id`,
  );
  expect(rows).toMatchObject([
    { actor: 'anonymous', details: { prefix: 'abcdefgh', count: 1 } },
    { actor: 'anonymous', details: { prefix: 'abcdefgh', count: 4 } },
  ]);
  expect(JSON.stringify(rows)).not.toContain('AAAA');
});

test('who sends no credentials is counted too, and no rejected key is written down', async () => {
  const from = '192.0.2.3';
  const statuses: number[] = [];
  for (let n = 0; n < 6; n += 1) {
    statuses.push((await api.get('/batches', { as: null, from })).status);
  }
  expect(statuses.at(-1)).toBe(429);
  expect(
    await count(api.db, 'select count(*) as n from audit_logs where ip_address = $1', [from]),
  ).toBe(0);
});
