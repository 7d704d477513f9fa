import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import {
  auditKeys,
  auditPublicKeys,
  publicKeysOf,
  type AuditPublicKeys,
} from '../db/audit-keys.ts';
import type { Block } from '../domain/audit/block.ts';
import { storedAuditKeys } from '../stack/index.ts';
import { CliError } from './errors.ts';
import type { Session } from './session.ts';

/**
 * The keys that seals are checked with: the public ones that were given, else those of the environment,
 * else those of the stack whose data folder is meant.
 * @throws CliError where there are none, or they are no keys.
 */
export function publicKeysFor(session: Session, given: string | undefined): AuditPublicKeys {
  const { environment, dataDir } = session;
  const open = given ?? environment.auditPublicKeys;
  if (open !== undefined) return parsed(auditPublicKeys, open, 'public keys');
  const secret = environment.auditKeys ?? storedAuditKeys(dataDir);
  if (secret !== undefined) return publicKeysOf(parsed(auditKeys, secret, 'keys'));
  throw new CliError('There are no keys to check the audit log with.', {
    why: ['Neither --public-keys nor BURSAR_AUDIT_PUBLIC_KEYS nor BURSAR_AUDIT_KEYS is given.'],
    next: ['bursar audit key   (where BURSAR_AUDIT_KEYS is set) prints the public keys'],
    code: 'no_audit_keys',
  });
}

function parsed<Keys>(schema: z.ZodType<Keys>, text: string, what: string): Keys {
  const result = schema.safeParse(text);
  if (result.success) return result.data;
  throw new CliError(`The ${what} of the audit log cannot be read.`, {
    why: result.error.issues.map(({ message }) => message),
    code: 'no_audit_keys',
  });
}

const whole = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .transform(BigInt);

const headLine = z.object({
  height: whole,
  fromXact: whole,
  toXact: whole,
  rowCount: whole,
  lastId: whole,
  rowsHash: z.string(),
  previousHash: z.string(),
  keyId: z.string(),
  sealedAt: z.string(),
  hash: z.string(),
  signature: z.string(),
});

/**
 * Seals that were written down outside: a JSON document a line. Without a file those of the stack's data
 * folder, where it has some.
 * @throws CliError where a line is none; one that was cut off by a crash at the end of the file is left out.
 */
export async function readHeads(session: Session, given: string | undefined): Promise<Block[]> {
  const own = path.join(session.dataDir, 'audit-heads.jsonl');
  const file = given ?? (session.stack !== undefined && existsSync(own) ? own : undefined);
  if (file === undefined) return [];
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliError(`The heads in ${file} cannot be read.`, {
      why: [String(error)],
      code: 'no_heads',
    });
  });
  const lines = text.split('\n');
  const cutOff = lines.pop();
  const rows = cutOff === '' || lines.length === 0 ? [...lines, cutOff ?? ''] : lines;
  return rows.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const head = headLine.safeParse(fromJson(line));
    if (head.success) return [head.data];
    throw new CliError(`Line ${index + 1} of ${file} is no head of the audit log.`, {
      why: ['Each line is a JSON document as the worker writes it.'],
      code: 'no_heads',
    });
  });
}

function fromJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
