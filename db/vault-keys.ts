import { z } from 'zod';
import { weaknessOfKey } from '../domain/secret-strength.ts';
import type { VaultKeys } from './vault.ts';

const KEY = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

/** Reads `id:base64` keys of 32 bytes each, separated by commas, the current one first; weak ones are refused. */
export const vaultKeys = z.string().transform((text, context): VaultKeys => {
  const keys = text.split(',').map((part) => KEY.exec(part.trim()));
  const found = keys.flatMap((match) =>
    match?.[1] && match[2] ? [{ id: match[1], key: Buffer.from(match[2], 'base64') }] : [],
  );
  const ids = new Set(found.map(({ id }) => id));
  if (found.length !== keys.length || ids.size !== found.length) {
    context.addIssue('each key is an id of its own, a colon and 32 bytes in base64');
  }
  for (const { id, key } of found) {
    const weakness = weaknessOfKey(key);
    if (weakness !== null) {
      context.addIssue(`key ${id} ${weakness}; make one with: openssl rand -base64 32`);
    }
  }
  return { keys: found };
});
