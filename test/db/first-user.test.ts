import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createFirstUser } from '../../db/queries/users.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let db: Db;
let processes: Db[];

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
  processes = Array.from({ length: 8 }, () => openDatabase(database.databaseUrl));
  await Promise.all(processes.map((each) => each.run(z.unknown(), 'select 1', [])));
});
afterAll(async () => {
  for (const each of [db, ...processes]) await each.close();
  await database.drop();
});

const storeBy = (process: Db) => {
  const id = newId('user');
  const person = { id, email: `${id}@example.com`, name: 'Ann', role: 'super_admin' as const };
  const secret = { identityId: newId('identity'), passwordHash: 'hash' };
  return createFirstUser(process, { ...person, ...secret }, SYSTEM);
};

test('of eight first super_admins that are stored at once by eight processes one is', async () => {
  const made = await Promise.all(processes.map((each) => storeBy(each)));
  expect(made.filter(Boolean)).toHaveLength(1);
  const [left] = await db.run(
    z.object({ users: z.bigint(), passwords: z.bigint(), rows: z.bigint() }),
    `select (select count(*) from users where role = 'super_admin') as users,
       (select count(*) from user_identities) as passwords,
       (select count(*) from audit_logs where action = 'user.created') as rows`,
    [],
  );
  expect(left).toEqual({ users: 1n, passwords: 1n, rows: 1n });
  expect(await Promise.all(processes.map((each) => storeBy(each)))).not.toContain(true);
});
