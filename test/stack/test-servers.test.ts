import postgres from 'postgres';
import { describe, expect, inject, it } from 'vitest';
import { temporalAnswers } from '../../stack/temporal/client.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { createTestNamespace } from '../support/test-namespace.ts';

async function tablesOf(databaseUrl: string): Promise<string[]> {
  const sql = postgres(databaseUrl, { max: 1 });
  try {
    const rows = await sql`select tablename from pg_tables where schemaname = 'public'`;
    return rows.map(({ tablename }) => String(tablename));
  } finally {
    await sql.end();
  }
}

describe('the servers that tests share', () => {
  it('gives each caller a migrated database of its own', async () => {
    const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    expect(first.databaseUrl).not.toBe(second.databaseUrl);
    expect(await tablesOf(first.databaseUrl)).toContain('payments');
    await first.drop();
    await expect(tablesOf(first.databaseUrl)).rejects.toThrow(/does not exist/);
    expect(await tablesOf(second.databaseUrl)).toContain('payments');
    await second.drop();
  });

  it('gives each caller a Temporal namespace that answers at once', async () => {
    const namespace = await createTestNamespace();
    expect(await temporalAnswers(inject('servers').temporalAddress, namespace)).toBe(true);
  });
});
