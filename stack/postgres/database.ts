import postgres from 'postgres';
import { errorText, StackError } from '../errors.ts';

/** The URL of one database of a server on this machine. */
export function localDatabaseUrl(
  role: string,
  password: string,
  port: number,
  name: string,
): string {
  return `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`;
}

/** The URL of another database of the same server. */
export function siblingDatabaseUrl(databaseUrl: string, name: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return url.toString();
}

/** Makes the database `name` where the server does not have it. */
export async function ensureDatabase(serverUrl: string, name: string): Promise<void> {
  const sql = postgres(serverUrl, { max: 1, onnotice: () => {} });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${name}`;
    if (found === undefined) await sql`create database ${sql(name)}`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/**
 * Checks that a database given by the environment answers.
 * @throws StackError that names its host, never its password.
 */
export async function requireDatabase(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await sql`select 1`;
  } catch (error) {
    throw new StackError(
      `Postgres at ${placeOf(databaseUrl)} (DATABASE_URL) does not answer: ${errorText(error)}`,
      'Check DATABASE_URL, or unset it and an embedded Postgres is started.',
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function placeOf(databaseUrl: string): string {
  try {
    const { host, pathname } = new URL(databaseUrl);
    return `${host}${pathname}`;
  } catch {
    return 'an unreadable address';
  }
}
