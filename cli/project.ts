import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defaultDataDir } from '../stack/index.ts';

/** A file of the project, from its root; the same for sources and compiled code. */
export const projectFile = (...parts: readonly string[]): string =>
  path.join(path.dirname(defaultDataDir), ...parts);

/** The version of this program. */
export const version = (): string =>
  (JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as { version: string }).version;
