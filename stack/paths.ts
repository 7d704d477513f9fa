import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const extension = path.extname(fileURLToPath(import.meta.url));

/** The folder that holds the code: the project, or `dist` where the compiled files run. */
const codeRoot = path.dirname(here);

/** The project's folder: the one with package.json. */
export const projectRoot = existsSync(path.join(codeRoot, 'package.json'))
  ? codeRoot
  : path.dirname(codeRoot);

/** Where the stack keeps its data unless told otherwise. */
export const defaultDataDir = path.join(projectRoot, '.bursar');

/**
 * Arguments for node that run one of our programs, `name` being its path without extension, such as
 * `api/main`: the sources through tsx, or the compiled file where this file is itself compiled.
 */
export function nodeArguments(name: string): string[] {
  const file = path.join(codeRoot, `${name}${extension}`);
  if (extension !== '.ts') return [file];
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return ['--import', pathToFileURL(tsx).href, file];
}

/** The folder for large things that outlive a checkout, such as Temporal's binary. */
export function cacheDir(environment: NodeJS.ProcessEnv = process.env): string {
  const home = environment['HOME'] ?? environment['USERPROFILE'] ?? '.';
  const fallback =
    process.platform === 'darwin'
      ? path.join(home, 'Library', 'Caches')
      : path.join(home, '.cache');
  return path.join(environment['XDG_CACHE_HOME'] || fallback, 'bursar');
}
