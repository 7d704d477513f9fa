import { spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import path from 'node:path';
import { errorText, StackError } from '../errors.ts';
import { projectRoot } from '../paths.ts';

/**
 * What `build/go.mod` pins: the newest Temporal CLI without replaced modules, and beside it a driver
 * of SQLite newer than its own. Under load the CLI's own leaves a cancelled query open, after which
 * the server answers every call with "interrupted (9)" (gitlab.com/cznic/sqlite issue 198 and merge
 * request 81; temporalio/temporal#9198).
 */
export const TEMPORAL_CLI_VERSION = 'v1.5.1-sqlite1.44.3';

const MODULE_DIR = path.join(projectRoot, 'stack', 'temporal', 'build');

const PROGRESS_EVERY_MS = 5_000;

/** What a build needs to know. */
export interface BuildOptions {
  /** Where the finished binary goes; appears there whole or not at all. */
  readonly target: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds the Temporal CLI with Go, once; 4 to 5 minutes on 2 cores.
 * @throws StackError with Go's own last line where the build fails.
 */
export async function buildWithGo(options: BuildOptions): Promise<void> {
  const { target, environment, progress, signal } = options;
  const dir = path.dirname(target);
  await mkdir(dir, { recursive: true });
  const workDir = await mkdtemp(path.join(dir, 'build-'));
  const startedAtMs = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAtMs) / 1000)} s`;
  const timer = setInterval(
    () => progress(`building Temporal ${TEMPORAL_CLI_VERSION} with Go, ${elapsed()} so far`),
    PROGRESS_EVERY_MS,
  );
  progress(`building Temporal ${TEMPORAL_CLI_VERSION} with Go; once, about 5 minutes`);
  try {
    await runGo(workDir, environment, signal);
    await chmod(path.join(workDir, 'temporal'), 0o755);
    await rename(path.join(workDir, 'temporal'), target);
    progress(`built Temporal ${TEMPORAL_CLI_VERSION} in ${elapsed()}`);
  } finally {
    clearInterval(timer);
    await rm(workDir, { recursive: true, force: true });
  }
}

async function runGo(
  workDir: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<void> {
  // In a folder of its own, so that Go can never change ours. A group of its own as well, so that
  // ending it ends the compilers it runs.
  for (const name of ['go.mod', 'go.sum']) {
    await copyFile(path.join(MODULE_DIR, name), path.join(workDir, name));
  }
  const child = spawn('go', ['build', '-o', 'temporal', 'github.com/temporalio/cli/cmd/temporal'], {
    cwd: workDir,
    env: { ...environment, GOWORK: 'off' },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const endGroup = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  };
  signal?.addEventListener('abort', endGroup, { once: true });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = `${output}${text}`.slice(-8_000);
  });
  try {
    const [code] = await once(child, 'close');
    signal?.throwIfAborted();
    if (code !== 0) throw buildFailure(output, `exit code ${code}`);
  } catch (error) {
    if (error instanceof StackError || signal?.aborted === true) throw error;
    throw buildFailure(output, errorText(error));
  } finally {
    signal?.removeEventListener('abort', endGroup);
  }
}

function buildFailure(output: string, reason: string): StackError {
  if (/no space left on device/i.test(output)) {
    return new StackError(
      'The disk is full: Temporal could not be built.',
      'Free about 4 GB, or set TEMPORAL_ADDRESS to a Temporal server, and start again.',
    );
  }
  const last = output.trim().split('\n').at(-1) ?? '';
  return new StackError(
    `Temporal could not be built with Go (${last === '' ? reason : last}).`,
    'Put a `temporal` binary on PATH, or set TEMPORAL_ADDRESS to a Temporal server.',
  );
}
