import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './errors.ts';

/** Random values that belong to one data folder; they stay the same from start to start. */
export interface Secrets {
  readonly postgresPassword: string;
  /** The key with which the adapter `mock` calls the simulator. */
  readonly mockApiKey: string;
  /** Signs the simulator's webhooks, in the form of Standard Webhooks. */
  readonly webhookSecret: string;
}

/** The secrets of a data folder, made at its first start; the file is its owner's only. */
export async function loadSecrets(dataDir: string): Promise<Secrets> {
  const file = path.join(dataDir, 'secrets.json');
  const stored = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (stored !== undefined) return JSON.parse(stored) as Secrets;
  const secrets = createSecrets();
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, file);
  return secrets;
}

/** A new set of secrets. */
export function createSecrets(): Secrets {
  return {
    postgresPassword: randomBytes(24).toString('base64url'),
    mockApiKey: `mock_${randomBytes(24).toString('base64url')}`,
    webhookSecret: `whsec_${randomBytes(32).toString('base64')}`,
  };
}
