import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { insertPayable } from '../support/rows.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { bursarOn, expectExit, jsonOf } from './bursar.ts';

let stack: TestStack;
let db: Db;

beforeAll(async () => {
  stack = await startTestStack({ workers: 0 });
  db = openDatabase(stack.databaseUrl);
});
afterAll(async () => {
  await db?.close();
  await stack?.stop();
});

test('a failed mail is found and sent again', async () => {
  const { payeeId } = await insertPayable(db);
  const id = newId('mail');
  await db.run(
    z.unknown(),
    `insert into payee_mails (id, payee_id, event, subject, data, status, error)
     values ($1, $2, 'paid', $1, '{}', 'FAILED', 'no such box')`,
    [id, payeeId],
  );
  const run = bursarOn(stack);
  const listed = await run('mail', 'list', '--status', 'failed', '--affiliate', payeeId);
  expectExit(listed, 0);
  expect(listed.stdout).toContain(id);
  expect(listed.stdout).toContain('p***@example.test');
  expect(listed.stdout).toContain('no such box');
  const again = await run('mail', 'retry', id, '--json');
  expectExit(again, 0);
  expect(jsonOf(again)).toMatchObject({ mail: { id, status: 'PENDING' } });
  expectExit(await run('mail', 'retry', id), 1);
  const none = await run('mail', 'list', '--status', 'failed', '--event', 'paid');
  expect(none.stdout).toContain('No mails.');
});
