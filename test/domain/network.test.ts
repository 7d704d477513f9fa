import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isInNetworks, plainAddress, plainNetwork, readNetworks } from '../../domain/network.ts';

describe('an address has one form', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::FFFF:102:304', '1.2.3.4'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1', '::1'],
  ])('%s is %s', (text, plain) => expect(plainAddress(text)).toBe(plain));

  it.each([
    '',
    ' 1.2.3.4',
    '010.1.1.1',
    '1.2.3',
    '16909060',
    '0x1020304',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.4/32',
    'localhost',
    'unknown',
    '_hidden',
    ':::1',
    '::1\u0000',
    '1.2.3.4%eth0%',
    `${'1'.repeat(70)}::`,
  ])('%j is none', (text) => expect(plainAddress(text)).toBe(null));
});

describe('a network has one form', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['::ffff:10.1.2.3', '10.1.2.3/32'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
    ['2001:db8:ffff::1/32', '2001:db8::/32'],
    ['::1', '::1/128'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    [' 192.168.0.0/16 ', '192.168.0.0/16'],
  ])('%s is %s', (text, plain) => expect(plainNetwork(text)).toBe(plain));

  it.each([
    '',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/-1',
    '10/8',
    '10.0.0.0/8/8',
    '10.0.0.0/08 x',
    'a/8',
    '::ffff:10.0.0.0/8',
    '10.0.0.0/',
    'fe80::1%eth0/64',
    '0x0a.0.0.0/8',
  ])('%j is none', (text) => expect(plainNetwork(text)).toBe(null));
});

test('an address is in a network exactly where its leading bits are', () => {
  const v4 = fc.nat(0xff_ff_ff_ff);
  const write = (bits: number) => [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
  fc.assert(
    fc.property(v4, v4, fc.nat(32), fc.boolean(), (address, base, length, mapped) => {
      const same = length === 0 || address >>> (32 - length) === base >>> (32 - length);
      const networks = readNetworks([`${write(base)}/${length}`]) ?? [];
      const text = mapped ? `::ffff:${write(address)}` : write(address);
      expect(isInNetworks(text, networks)).toBe(same);
    }),
  );
});

test('one network that cannot be read makes the whole list unreadable', () => {
  expect(readNetworks(['10.0.0.0/8', 'x'])).toBe(null);
  expect(readNetworks([])).toEqual([]);
  expect(isInNetworks('not an address', readNetworks(['0.0.0.0/0', '::/0']) ?? [])).toBe(false);
  expect(isInNetworks('::1', readNetworks(['0.0.0.0/0']) ?? [])).toBe(false);
});
