import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { AppRole } from './privileges.ts';
import { NO_POWERS, SEARCH_PATH } from './sql.ts';

/** A user that signs in to the database, and the group whose rights it has. */
export interface LoginUser {
  readonly name: string;
  readonly group: AppRole | 'bursar_migrator';
  readonly password: string;
}

const NAME = /^[a-z_][a-z0-9_]{0,62}$/;
const ITERATIONS = 4_096;

/** The name of a group's user in one database: users belong to the whole server, which may have several. */
export function loginName(group: LoginUser['group'], databaseName: string): string {
  const plain = databaseName.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');
  const role = group.slice('bursar_'.length);
  return `${/^[a-z_]/.test(plain) ? '' : '_'}${plain.slice(0, 40)}_${role}_login`;
}

/**
 * The statements that make a user or give it this password. The server gets a hash, so that the
 * password stands in none of its logs. Throws `RangeError` where the name is not plain.
 */
export function loginStatements({ name, group, password }: LoginUser): readonly string[] {
  if (!NAME.test(name)) throw new RangeError('the name of a database user is not plain');
  const make = `do $$ begin
  if not exists (select from pg_roles where rolname = '${name}') then
    create role ${name} login ${NO_POWERS};
  end if;
exception when duplicate_object or unique_violation then null;
end $$`;
  const join = `do $$ begin
  if not pg_has_role('${name}', '${group}', 'usage') then grant ${group} to ${name}; end if;
end $$`;
  return [
    make,
    join,
    `alter role ${name} password '${scramVerifier(password)}'`,
    `alter role ${name} set search_path = ${SEARCH_PATH}`,
  ];
}

/** What Postgres itself would keep of a password (RFC 5802, 7677). */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ITERATIONS, 32, 'sha256');
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  const server = keyed('Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${server}`;
}
