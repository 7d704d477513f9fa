import { describe, expect, it } from 'vitest';
import {
  isPublicAddress,
  NOTHING_INTERNAL,
  readAllowedTargets,
  readTarget,
  targetRefusal,
  type AllowedTargets,
} from '../../domain/target.ts';

/** Judges a URL as far as it names its addresses itself. */
function refusalOf(url: string, allowed: AllowedTargets = NOTHING_INTERNAL): string | null {
  const target = readTarget(url);
  if (typeof target === 'string') return target;
  if (!target.isAddress) return `look up ${target.host}`;
  const { host, url: read } = target;
  return targetRefusal({ host, protocol: read.protocol }, [host], allowed);
}

const allow = (text: string): AllowedTargets => {
  const allowed = readAllowedTargets(text);
  if (!allowed) throw new Error(`${text} was not read`);
  return allowed;
};

const NOT_PUBLIC = 'leads to an address that is not public';

describe('an address that may be called is one of the public Internet', () => {
  it.each(['1.1.1.1', '8.8.8.8', '93.184.216.34', '2606:4700:4700::1111', '2a00:1450:4001:81b::1'])(
    '%s is',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
    ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1']],
    [
      'link-local, where clouds keep their metadata',
      ['169.254.169.254', 'fe80::1', 'fe80::1%eth0'],
    ],
    ['shared by a carrier', ['100.64.0.1', '100.127.255.255']],
    ['unspecified', ['0.0.0.0', '0.1.2.3', '::']],
    ['multicast and broadcast', ['224.0.0.1', '239.255.255.255', 'ff02::1', '255.255.255.255']],
    [
      'reserved',
      ['240.0.0.1', '192.0.0.1', '192.0.2.1', '198.18.0.1', '203.0.113.5', '2001:db8::1'],
    ],
    ['unique local and site-local', ['fc00::1', 'fd12:3456::1', 'fec0::1']],
    ['IPv4 mapped into IPv6', ['::ffff:127.0.0.1', '::ffff:169.254.169.254', '::ffff:8.8.8.8']],
    ['IPv4 in the old compatible form', ['::127.0.0.1', '::a9fe:a9fe']],
    ['IPv4 behind a translator', ['64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::a00:1']],
    ['IPv4 in a tunnel', ['2002:7f00:1::', '2002:a9fe:a9fe::1', '2001:0:7f00:1::1']],
    ['not yet given to anybody', ['4000::1', '1234::1', '100::1']],
    ['no address', ['', 'localhost', '1.2.3', '010.1.1.1', '999.1.1.1']],
  ])('%s: no', (_name, addresses) =>
    expect(addresses.filter((address) => isPublicAddress(address))).toEqual([]),
  );
});

describe('a URL', () => {
  it.each([
    'https://2130706433/',
    'https://017700000001/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://127.1/',
    'https://127.0.0.1./',
    'https://１２７.0.0.1/',
    'https://127。0。0。1/',
    'https://%31%32%37.0.0.1/',
    'https://[::ffff:169.254.169.254]/',
    'https://[::ffff:a9fe:a9fe]/latest/meta-data',
    'https://[::]:443/',
    'https://2852039166/',
    'https://0/',
  ])('%s is an internal address, however it is written', (url) =>
    expect(refusalOf(url)).toBe(NOT_PUBLIC),
  );

  it.each([
    ['ftp://files.example/x', 'must be a whole https URL'],
    ['file:///etc/passwd', 'must be a whole https URL'],
    ['javascript:alert(1)', 'must be a whole https URL'],
    ['//hooks.example/x', 'must be a whole https URL'],
    ['hooks.example/x', 'must be a whole https URL'],
    [`https://hooks.example/${'x'.repeat(2_000)}`, 'must be a whole https URL'],
    ['https://ada:secret@hooks.example/', 'must not hold a user name or password'],
    ['https://ada@hooks.example/', 'must not hold a user name or password'],
    ['https://hooks.example/#part', 'must not have a fragment'],
    ['https://hooks.example/#', 'must not have a fragment'],
    ['https://hooks.example:0/', 'must name a port that can be called'],
    ['http://8.8.8.8/', 'must use https'],
    ['https://hooks.example:8443/in?key=1', 'look up hooks.example'],
    ['https://8.8.8.8/', null],
    ['https://[2606:4700:4700::1111]:8443/', null],
  ])('%s: %s', (url, refusal) => expect(refusalOf(url)).toBe(refusal));
});

describe('a name', () => {
  const judge = (addresses: readonly string[], allowed = NOTHING_INTERNAL, protocol = 'https:') =>
    targetRefusal({ host: 'hooks.example', protocol }, addresses, allowed);

  it('is good where all its addresses are, since any of them may be called', () => {
    expect(judge(['8.8.8.8', '2606:4700:4700::1111'])).toBe(null);
    expect(judge(['8.8.8.8', '10.0.0.7'])).toBe(NOT_PUBLIC);
    expect(judge([])).toBe('has a host name that leads nowhere');
  });

  it('may be exempt by itself or by its addresses, and then be called by http', () => {
    for (const allowed of [allow('hooks.example'), allow('192.0.2.1, 10.0.0.0/8')]) {
      expect([judge(['10.0.0.7'], allowed), judge(['10.0.0.7'], allowed, 'http:')]).toEqual([
        null,
        null,
      ]);
    }
    const inside = allow('10.0.0.0/8');
    expect(judge(['10.0.0.7', '8.8.8.8'], inside)).toBe(null);
    expect(judge(['10.0.0.7', '8.8.8.8'], inside, 'http:')).toBe('must use https');
    expect(judge(['10.0.0.7', '192.168.0.1'], inside)).toBe(NOT_PUBLIC);
  });
});

describe('the list of what is exempt', () => {
  it('takes ranges, addresses and names of both families', () => {
    const allowed = allow('127.0.0.0/8,::1/128,LocalHost,10.1.2.3');
    expect(refusalOf('http://127.9.9.9:3000/x', allowed)).toBe(null);
    expect(refusalOf('http://[::1]:3000/x', allowed)).toBe(null);
    expect(refusalOf('http://10.1.2.3/', allowed)).toBe(null);
    expect(refusalOf('http://10.1.2.4/', allowed)).toBe('must use https');
    expect(refusalOf('https://[::ffff:127.0.0.1]/', allowed)).toBe(NOT_PUBLIC);
    expect(allowed.hosts).toEqual(new Set(['localhost']));
  });

  it.each(['', 'a b', '10.0.0.0/40', 'https://x', 'x,,y', '*.example', '10.1/8/8'])(
    'refuses "%s"',
    (text) => expect(readAllowedTargets(text)).toBe(null),
  );
});
