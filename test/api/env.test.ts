import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { EnvError, readEnv } from '../../api/env.ts';
import { NOTHING_INTERNAL } from '../../domain/target.ts';

const NEEDED = {
  DATABASE_URL: 'postgres://user:hunter2@localhost/bursar',
  TEMPORAL_ADDRESS: 'localhost:7233',
  BURSAR_API_PORT: '8080',
  BURSAR_FIELD_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  BURSAR_AUTH_SECRET: randomBytes(32).toString('base64'),
};

test('what is left out has its default', () => {
  expect(readEnv({ ...NEEDED, LOG_LEVEL: '' })).toMatchObject({
    TEMPORAL_NAMESPACE: 'default',
    BURSAR_API_HOST: '127.0.0.1',
    BURSAR_APPROVALS_REQUIRED: 0,
    BURSAR_DEFAULT_PROVIDER: 'mock',
    LOG_LEVEL: 'info',
  });
});

test('nothing internal may be told of events unless the environment says so', () => {
  const allowedBy = (text?: string) =>
    readEnv({ ...NEEDED, BURSAR_OUTGOING_ALLOW: text }).BURSAR_OUTGOING_ALLOW;
  for (const text of [undefined, '']) expect(allowedBy(text)).toEqual(NOTHING_INTERNAL);
  expect(allowedBy('localhost,10.0.0.0/8')).toMatchObject({ hosts: new Set(['localhost']) });
  expect(() => allowedBy('10.0.0.0/99')).toThrow(/BURSAR_OUTGOING_ALLOW: each part is a host name/);
});

test('everything wrong is named at once, a line each, without values', () => {
  const wrong = {
    DATABASE_URL: 'mysql://user:hunter2@localhost/bursar',
    BURSAR_API_PORT: '99999',
    BURSAR_FIELD_KEYS: 'k1:hunter2',
    BURSAR_MOCK_URL: 'http://localhost:1',
  };
  const read = () => readEnv(wrong);
  expect(read).toThrow(EnvError);
  const lines = (() => {
    try {
      read();
      return [];
    } catch (error) {
      return String(error).split('\n').slice(1);
    }
  })();
  expect(lines.map((line) => line.trim().split(':')[0])).toEqual([
    'DATABASE_URL',
    'TEMPORAL_ADDRESS',
    'BURSAR_API_PORT',
    'BURSAR_FIELD_KEYS',
    'BURSAR_AUTH_SECRET',
    'BURSAR_MOCK_API_KEY',
    'BURSAR_MOCK_WEBHOOK_SECRET',
  ]);
  expect(lines.join()).not.toContain('hunter2');
});
