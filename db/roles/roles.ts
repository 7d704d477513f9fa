import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { MIGRATION_LOCK } from '../migration-lock.ts';
import { loginStatements, type LoginUser } from './logins.ts';
import { FIX_FUNCTIONS, IS_UNDER_ROLES, RIGHTS_STATEMENTS, ROLE_STATEMENTS } from './sql.ts';

/** The user of the address may not make roles, or not hand this database over. */
export class RolesNotPermitted extends Error {
  constructor(cause: unknown) {
    super(
      `this database user may not set up roles: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
    this.name = 'RolesNotPermitted';
  }
}

const INSUFFICIENT_PRIVILEGE = '42501';
/** Roles belong to the whole server: set-ups of other databases may change the same rows at once. */
const RACES = new Set(['23505', '42710', '40P01', '40001']);
const TRIES_MAX = 12;

/**
 * Makes the group roles and `logins` where they are missing, and puts the database under them: what is
 * there already becomes the owner's. Safe to repeat, and for several databases of one server at once.
 * Throws `RolesNotPermitted` where the user of `databaseUrl` may not do that; nothing is changed then.
 */
export async function makeRoles(
  databaseUrl: string,
  logins: readonly LoginUser[] = [],
): Promise<void> {
  const connection = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  const statements = [...ROLE_STATEMENTS, ...logins.flatMap(loginStatements)];
  try {
    await connection`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await inOneTransaction(connection, statements);
  } catch (error) {
    throw codeOf(error) === INSUFFICIENT_PRIVILEGE ? new RolesNotPermitted(error) : error;
  } finally {
    await connection.end({ timeout: 5 });
  }
}

/** Whether the database is under the roles for the user of this connection. */
export async function isUnderRoles(connection: postgres.Sql): Promise<boolean> {
  const [row] = await connection.unsafe<{ under: boolean }[]>(IS_UNDER_ROLES);
  return row?.under === true;
}

/** Grants what the roles need in a migrated database and takes away everything else, in one step. */
export function grantRights(connection: postgres.Sql): Promise<void> {
  return inOneTransaction(connection, RIGHTS_STATEMENTS);
}

/** Fixes where functions of the product look names up, as far as the user owns them. */
export async function fixFunctions(connection: postgres.Sql): Promise<void> {
  await connection.unsafe(FIX_FUNCTIONS);
}

async function inOneTransaction(
  connection: postgres.Sql,
  statements: readonly string[],
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await connection.begin(async (tx) => {
        for (const statement of statements) await tx.unsafe(statement);
      });
      return;
    } catch (error) {
      if (!isRace(error) || tries === TRIES_MAX) throw error;
      await sleep(25 * tries * Math.random());
    }
  }
}

const codeOf = (error: unknown): unknown => Reflect.get(Object(error), 'code');

const isRace = (error: unknown): boolean =>
  RACES.has(String(codeOf(error))) || /tuple concurrently/.test(String(error));
