import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { readStackFile } from '../../stack/index.ts';
import type { Environment } from '../config.ts';
import { textOf } from '../errors.ts';

/** One thing that was looked at: how it is, and how to mend it where it is wrong. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  readonly fix: string | null;
}

/** What the checks look at. */
export interface Surroundings {
  readonly dataDir: string;
  readonly environment: Environment;
}

export const well = (name: string, found: string): Check => ({ name, ok: true, found, fix: null });
export const wrong = (name: string, found: string, fix: string): Check => ({
  name,
  ok: false,
  found,
  fix,
});

const FREE_MIN_MB = 500;

/** Whether there is room for a database and Temporal's own. */
export async function checkDisk({ dataDir }: Surroundings): Promise<Check> {
  for (let folder = dataDir; ; folder = path.dirname(folder)) {
    try {
      const { bavail, bsize } = await statfs(folder);
      const freeMb = Math.floor((bavail * bsize) / 1_048_576);
      const found = `${freeMb} MB free at ${folder}`;
      return freeMb >= FREE_MIN_MB
        ? well('disk', found)
        : wrong(
            'disk',
            found,
            `Free some space (${FREE_MIN_MB} MB are needed), or use --data DIR.`,
          );
    } catch (error) {
      if (folder === path.dirname(folder)) {
        return wrong('disk', textOf(error), 'Use a folder that can be read with --data DIR.');
      }
    }
  }
}

/** Whether a stack runs here and all its processes live. */
export async function checkStack({ dataDir }: Surroundings): Promise<Check> {
  const stack = readStackFile(dataDir);
  if (stack === undefined) {
    return well('stack', `none runs on ${dataDir}; start one with: npm run dev`);
  }
  try {
    const answer = await fetch(`${stack.apiUrl}/readyz`, { signal: AbortSignal.timeout(5_000) });
    if (answer.ok) return well('stack', `runs at ${stack.apiUrl}`);
    return wrong(
      'stack',
      `is at ${stack.apiUrl} but not ready: ${await answer.text()}`,
      `Read the logs in ${path.join(dataDir, 'logs')}, or end it and run: npm run dev`,
    );
  } catch {
    return wrong(
      'stack',
      `should be at ${stack.apiUrl} but does not answer`,
      'It has crashed. Start it again, its data is kept: npm run dev',
    );
  }
}
