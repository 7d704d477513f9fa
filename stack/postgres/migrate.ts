import { errorText } from '../errors.ts';
import type { Secrets } from '../secrets.ts';
import { siblingDatabaseUrl } from './database.ts';

/** The addresses with which the processes of a stack reach one database, each as a user of its own. */
export interface DatabaseUrls {
  readonly api: string;
  readonly worker: string;
}

/** One address for all, where users of their own cannot be made. */
export const oneUserFor = (databaseUrl: string): DatabaseUrls => ({
  api: databaseUrl,
  worker: databaseUrl,
});

/** The same users in another database of their server. */
export function inDatabase(urls: DatabaseUrls, databaseUrl: string): DatabaseUrls {
  const name = new URL(databaseUrl).pathname.slice(1);
  return {
    api: siblingDatabaseUrl(urls.api, name),
    worker: siblingDatabaseUrl(urls.worker, name),
  };
}

/**
 * Makes the roles of the database and users of its own for each process, and migrates as the migrator.
 * Where the user of `databaseUrl` may not make roles it says so once and uses that one for all.
 */
export async function migrateAsRoles(
  databaseUrl: string,
  secrets: Secrets,
  progress: (text: string) => void,
): Promise<DatabaseUrls> {
  // Loaded when needed: most commands that import the stack never start one.
  const [{ migrateDatabase }, { makeRoles, RolesNotPermitted }, { loginName }] = await Promise.all([
    import('../../db/migrate.ts'),
    import('../../db/roles/roles.ts'),
    import('../../db/roles/logins.ts'),
  ]);
  const name = decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  const login = (group: 'bursar_api' | 'bursar_worker' | 'bursar_migrator', password: string) => ({
    group,
    password,
    name: loginName(group, name),
  });
  const api = login('bursar_api', secrets.apiDatabasePassword);
  const worker = login('bursar_worker', secrets.workerDatabasePassword);
  const migrator = login('bursar_migrator', secrets.migratorDatabasePassword);
  try {
    await makeRoles(databaseUrl, [api, worker, migrator]);
  } catch (error) {
    if (!(error instanceof RolesNotPermitted)) throw error;
    progress(`one database user for all processes: ${errorText(error)}`);
    await migrateDatabase(databaseUrl);
    return oneUserFor(databaseUrl);
  }
  await migrateDatabase(withUser(databaseUrl, migrator));
  return { api: withUser(databaseUrl, api), worker: withUser(databaseUrl, worker) };
}

/** The same database as another user. */
function withUser(databaseUrl: string, user: { name: string; password: string }): string {
  const url = new URL(databaseUrl);
  url.username = user.name;
  url.password = encodeURIComponent(user.password);
  return url.toString();
}
