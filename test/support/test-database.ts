import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { siblingDatabaseUrl } from '../../stack/postgres/database.ts';

/** A migrated database without rows that belongs to one test file or test. */
export interface TestDatabase {
  readonly databaseUrl: string;
  /** Removes it, ending whatever is still connected. */
  drop(): Promise<void>;
}

/** Makes a database by copying the run's migrated template; about 0.1 s. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { templateUrl } = inject('servers');
  const template = new URL(templateUrl).pathname.slice(1);
  const name = `test_${randomBytes(6).toString('hex')}`;
  const onServer = async (run: (sql: postgres.Sql) => Promise<unknown>): Promise<void> => {
    const sql = postgres(siblingDatabaseUrl(templateUrl, 'postgres'), {
      max: 1,
      onnotice: () => {},
    });
    try {
      await run(sql);
    } finally {
      await sql.end({ timeout: 5 });
    }
  };
  await onServer((sql) => sql`create database ${sql(name)} template ${sql(template)}`);
  return {
    databaseUrl: siblingDatabaseUrl(templateUrl, name),
    drop: () => onServer((sql) => sql`drop database if exists ${sql(name)} with (force)`),
  };
}
