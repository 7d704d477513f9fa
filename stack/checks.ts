import { constants, existsSync } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import path from 'node:path';
import { errorText, isDiskFull, StackError } from './errors.ts';

const FREE_MIN_BYTES = 500 * 1024 * 1024;

/**
 * Makes the data folder and checks that it can be used.
 * @throws StackError where it cannot be written, or less than 500 MB are free.
 */
export async function prepareDataDir(dataDir: string): Promise<void> {
  try {
    // As root, Postgres runs as a user of its own, who must pass through to its folder.
    await makeFolder(path.resolve(dataDir), process.getuid?.() === 0 ? 0o711 : 0o700);
    await access(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    if (isDiskFull(error)) throw diskFull(dataDir, 0);
    throw new StackError(
      `The data folder ${dataDir} cannot be written (${errorText(error)}).`,
      'Give another folder with --data, or make this one writable.',
    );
  }
  const { bavail, bsize } = await statfs(dataDir);
  if (bavail * bsize < FREE_MIN_BYTES) throw diskFull(dataDir, bavail * bsize);
}

/** Folder by folder: Node's own recursive way never ends where the system refuses with ENOENT. */
async function makeFolder(folder: string, mode: number): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolder(path.dirname(folder), mode);
  await mkdir(folder, { mode });
}

function diskFull(dataDir: string, freeBytes: number): StackError {
  const megabytes = Math.floor(freeBytes / (1024 * 1024));
  return new StackError(
    `The disk of ${dataDir} is full: ${megabytes} MB free, at least 500 MB are needed.`,
    'Free some space, or give a folder on another disk with --data.',
  );
}
