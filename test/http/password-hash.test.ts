import { expect, test } from 'vitest';
import { makePasswordHasher, USUAL_COST } from '../../api/auth/password-hash.ts';

const quick = makePasswordHasher({ logN: 4, r: 1, p: 1 });

test('a hash costs 128 MiB, has a salt of its own and is never the same twice', async () => {
  const { logN, r } = USUAL_COST;
  expect(128 * 2 ** logN * r).toBe(128 * 1_048_576);
  const usual = makePasswordHasher();
  const [one, other] = [await usual.hash('bronze kettle'), await usual.hash('bronze kettle')];
  const [, salt = '', key = ''] = /^\$scrypt\$ln=17,r=8,p=1\$([^$]+)\$([^$]+)$/.exec(one) ?? [];
  expect([Buffer.from(salt, 'base64').length, Buffer.from(key, 'base64').length]).toEqual([16, 32]);
  expect(other).not.toBe(one);
  expect(other).not.toContain(salt);
  expect(await usual.verify('bronze kettle', one)).toBe(true);
});

test('every character counts: nothing is cut off, trimmed or changed in case', async () => {
  const password = `${'x'.repeat(127)}y`;
  const hash = await quick.hash(password);
  expect(await quick.verify(password, hash)).toBe(true);
  for (const near of [
    'x'.repeat(127),
    `${'x'.repeat(127)}z`,
    `${'x'.repeat(127)}Y`,
    `${password} `,
    ` ${password}`,
    `${password}\0`,
  ]) {
    expect(await quick.verify(near, hash)).toBe(false);
  }
});

test('the same letters typed on another system are the same password', async () => {
  const hash = await quick.hash('für Gäste im Café');
  expect(await quick.verify('für Gäste im Café'.normalize('NFD'), hash)).toBe(true);
});

test('where there is no hash nothing fits', async () => {
  expect(await quick.verify('', null)).toBe(false);
});

test('who comes waits in a line that ends', async () => {
  const busy = makePasswordHasher({ logN: 10, r: 8, p: 1 });
  const all = await Promise.allSettled(
    Array.from({ length: 60 }, async () => busy.hash('bronze kettle')),
  );
  const refused = all.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(60 - 34);
  expect(Object(refused[0])).toMatchObject({ reason: { code: 'rate_limited' } });
});
