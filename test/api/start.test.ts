import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ensureFirstKey } from '../../api/first-key.ts';
import { openDatabase } from '../../db/client.ts';
import { runTypeScript } from '../support/program.ts';
import { temporaryDir } from '../support/temp-dir.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { count } from './support/test-api.ts';

const KEY = /^bur_[a-z0-9]{8}_[A-Za-z0-9_-]{43}\n$/;

async function emptyDatabase() {
  const database = await createTestDatabase();
  const db = openDatabase(database.databaseUrl);
  return { db, database, close: () => db.close().then(() => database.drop()) };
}

const keyCount = 'select count(*) as n from api_keys';

test('many processes that start at once make one key, and the file holds the one that works', async () => {
  const { db, close } = await emptyDatabase();
  const file = path.join(temporaryDir(), 'keys', 'admin.key');
  await Promise.all(Array.from({ length: 10 }, () => ensureFirstKey(db, file)));
  expect(await count(db, keyCount)).toBe(1);
  expect(readFileSync(file, 'utf8')).toMatch(KEY);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await close();
});

test('a crash after the file was written and before the key was stored loses nothing', async () => {
  const first = await emptyDatabase();
  const file = path.join(temporaryDir(), 'admin.key');
  await ensureFirstKey(first.db, file);
  const written = readFileSync(file, 'utf8');
  const second = await emptyDatabase();
  await ensureFirstKey(second.db, file);
  expect(readFileSync(file, 'utf8')).toBe(written);
  expect(await count(second.db, keyCount)).toBe(1);
  await Promise.all([first.close(), second.close()]);
});

test('where keys are there already no file is left that opens nothing', async () => {
  const { db, close } = await emptyDatabase();
  const dir = temporaryDir();
  await ensureFirstKey(db, path.join(dir, 'one.key'));
  await ensureFirstKey(db, path.join(dir, 'two.key'));
  expect(() => statSync(path.join(dir, 'two.key'))).toThrow('ENOENT');
  expect(await count(db, keyCount)).toBe(1);
  await close();
});

test('the process starts without Temporal, says so when it is ready, and stops on SIGTERM', async () => {
  const { database, close } = await emptyDatabase();
  const program = runTypeScript('api/main.ts', [], {
    ...process.env,
    DATABASE_URL: database.databaseUrl,
    BURSAR_FIELD_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    BURSAR_AUTH_SECRET: randomBytes(32).toString('base64'),
    TEMPORAL_ADDRESS: '127.0.0.1:9',
    BURSAR_API_PORT: '0',
    BURSAR_ADMIN_KEY_FILE: path.join(temporaryDir(), 'admin.key'),
  });
  const [, port] = await program.waitFor(/"port":(\d+).*"msg":"api ready"/);
  const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    503,
    expect.objectContaining({ missing: ['temporal', 'worker'] }),
  ]);
  program.child.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  await close();
});

test('a wrong environment ends the process with plain lines', async () => {
  const program = runTypeScript('api/main.ts', [], { PATH: process.env['PATH'] });
  expect(await program.ended).toBe(1);
  expect(program.output()).toMatch(
    /cannot start with this environment:\n {2}DATABASE_URL: .*\n {2}TEMPORAL_ADDRESS: /,
  );
});
