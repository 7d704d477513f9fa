import { readFile } from 'node:fs/promises';
import type { LoginUser } from '../db/roles/logins.ts';
import { CliError } from './errors.ts';

const GROUPS = ['bursar_api', 'bursar_worker', 'bursar_migrator', 'bursar_report'] as const;
const PASSWORD_CHARACTERS_MIN = 20;

/**
 * The users of the database that the environment has passwords for: `BURSAR_API_DATABASE_PASSWORD` and
 * its like for `WORKER`, `MIGRATOR` and `REPORT`, or each as a file by its name and `_FILE`.
 * @throws CliError where one is too short to be random, or its file cannot be read.
 */
export async function databaseUsers(
  variables: NodeJS.ProcessEnv,
  databaseUrl: string,
): Promise<LoginUser[]> {
  const { loginName } = await import('../db/roles/logins.ts');
  const database = decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  const users: LoginUser[] = [];
  for (const group of GROUPS) {
    const variable = `${group.toUpperCase()}_DATABASE_PASSWORD`;
    const password = await passwordOf(variables, variable);
    if (password === undefined) continue;
    if (password.length < PASSWORD_CHARACTERS_MIN) {
      throw new CliError(`${variable} is too short.`, {
        next: ['openssl rand -hex 24'],
        code: 'weak_secret',
      });
    }
    users.push({ group, password, name: loginName(group, database) });
  }
  return users;
}

async function passwordOf(
  variables: NodeJS.ProcessEnv,
  variable: string,
): Promise<string | undefined> {
  const file = variables[`${variable}_FILE`];
  if (!file) return variables[variable] || undefined;
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new CliError(`${variable}_FILE cannot be read.`, {
      next: [`Check that ${variable}_FILE names a file of this machine.`],
      code: 'unreadable_file',
      cause: error,
    });
  }
}
