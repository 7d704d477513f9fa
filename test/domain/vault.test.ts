import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeVault, VaultError } from '../../db/vault.ts';
import { vaultKeys } from '../../db/vault-keys.ts';

const key = (id: string, byte: number) => ({ id, key: Buffer.alloc(32, byte) });
const vault = makeVault({ keys: [key('k1', 1)] });

test('what is sealed opens in its row, never looks the same twice and holds none of the text', () => {
  const text = '{"accountNumber":"1234567890","name":"Ā–😀"}';
  const sealed = vault.seal('acc_1', text);
  expect(vault.open('acc_1', sealed)).toBe(text);
  expect(vault.seal('acc_1', text)).not.toBe(sealed);
  expect(Buffer.from(sealed.slice(3), 'base64url').includes('1234567890')).toBe(false);
  expect(vault.open('acc_1', vault.seal('acc_1', ''))).toBe('');
});

test('S-15: a ciphertext that was moved to another row does not open', () => {
  const sealed = vault.seal('acc_1', 'text');
  expect(() => vault.open('acc_2', sealed)).toThrow(VaultError);
});

test('S-15: any changed, cut or added byte keeps it closed', () => {
  const sealed = vault.seal('acc_1', 'account 1234567890');
  const bytes = Buffer.from(sealed.slice(3), 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    expect(() => vault.open('acc_1', `k1.${changed.toString('base64url')}`)).toThrow(VaultError);
    const cut = bytes.subarray(0, at).toString('base64url');
    expect(() => vault.open('acc_1', `k1.${cut}`)).toThrow(VaultError);
  }
  const longer = Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64url');
  expect(() => vault.open('acc_1', `k1.${longer}`)).toThrow(VaultError);
});

test('an earlier key still opens, a lost one is said to be lost', () => {
  const sealed = vault.seal('acc_1', 'text');
  const rotated = makeVault({ keys: [key('k2', 2), key('k1', 1)] });
  expect(rotated.open('acc_1', sealed)).toBe('text');
  expect(rotated.seal('acc_1', 'text')).toMatch(/^k2\./);
  const lost = makeVault({ keys: [key('k2', 2)] });
  expect(() => lost.open('acc_1', sealed)).toThrow(/BURSAR_FIELD_KEYS does not hold/);
  expect(() => lost.open('acc_1', sealed.replace('k1', 'k2'))).toThrow(VaultError);
  for (const junk of ['', '.', 'k1', 'k1.', 'k1.!', 'plain text']) {
    expect(() => vault.open('acc_1', junk)).toThrow(VaultError);
  }
});

test('a blind index is the same for the same text until the oldest key goes', () => {
  const index = vault.blindIndex('1234567890');
  expect(index).toBe(makeVault({ keys: [key('k2', 2), key('k1', 1)] }).blindIndex('1234567890'));
  expect(index.startsWith(vault.prefixes.index)).toBe(true);
  expect(index).not.toBe(vault.blindIndex('1234567891'));
  const other = makeVault({ keys: [key('k1', 2)] });
  expect(other.blindIndex('1234567890')).not.toBe(index);
});

test('keys that are no keys are refused at the start, without showing them', () => {
  const good = randomBytes(32).toString('base64');
  expect(vaultKeys.parse(`k2:${good}, k1:${good}`).keys.map(({ id }) => id)).toEqual(['k2', 'k1']);
  const short = randomBytes(31).toString('base64');
  for (const text of [
    '',
    good,
    `k1:${short}`,
    `k1:${good},k1:${good}`,
    `k1:${good},`,
    `k.1:${good}`,
    `k1:${Buffer.alloc(32, 3).toString('base64')}`,
    `k1:${Buffer.from('a passphrase of 32 bytes, typed.').toString('base64')}`,
  ]) {
    const parsed = vaultKeys.safeParse(text);
    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error?.issues)).not.toContain(good);
  }
  expect(() => makeVault({ keys: [] })).toThrow(RangeError);
  expect(() => makeVault({ keys: [{ id: 'a', key: Buffer.alloc(16) }] })).toThrow(/32 bytes/);
});
