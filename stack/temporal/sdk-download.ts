import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { nodeArguments } from '../paths.ts';

const TIMEOUT_MS = 20_000;

/**
 * Fetches the Temporal CLI with the SDK's own downloader; false where that does not succeed within
 * 20 s, as on a machine without access to the internet. The download runs in a process of its own:
 * once begun it cannot be cancelled from within.
 */
export async function downloadWithSdk(
  target: string,
  environment: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<boolean> {
  const dir = path.dirname(target);
  await mkdir(dir, { recursive: true });
  const workDir = await mkdtemp(path.join(dir, 'download-'));
  try {
    const child = spawn(
      process.execPath,
      [...nodeArguments('stack/temporal/sdk-download-main'), workDir],
      {
        stdio: 'ignore',
        env: environment,
        timeout: TIMEOUT_MS,
        killSignal: 'SIGKILL',
        ...(signal && { signal }),
      },
    );
    const [code] = await once(child, 'exit').catch(() => [1]);
    signal?.throwIfAborted();
    if (code !== 0) return false;
    const fetched = (await readdir(workDir)).find((name) => name.startsWith('temporal'));
    if (fetched === undefined) return false;
    await chmod(path.join(workDir, fetched), 0o755);
    await rename(path.join(workDir, fetched), target);
    return true;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}
