import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from '../errors.ts';
import { tryLock } from '../lock.ts';
import { cacheDir } from '../paths.ts';
import { buildWithGo, TEMPORAL_CLI_VERSION } from './go-build.ts';
import { downloadWithSdk } from './sdk-download.ts';

/** How to look for the Temporal CLI. */
export interface LocateOptions {
  readonly progress: (text: string) => void;
  readonly environment?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The path of a Temporal CLI that can run a dev server: the one on PATH, else the cached one, else
 * one that is downloaded or built now, which two processes never do at once.
 * @throws StackError where none of these works.
 */
export async function locateTemporal(options: LocateOptions): Promise<string> {
  const environment = options.environment ?? process.env;
  const onPath = await findOnPath('temporal', environment);
  if (onPath !== undefined) return onPath;
  const cached = path.join(cacheDir(environment), 'temporal', TEMPORAL_CLI_VERSION, 'temporal');
  if (await isExecutable(cached)) return cached;
  await obtain(cached, environment, options);
  return cached;
}

async function obtain(
  target: string,
  environment: NodeJS.ProcessEnv,
  { progress, signal }: LocateOptions,
): Promise<void> {
  const startedAtMs = Date.now();
  for (let told = 0; ; told += 1) {
    const { lock, holder } = tryLock(`${target}.lock`);
    if (lock === undefined) {
      const seconds = Math.round((Date.now() - startedAtMs) / 1000);
      if (told % 10 === 0) {
        progress(
          `process ${holder.pid} is obtaining Temporal; waiting for it, ${seconds} s so far`,
        );
      }
      await sleep(500, undefined, signal && { signal });
      continue;
    }
    try {
      if (await isExecutable(target)) return;
      progress('downloading Temporal');
      if (await downloadWithSdk(target, environment, signal)) return;
      if ((await findOnPath('go', environment)) === undefined) throw noneObtainable();
      return await buildWithGo({ target, environment, progress, signal });
    } finally {
      lock.release();
    }
  }
}

function noneObtainable(): StackError {
  return new StackError(
    'No Temporal server: none on PATH, none could be downloaded, and Go is not installed to build one.',
    'Put a `temporal` binary (docs.temporal.io/cli) on PATH, or install Go, or set TEMPORAL_ADDRESS to a Temporal server.',
  );
}

async function findOnPath(
  name: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  for (const dir of (environment['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(dir, name);
    if (dir !== '' && (await isExecutable(file))) return file;
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
