import type { Command } from 'commander';
import { databaseUrlOf } from '../database.ts';
import { CliError, textOf } from '../errors.ts';
import { handle, type Session } from '../session.ts';
import { databaseUsers } from '../database-users.ts';

interface Options {
  roles?: true;
  print?: true;
}

/** `bursar migrate`: brings the database to this version's schema, and where asked under its roles. */
export function addMigrate(program: Command): void {
  const command = program
    .command('migrate')
    .description("bring the database to this version's schema; safe to run again and at once")
    .option('--roles', 'make the roles of the database, and the users whose passwords are given')
    .option('--print', 'print the SQL of --roles instead of running it');
  const examples = [
    'bursar migrate',
    'DATABASE_URL=postgres://… bursar migrate --roles',
    'bursar migrate --roles --print | psql …',
  ];
  handle<Options>(command, examples, async (session, options) => {
    if (options.print === true) {
      const { rolesScript } = await import('../../db/roles/script.ts');
      const sql = rolesScript();
      session.out.result({ sql }, () => sql);
      return;
    }
    const databaseUrl = databaseUrlOf(session);
    const startedAtMs = performance.now();
    const users = options.roles === true ? await makeRolesOf(session, databaseUrl) : null;
    await migrate(databaseUrl);
    const milliseconds = Math.round(performance.now() - startedAtMs);
    session.out.result({ migrated: true, milliseconds, ...(users && { users }) }, () =>
      [
        `The database has this version's schema (${milliseconds} ms).`,
        ...(users ? [usersLine(users)] : []),
      ].join('\n'),
    );
  });
}

async function migrate(databaseUrl: string): Promise<void> {
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
}

/** Answers the names of the users that were made. */
async function makeRolesOf(session: Session, databaseUrl: string): Promise<string[]> {
  const { makeRoles } = await import('../../db/roles/roles.ts');
  const users = await databaseUsers(session.environment.all, databaseUrl);
  try {
    await makeRoles(databaseUrl, users);
  } catch (error) {
    throw new CliError('The roles of the database could not be made.', {
      why: [textOf(error)],
      next: [
        'Run it as a user that may make roles and owns the database.',
        'Or migrate, and let an administrator run: bursar migrate --roles --print | psql …',
      ],
      code: 'roles_not_made',
    });
  }
  return users.map(({ name }) => name);
}

const usersLine = (users: readonly string[]): string =>
  users.length === 0
    ? 'It is under its roles; no password of a user was given (docs/deployment.md).'
    : `It is under its roles; users: ${users.join(', ')}.`;
