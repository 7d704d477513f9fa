import { createHash, randomBytes } from 'node:crypto';
import { findKeyHolder, touchApiKey, type KeyHolder } from '../../db/queries/api-keys.ts';
import type { Db } from '../../db/client.ts';

/** A revoked or frozen key, and a role that its owner lost, work no longer than this. */
const CACHE_MS = 900;
const CACHED_KEYS_MAX = 1_000;
const TOUCH_EVERY_MS = 60_000;

const KEY_SHAPE = /^bur_([a-z0-9]{8})_([A-Za-z0-9_-]{43})$/;
const PREFIX_ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** A key as it is shown, once, and what is kept of it. */
export interface NewSecret {
  secret: string;
  prefix: string;
  secretHash: string;
}

/** Draws a key: `bur_<prefix>_<256 random bits>`. */
export function drawSecret(): NewSecret {
  const prefix = [...randomBytes(8)].map((byte) => PREFIX_ALPHABET[byte % 32]).join('');
  const secret = `bur_${prefix}_${randomBytes(32).toString('base64url')}`;
  return { secret, prefix, secretHash: hashSecret(secret) };
}

/** The prefix and hash of a key that has the right shape; null for anything else. */
export function readSecret(secret: string): NewSecret | null {
  const prefix = KEY_SHAPE.exec(secret)?.[1];
  return prefix === undefined ? null : { secret, prefix, secretHash: hashSecret(secret) };
}

const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Finds the holder of a key. A look-up is shared and kept for less than a second. */
export interface KeyRing {
  /**
   * The key, its role at most that of its owner. Null where it is unknown, revoked, expired or frozen,
   * or its owner is frozen or has no role. It counts as a use of the key unless told.
   */
  holderOf(secret: string, use?: boolean): Promise<KeyHolder | null>;
  /** Makes a revocation effective in this process at once. */
  forget(): void;
}

export function makeKeyRing(db: Db): KeyRing {
  const cache = new Map<string, { at: number; row: Promise<KeyHolder | null> }>();
  const touched = new Map<string, number>();

  const touch = (id: string) => {
    if (Date.now() - (touched.get(id) ?? 0) < TOUCH_EVERY_MS) return;
    if (touched.size >= CACHED_KEYS_MAX) touched.clear();
    touched.set(id, Date.now());
    touchApiKey(db, id).catch(() => touched.delete(id));
  };
  const lookUp = (secretHash: string) => {
    const known = cache.get(secretHash);
    if (known && Date.now() - known.at < CACHE_MS) return known.row;
    if (cache.size >= CACHED_KEYS_MAX) cache.clear();
    const row = findKeyHolder(db, secretHash);
    cache.set(secretHash, { at: Date.now(), row });
    row.catch(() => cache.delete(secretHash));
    return row;
  };
  return {
    async holderOf(secret, use = true) {
      const read = readSecret(secret);
      const row = read && (await lookUp(read.secretHash));
      if (!row?.usable || (row.expiresAt && row.expiresAt.getTime() <= Date.now())) return null;
      if (use) touch(row.id);
      return row;
    },
    forget: () => cache.clear(),
  };
}
