import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cacheDir } from '../../stack/paths.ts';
import { freePort } from '../../stack/ports.ts';

/** The newest that its module gives; it carries Stripe's OpenAPI of its day. */
export const STRIPE_MOCK_VERSION = 'v0.203.0';

const READY_WITHIN_MS = 30_000;

/** Stripe's own mock, listening on this machine; or why it cannot be had here. */
export type StripeMock =
  { kind: 'running'; url: string; close(): Promise<void> } | { kind: 'missing'; reason: string };

/**
 * Starts stripe-mock, which checks requests against Stripe's OpenAPI; built once with Go into the
 * cache. Where it cannot be had it says so on the console, and the caller skips.
 */
export async function startStripeMock(): Promise<StripeMock> {
  const binary = path.join(cacheDir(), `stripe-mock-${STRIPE_MOCK_VERSION}`, 'stripe-mock');
  const reason = existsSync(binary) ? null : await build(binary);
  if (reason !== null) {
    console.warn(`SKIPPED: stripe-mock ${STRIPE_MOCK_VERSION} cannot be had here: ${reason}`);
    return { kind: 'missing', reason };
  }
  return run(binary);
}

/** Null once it is built, else why not. */
async function build(binary: string): Promise<string | null> {
  const dir = path.dirname(binary);
  await mkdir(dir, { recursive: true });
  const workDir = await mkdtemp(path.join(dir, 'build-'));
  try {
    const module = `github.com/stripe/stripe-mock@${STRIPE_MOCK_VERSION}`;
    const { error, status, stderr } = spawnSync('go', ['install', module], {
      cwd: workDir,
      env: { ...process.env, GOBIN: workDir },
      encoding: 'utf8',
      timeout: 600_000,
    });
    if (error) return `Go could not be run (${error.message})`;
    if (status !== 0) return `Go could not build it (${stderr.trim().split('\n').at(-1) ?? ''})`;
    await rename(path.join(workDir, 'stripe-mock'), binary);
    return null;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function run(binary: string): Promise<StripeMock> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(binary, ['-http-addr', new URL(url).host], { stdio: 'ignore' });
  const closed = once(child, 'close');
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill();
      throw new Error('stripe-mock was built, but does not answer');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const close = async () => {
    child.kill();
    await closed;
  };
  return { kind: 'running', url, close };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );
