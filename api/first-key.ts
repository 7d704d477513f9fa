import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Db } from '../db/client.ts';
import { createFirstApiKey } from '../db/queries/api-keys.ts';
import { drawSecret, readSecret, type NewSecret } from './http/key-ring.ts';

/**
 * Makes the administrator's key where the database holds no key at all. With a file, the key is
 * written there first (mode 0600) and stored afterwards, so a crash between the two loses nothing:
 * the next start stores the key that the file holds. Without one it is printed once to stderr. Any
 * number of processes may call this at once; one key is made.
 */
export async function ensureFirstKey(db: Db, file: string | undefined): Promise<void> {
  if (file === undefined) {
    const drawn = drawSecret();
    const made = await createFirstApiKey(db, drawn.prefix, drawn.secretHash);
    if (made)
      process.stderr.write(`The administrator's API key, shown this once: ${drawn.secret}\n`);
    return;
  }
  const { secret, wasThere } = await keyInFile(file);
  const works = await createFirstApiKey(db, secret.prefix, secret.secretHash);
  // Another process made the key elsewhere: a file with a key that opens nothing would mislead.
  if (!works && !wasThere) await rm(file, { force: true });
}

/** Reads the key that the file holds, or puts a new one there in one step. */
async function keyInFile(file: string): Promise<{ secret: NewSecret; wasThere: boolean }> {
  const held = await readKeyFile(file);
  if (held) return { secret: held, wasThere: true };
  const drawn = drawSecret();
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(draft, `${drawn.secret}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
    return { secret: drawn, wasThere: false };
  } catch (error) {
    const other = await readKeyFile(file);
    if (!other) throw error;
    return { secret: other, wasThere: true };
  } finally {
    await rm(draft, { force: true });
  }
}

async function readKeyFile(file: string): Promise<NewSecret | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return readSecret(text.trim());
}
