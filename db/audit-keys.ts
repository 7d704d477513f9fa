import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';
import { canonicalBlock, type Block, type BlockContent } from '../domain/audit/block.ts';
import type { ChainCrypto } from '../domain/audit/check-chain.ts';

const KEY = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/;
/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 and in SPKI. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
/** 32 random bytes have fewer once in far more than the age of the universe; typed ones often do. */
const DISTINCT_BYTES_MIN = 16;

interface NamedKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The keys that sign seals: the first does, the others stand for what they signed before. */
export interface AuditKeys {
  readonly keys: readonly [NamedKey, ...NamedKey[]];
}

/** The public halves, with which anybody checks seals and nobody makes one. */
export type AuditPublicKeys = ReadonlyMap<string, KeyObject>;

interface RawKey {
  id: string;
  bytes: Buffer;
}

function readKeys(text: string): RawKey[] | null {
  const found = text.split(',').map((part) => KEY.exec(part.trim()));
  const keys = found.flatMap((match) =>
    match?.[1] && match[2] ? [{ id: match[1], bytes: Buffer.from(match[2], 'base64') }] : [],
  );
  const ids = new Set(keys.map(({ id }) => id));
  return keys.length === found.length && ids.size === keys.length ? keys : null;
}

const FORM = 'each key is an id of its own, a colon and 32 bytes in base64';

/**
 * Reads `BURSAR_AUDIT_KEYS`: `id:base64` seeds of 32 bytes, separated by commas, the one that signs
 * first. Refuses what no generator of random bytes has made.
 */
export const auditKeys = z.string().transform((text, context): AuditKeys => {
  const [first, ...others] = readKeys(text) ?? [];
  if (!first) {
    context.addIssue(FORM);
    return z.NEVER;
  }
  if ([first, ...others].some(isWeak)) {
    context.addIssue('a key is not random; make one with: openssl rand -base64 32');
  }
  return { keys: [toPrivate(first), ...others.map(toPrivate)] };
});

/** Reads public keys as `bursar audit key` prints them: `id:base64`, separated by commas. */
export const auditPublicKeys = z.string().transform((text, context): AuditPublicKeys => {
  const keys = readKeys(text);
  if (!keys) context.addIssue(FORM);
  return new Map((keys ?? []).map(({ id, bytes }) => [id, toPublic(bytes)]));
});

/** Text that somebody typed, or bytes that repeat. */
const isWeak = ({ bytes }: RawKey): boolean =>
  new Set(bytes).size < DISTINCT_BYTES_MIN || bytes.every((byte) => byte >= 0x20 && byte < 0x7f);

const toPrivate = ({ id, bytes }: RawKey): NamedKey => ({
  id,
  key: createPrivateKey({
    key: Buffer.concat([PRIVATE_PREFIX, bytes]),
    format: 'der',
    type: 'pkcs8',
  }),
});

const toPublic = (bytes: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, bytes]), format: 'der', type: 'spki' });

/** The public halves of these keys. */
export const publicKeysOf = ({ keys }: AuditKeys): AuditPublicKeys =>
  new Map(keys.map(({ id, key }) => [id, createPublicKey(key)]));

/** The public keys in the form that `auditPublicKeys` reads. */
export const publicKeysText = (keys: AuditPublicKeys): string =>
  [...keys]
    .map(([id, key]) => {
      const der = key.export({ format: 'der', type: 'spki' });
      return `${id}:${der.subarray(PUBLIC_PREFIX.length).toString('base64')}`;
    })
    .join(',');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Hashes and signs a seal with the first key. */
export function signBlock(keys: AuditKeys, given: Omit<BlockContent, 'keyId'>): Block {
  const [{ id, key }] = keys.keys;
  const content = { ...given, keyId: id };
  const text = canonicalBlock(content);
  const signature = sign(null, Buffer.from(text), key).toString('base64');
  return { ...content, hash: sha256(text), signature };
}

/** What a check of the chain works with. Without keys every signature counts as that of a known key. */
export const chainCrypto = (keys: AuditPublicKeys | null): ChainCrypto => ({
  sha256,
  verify(keyId, text, signature) {
    if (!keys) return true;
    const key = keys.get(keyId);
    if (!key) return null;
    const bytes = Buffer.from(signature, 'base64');
    // Base64 has many spellings of the same bytes; a seal has one.
    return bytes.toString('base64') === signature && verify(null, Buffer.from(text), key, bytes);
  },
});
