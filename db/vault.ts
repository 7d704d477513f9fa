import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** The keys of a vault by their ids, the current one first; the others only open what they sealed. */
export interface VaultKeys {
  keys: readonly { id: string; key: Buffer }[];
  /** The one that seals, where it is not the first yet: others may not have read of the first. */
  sealWith?: string;
}

/** Encrypts what must not lie readable in the database. */
export interface Vault {
  /**
   * AES-256-GCM under the current key, as `<key id>.<base64url>`. Bound to `rowId`: moved to another
   * row, it does not open.
   */
  seal(rowId: string, text: string): string;
  /** Throws `VaultError` where the key is not here, or the text was changed or is another row's. */
  open(rowId: string, sealed: string): string;
  /**
   * The same for the same text, and nothing that could be turned back without the key: as
   * `<key id>.<hash>` under the oldest key, so that indexes stay comparable while keys are added.
   */
  blindIndex(text: string): string;
  /** What starts with anything else was written under other keys, and can be written again. */
  readonly prefixes: { readonly sealed: string; readonly index: string };
}

/** An encrypted value cannot be opened. Its message says what an operator must look at, no value. */
export class VaultError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VaultError';
  }
}

/** Opens what may have been sealed with a key that is not here, or was changed: null then. */
export function openOrNull(vault: Vault, rowId: string, sealed: string): string | null {
  try {
    return vault.open(rowId, sealed);
  } catch (error) {
    if (error instanceof VaultError) return null;
    throw error;
  }
}

/** Makes a vault. Throws where a key is not 32 bytes long or an id cannot stand before a dot. */
export function makeVault({ keys, sealWith }: VaultKeys): Vault {
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  const current = keys.find(({ id }) => id === sealWith) ?? keys[0];
  const oldest = keys.at(-1);
  if (!current || !oldest) throw new RangeError('a vault needs a key');
  for (const { id, key } of keys) {
    if (key.length !== KEY_BYTES) throw new RangeError(`vault key ${id} is not 32 bytes long`);
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(id)) throw new RangeError('a vault key id is not plain');
  }
  const indexKey = Buffer.from(hkdfSync('sha256', oldest.key, '', 'bursar blind index', KEY_BYTES));
  const prefixes = { sealed: `${current.id}.`, index: `${oldest.id}.` };
  return {
    prefixes,
    seal: (rowId, text) => prefixes.sealed + seal(current.key, rowId, text),
    open(rowId, sealed) {
      const dot = sealed.indexOf('.');
      const key = byId.get(sealed.slice(0, dot));
      if (!key) {
        throw new VaultError(
          'an encrypted value was sealed with a key that BURSAR_FIELD_KEYS does not hold',
        );
      }
      return open(key, rowId, sealed.slice(dot + 1));
    },
    blindIndex: (text) =>
      prefixes.index + createHmac('sha256', indexKey).update(text).digest('base64url'),
  };
}

function seal(key: Buffer, rowId: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(rowId));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
}

function open(key: Buffer, rowId: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
  try {
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new RangeError('cut short');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    // A tag of full length is asked for: a shorter one would be easier to forge.
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(rowId)).setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    throw new VaultError('an encrypted value was changed, or belongs to another row or key');
  }
}
