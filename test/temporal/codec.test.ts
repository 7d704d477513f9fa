import { randomBytes } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeSealingCodec, PayloadUnreadable } from '../../temporal/codec.ts';

const key = (id: string) => ({ id, key: randomBytes(32) });
const c1 = key('c1');
const c2 = key('c2');
const codec = makeSealingCodec({ keys: [c2, c1] });

const payload = fc.record({
  metadata: fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
    fc.uint8Array({ maxLength: 40 }),
  ),
  data: fc.uint8Array({ maxLength: 2_000 }),
});

const plain = (text: string): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(text)),
});
const bytesOf = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, [...value]]),
  ),
  data: [...(data ?? [])],
});
const textOf = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString();

test('what is encoded comes back as it was, whatever it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(payload, { maxLength: 5 }), async (given) => {
      const encoded = await codec.encode(given);
      for (const { metadata } of encoded) {
        expect(textOf(metadata?.['encoding'])).toBe('binary/encrypted');
        expect(textOf(metadata?.['encryption-key-id'])).toBe('c2');
      }
      expect((await codec.decode(encoded)).map(bytesOf)).toEqual(given.map(bytesOf));
    }),
  );
});

test('the same payload never looks the same twice, and shows nothing of itself', async () => {
  const given = Array.from({ length: 200 }, () => plain('canary-4711'));
  const encoded = await codec.encode(given);
  const seen = new Set(encoded.map(({ data }) => Buffer.from(data ?? []).toString('hex')));
  expect(seen.size).toBe(200);
  const nonces = new Set([...seen].map((hex) => hex.slice(0, 24)));
  expect(nonces.size).toBe(200);
  expect(encoded.some(({ data }) => textOf(data).includes('canary'))).toBe(false);
});

test('one changed bit, a cut, another key or key id: nothing is decoded', async () => {
  const [sealed] = await codec.encode([plain('hold')]);
  const data = Buffer.from(sealed?.data ?? []);
  const metadata = sealed?.metadata ?? {};
  const refused = (changed: Payload) =>
    expect(codec.decode([changed])).rejects.toThrow(PayloadUnreadable);
  for (let bit = 0; bit < data.length * 8; bit += 1) {
    const flipped = Buffer.from(data);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    await refused({ metadata, data: flipped });
  }
  for (let length = 0; length < data.length; length += 1) {
    await refused({ metadata, data: data.subarray(0, length) });
  }
  await refused({ metadata: { ...metadata, 'encryption-key-id': Buffer.from('c1') }, data });
  await refused({ metadata: { ...metadata, 'encryption-key-id': Buffer.from('c9') }, data });
  const sameId = makeSealingCodec({ keys: [{ id: 'c2', key: c1.key }] });
  await expect(sameId.decode([{ metadata, data }])).rejects.toThrow(PayloadUnreadable);
  // The key's id is bound to the ciphertext, whatever key stands behind it.
  const renamed = makeSealingCodec({ keys: [{ id: 'c9', key: c2.key }] });
  const asRenamed = { ...metadata, 'encryption-key-id': Buffer.from('c9') };
  await expect(renamed.decode([{ metadata: asRenamed, data }])).rejects.toThrow(PayloadUnreadable);
});

test('what was never encrypted passes through', async () => {
  const given = [plain('from before'), { metadata: {}, data: Buffer.from('x') }];
  expect(await codec.decode(given)).toEqual(given);
});

test('keys are exchanged: the new first one encrypts, the old ones decrypt while they are listed', async () => {
  const living = makeSealingCodec({ keys: [c1] });
  const old = await living.encode([plain('old')]);
  living.useKeys({ keys: [c2, c1], sealWith: 'c1' });
  const between = await living.encode([plain('between')]);
  expect(textOf(between[0]?.metadata?.['encryption-key-id'])).toBe('c1');
  living.useKeys({ keys: [c2, c1] });
  const young = await living.encode([plain('young')]);
  expect(textOf(young[0]?.metadata?.['encryption-key-id'])).toBe('c2');
  expect(await living.decode([...old, ...young])).toHaveLength(2);
  living.useKeys({ keys: [c2] });
  await expect(living.decode(old)).rejects.toThrow('BURSAR_CODEC_KEYS does not hold');
  expect(() => living.useKeys({ keys: [] })).toThrow(RangeError);
});
