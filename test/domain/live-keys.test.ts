import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeLiveVault, rotateKeys } from '../../db/live-keys.ts';

const key = (id: string) => ({ id, key: randomBytes(32) });
const k1 = key('k1');
const k2 = key('k2');
const line = (...keys: ReturnType<typeof key>[]) => ({
  BURSAR_FIELD_KEYS: keys.map((each) => `${each.id}:${each.key.toString('base64')}`).join(','),
});

function rig() {
  const vault = makeLiveVault({ keys: [k1] });
  let settled = 0;
  const rotation = rotateKeys({
    variable: 'BURSAR_FIELD_KEYS',
    initial: { keys: [k1] },
    use: (keys) => vault.useKeys(keys),
    onSettled: () => {
      settled += 1;
    },
  });
  return { vault, rotation, settled: () => settled };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a new key opens at once, and seals when the others have read it', () => {
  const [one, other] = [rig(), rig()];
  const before = one.vault.seal('row', 'text');
  one.rotation.take(line(k2, k1));
  expect(one.vault.seal('row', 'text')).toMatch(/^k1\./);
  // The other process has not read the file yet, and still opens all that is written.
  expect(other.vault.open('row', one.vault.seal('row', 'text'))).toBe('text');
  vi.advanceTimersByTime(2_000);
  other.rotation.take(line(k2, k1));
  vi.advanceTimersByTime(3_000);
  const after = one.vault.seal('row', 'text');
  expect([after.slice(0, 3), one.settled(), other.settled()]).toEqual(['k2.', 1, 0]);
  expect(other.vault.open('row', after)).toBe('text');
  expect(one.vault.open('row', before)).toBe('text');
});

test('where the key that sealed is gone, the first one seals at once', () => {
  const { vault, rotation, settled } = rig();
  rotation.take(line(k2));
  expect(vault.seal('row', 'text')).toMatch(/^k2\./);
  expect(settled()).toBe(1);
});

test('indexes stay comparable while the oldest key is listed', () => {
  const { vault, rotation } = rig();
  const before = vault.blindIndex('1234567890');
  rotation.take(line(k2, k1));
  vi.advanceTimersByTime(10_000);
  expect(vault.blindIndex('1234567890')).toBe(before);
});

test('what is not fit changes nothing: no keys, weak ones, an id with other bytes', () => {
  const { vault, rotation } = rig();
  const weak = { id: 'k3', key: Buffer.alloc(32, 1) };
  const form = /an id of its own/;
  expect(() => rotation.take({})).toThrow(form);
  expect(() => rotation.take({ BURSAR_FIELD_KEYS: 'k3:x' })).toThrow(form);
  expect(() => rotation.take(line(weak))).toThrow(/not random/);
  expect(() => rotation.take(line(key('k1')))).toThrow(/other bytes/);
  vi.advanceTimersByTime(10_000);
  expect(vault.seal('row', 'text')).toMatch(/^k1\./);
});
