import type { Command } from 'commander';
import { databaseUrlOf } from '../database.ts';
import { CliError, textOf } from '../errors.ts';
import { handle } from '../session.ts';

/** `bursar migrate`: brings the database to this version's schema. */
export function addMigrate(program: Command): void {
  const command = program
    .command('migrate')
    .description("bring the database to this version's schema; safe to run again and at once");
  handle(
    command,
    ['bursar migrate', 'DATABASE_URL=postgres://… bursar migrate'],
    async (session) => {
      const databaseUrl = databaseUrlOf(session);
      const startedAtMs = performance.now();
      const { migrateDatabase } = await import('../../db/migrate.ts');
      try {
        await migrateDatabase(databaseUrl);
      } catch (error) {
        throw new CliError('The database could not be migrated.', {
          why: [textOf(error instanceof Error ? (error.cause ?? error) : error)],
          next: ['bursar doctor', 'Check DATABASE_URL.'],
          code: 'migration_failed',
        });
      }
      const milliseconds = Math.round(performance.now() - startedAtMs);
      session.out.result(
        { migrated: true, milliseconds },
        () => `The database has this version's schema (${milliseconds} ms).`,
      );
    },
  );
}
