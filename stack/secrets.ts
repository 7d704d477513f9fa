import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readJson, writeJson } from './json-file.ts';

/** Random values that belong to one data folder; they stay the same from start to start. */
export interface Secrets {
  readonly postgresPassword: string;
  /** The key with which the adapter `mock` calls the simulator. */
  readonly mockApiKey: string;
  /** Signs the simulator's webhooks, in the form of Standard Webhooks. */
  readonly webhookSecret: string;
  /** Encrypts account details at rest: `BURSAR_FIELD_KEYS`. */
  readonly fieldKeys: string;
  /** Signs the cookies of people and encrypts their second factors: `BURSAR_AUTH_SECRET`. */
  readonly authSecret: string;
  /** Signs the seals of the audit log: `BURSAR_AUDIT_KEYS`. */
  readonly auditKeys: string;
  /** Of the database users of the API, the worker and the migrator. */
  readonly apiDatabasePassword: string;
  readonly workerDatabasePassword: string;
  readonly migratorDatabasePassword: string;
}

/** The secrets of a data folder, made at its first start; the file is its owner's only. */
export function loadSecrets(dataDir: string): Secrets {
  const file = path.join(dataDir, 'secrets.json');
  const stored = readJson(file) as Partial<Secrets> | undefined;
  // A folder of an earlier version lacks those that came later.
  const secrets = { ...createSecrets(), ...stored };
  if (Object.keys(secrets).length > Object.keys(stored ?? {}).length) writeJson(file, secrets);
  return secrets;
}

/** The `BURSAR_AUDIT_KEYS` of a data folder; undefined where nothing has started on it. */
export function storedAuditKeys(dataDir: string): string | undefined {
  const stored = readJson(path.join(dataDir, 'secrets.json')) as Partial<Secrets> | undefined;
  return stored?.auditKeys;
}

function createSecrets(): Secrets {
  return {
    postgresPassword: randomBytes(24).toString('base64url'),
    mockApiKey: `mock_${randomBytes(24).toString('base64url')}`,
    webhookSecret: `whsec_${randomBytes(32).toString('base64')}`,
    fieldKeys: `k1:${randomBytes(32).toString('base64')}`,
    authSecret: randomBytes(32).toString('base64'),
    auditKeys: `a1:${randomBytes(32).toString('base64')}`,
    apiDatabasePassword: randomBytes(24).toString('base64url'),
    workerDatabasePassword: randomBytes(24).toString('base64url'),
    migratorDatabasePassword: randomBytes(24).toString('base64url'),
  };
}
