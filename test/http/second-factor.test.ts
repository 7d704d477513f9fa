import { randomBytes } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import type { AuthStore } from '../../api/auth/library.ts';
import { makeSecondFactors } from '../../api/auth/second-factor.ts';
import { codeOf } from '../support/people.ts';

/** Remembers which codes were taken; nothing else of it is asked for here. */
function rememberingStore(): AuthStore {
  const taken = new Set<string>();
  const unused = async (): Promise<never> => {
    throw new Error('not asked for');
  };
  return {
    keep: unused,
    find: unused,
    take: unused,
    linkedUser: unused,
    hasIdentity: unused,
    link: unused,
    async first(name) {
      const isFirst = !taken.has(name);
      taken.add(name);
      return isFirst;
    },
  };
}

const factors = makeSecondFactors(randomBytes(32), rememberingStore());

test('a code is taken within a step of its time, and no further', async () => {
  // In the middle of a step, so that no step ends while this runs.
  vi.useFakeTimers({ now: Math.floor(Date.now() / 30_000) * 30_000 + 15_000, toFake: ['Date'] });
  try {
    const taken: Record<number, boolean> = {};
    for (const steps of [-3, -2, -1, 0, 1, 2, 3]) {
      const { kept, secret } = await factors.draw('ann@example.com');
      taken[steps] = await factors.verify(`usr_${steps}`, kept, await codeOf(secret, steps));
    }
    expect(taken).toEqual({
      [-3]: false,
      [-2]: false,
      [-1]: true,
      0: true,
      1: true,
      2: false,
      3: false,
    });
  } finally {
    vi.useRealTimers();
  }
});

test('recovery codes have more than 112 bits, and none comes twice', async () => {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
  const drawn = new Set<string>();
  const used = new Set<string>();
  for (let round = 0; round < 100; round += 1) {
    const { codes } = await factors.drawRecoveryCodes();
    for (const code of codes) {
      expect(code).toMatch(/^[a-z2-9]{6}(-[a-z2-9]{6}){3}$/);
      drawn.add(code);
      for (const character of code.replaceAll('-', '')) used.add(character);
    }
  }
  expect(drawn.size).toBe(1_000);
  expect([...used].toSorted()).toEqual(Array.from(alphabet).toSorted());
  expect(24 * Math.log2(alphabet.length)).toBeGreaterThan(112);
});
