import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { rotateKeys, type KeyRotation } from '../db/live-keys.ts';
import type { VaultKeys } from '../db/vault.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ENCODING = 'encoding';
const KEY_ID = 'encryption-key-id';
const ENCRYPTED = 'binary/encrypted';
/** Binds a ciphertext to what it is: one of another part of the product never opens here. */
const PURPOSE = 'bursar temporal payload';

/** Encrypts what Temporal stores. Each payload has a nonce of its own, and its key's id is bound to it. */
export interface SealingCodec extends PayloadCodec {
  /** Takes these keys from now on: the first encrypts, all of them decrypt. */
  useKeys(keys: VaultKeys): void;
}

/** A payload was encrypted with a key that is not here, or was changed. Its message holds no value. */
export class PayloadUnreadable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PayloadUnreadable';
  }
}

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;
const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString();

/**
 * Makes a codec of AES-256-GCM. What is not encrypted passes through when decoded, so histories and
 * signals from before the keys were set still work. Decoding throws `PayloadUnreadable`.
 */
export function makeSealingCodec(initial: VaultKeys): SealingCodec {
  let held = index(initial);
  return {
    useKeys(keys) {
      held = index(keys);
    },
    encode: (payloads) => Promise.resolve(payloads.map((payload) => seal(held.current, payload))),
    decode: async (payloads) => payloads.map((payload) => open(held.byId, payload)),
  };
}

interface Key {
  readonly id: string;
  readonly key: Buffer;
}

function index({ keys, sealWith }: VaultKeys) {
  const current = keys.find(({ id }) => id === sealWith) ?? keys[0];
  if (!current) throw new RangeError('a codec needs a key');
  return { current, byId: new Map(keys.map((each) => [each.id, each.key])) };
}

const boundTo = (keyId: string): Buffer => Buffer.from(`${PURPOSE}\0${keyId}`);

function seal({ id, key }: Key, payload: Payload): Payload {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(id));
  const plain = PayloadMessage.encode(payload).finish();
  const data = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { metadata: { [ENCODING]: Buffer.from(ENCRYPTED), [KEY_ID]: Buffer.from(id) }, data };
}

function open(keys: ReadonlyMap<string, Buffer>, payload: Payload): Payload {
  if (text(payload.metadata?.[ENCODING]) !== ENCRYPTED) return payload;
  const keyId = text(payload.metadata?.[KEY_ID]);
  const key = keys.get(keyId);
  if (!key) {
    throw new PayloadUnreadable(
      'a payload was encrypted with a key that BURSAR_CODEC_KEYS does not hold',
    );
  }
  const bytes = Buffer.from(payload.data ?? []);
  try {
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new RangeError('cut short');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(keyId)).setAuthTag(bytes.subarray(-TAG_BYTES));
    const plain = [decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
    return PayloadMessage.decode(Buffer.concat(plain));
  } catch {
    throw new PayloadUnreadable('an encrypted payload was changed');
  }
}

/** The codec of a process whose keys may change while it runs; none where there are no keys. */
export function rotatingCodec(keys: VaultKeys | undefined): {
  codec: SealingCodec | null;
  rotation: KeyRotation[];
} {
  if (!keys) return { codec: null, rotation: [] };
  const codec = makeSealingCodec(keys);
  const use = (next: VaultKeys) => codec.useKeys(next);
  return {
    codec,
    rotation: [rotateKeys({ variable: 'BURSAR_CODEC_KEYS', initial: keys, use })],
  };
}
