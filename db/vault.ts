import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** The keys of a vault by their ids, the current one first; the others only open what they sealed. */
export interface VaultKeys {
  keys: readonly { id: string; key: Buffer }[];
}

/** Encrypts what must not lie readable in the database. */
export interface Vault {
  /**
   * AES-256-GCM under the current key, as `<key id>.<base64url>`. Bound to `rowId`: moved to another
   * row, it does not open.
   */
  seal(rowId: string, text: string): string;
  /** Throws where the key is not here, or where the text was changed or belongs to another row. */
  open(rowId: string, sealed: string): string;
  /** The same for the same text, and nothing that could be turned back without the key. */
  blindIndex(text: string): string;
}

/** Makes a vault. Throws where a key is not 32 bytes long or an id cannot stand before a dot. */
export function makeVault({ keys }: VaultKeys): Vault {
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  const current = keys[0];
  const oldest = keys.at(-1);
  if (!current || !oldest) throw new RangeError('a vault needs a key');
  for (const { id, key } of keys) {
    if (key.length !== KEY_BYTES) throw new RangeError(`vault key ${id} is not 32 bytes long`);
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(id)) throw new RangeError('a vault key id is not plain');
  }
  // From the oldest key, so that indexes stay comparable while keys are rotated in before it.
  const indexKey = Buffer.from(hkdfSync('sha256', oldest.key, '', 'bursar blind index', KEY_BYTES));
  return {
    seal: (rowId, text) => `${current.id}.${seal(current.key, rowId, text)}`,
    open(rowId, sealed) {
      const dot = sealed.indexOf('.');
      const key = byId.get(sealed.slice(0, dot));
      if (!key) throw new Error('the key of an encrypted value is not configured here');
      return open(key, rowId, sealed.slice(dot + 1));
    },
    blindIndex: (text) => createHmac('sha256', indexKey).update(text).digest('base64url'),
  };
}

function seal(key: Buffer, rowId: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(rowId));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
}

function open(key: Buffer, rowId: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(bytes.length - TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce).setAAD(Buffer.from(rowId));
  decipher.setAuthTag(tag);
  const body = bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}
