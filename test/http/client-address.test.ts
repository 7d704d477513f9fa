import { expect, test } from 'vitest';
import { forwardedAddress } from '../../api/http/client-address.ts';
import { readNetworks } from '../../domain/network.ts';

/** Two proxies, one of each family. */
const TRUSTED = readNetworks(['10.0.0.0/8', 'fd00::/8']) ?? [];
const PROXY = '10.0.0.1';
const CALLER = '203.0.113.9';
const STRANGER = '198.51.100.4';

test.each<
  [what: string, peer: string | undefined, header: string | undefined, found: string | null]
>([
  ['no peer', undefined, undefined, null],
  ['no peer, a header', undefined, CALLER, null],
  ['a peer that is no address', 'socket', CALLER, null],
  ['no header', PROXY, undefined, PROXY],
  ['an empty header', PROXY, '', PROXY],
  ['blanks', PROXY, '   ', PROXY],
  ['a peer that is not trusted', STRANGER, undefined, STRANGER],
  ['a peer that is not trusted, with a header', STRANGER, CALLER, STRANGER],
  ['a peer that is not trusted and names a proxy', STRANGER, PROXY, STRANGER],
  ['a peer that is not trusted and names itself twice', STRANGER, `${CALLER}, ${CALLER}`, STRANGER],
  ['loopback is not trusted unless told', '127.0.0.1', CALLER, '127.0.0.1'],
  ['a mapped peer that is not trusted', `::ffff:${STRANGER}`, CALLER, STRANGER],
  ['one hop', PROXY, CALLER, CALLER],
  ['one hop, mapped peer', `::ffff:${PROXY}`, CALLER, CALLER],
  ['one hop, IPv6 peer', 'fd00::1', CALLER, CALLER],
  ['one hop, IPv6 peer with a zone', 'fd00::1%eth0', CALLER, CALLER],
  ['two hops', PROXY, `${CALLER}, 10.0.0.2`, CALLER],
  ['two hops of both families', PROXY, `${CALLER}, fd00::2`, CALLER],
  ['what the caller claims itself', PROXY, `1.1.1.1, ${CALLER}`, CALLER],
  ['what the caller claims, a proxy of ours', PROXY, `10.9.9.9, ${CALLER}`, CALLER],
  ['what the caller claims, loopback', PROXY, `127.0.0.1, ${CALLER}`, CALLER],
  ['a long claim', PROXY, `${'1.1.1.1, '.repeat(500)}${CALLER}, 10.0.0.2`, CALLER],
  ['all hops trusted: the first of them', PROXY, '10.0.0.9, 10.0.0.2', '10.0.0.9'],
  ['a mapped hop', PROXY, `::ffff:${CALLER}`, CALLER],
  ['a mapped hop in hexadecimal', PROXY, '::ffff:cb00:7109', CALLER],
  ['a mapped trusted hop', PROXY, `${CALLER}, ::ffff:10.0.0.2`, CALLER],
  ['IPv6', PROXY, '2001:db8::5', '2001:db8::5'],
  ['IPv6 in upper case and long', PROXY, '2001:0DB8:0:0:0:0:0:5', '2001:db8::5'],
  ['IPv6 in brackets', PROXY, '[2001:db8::5]', '2001:db8::5'],
  ['IPv6 with a port', PROXY, '[2001:db8::5]:4711', '2001:db8::5'],
  ['IPv6 with a zone', PROXY, 'fe80::5%eth0', 'fe80::5'],
  ['IPv4 with a port', PROXY, `${CALLER}:4711`, CALLER],
  ['blanks around', PROXY, `  ${CALLER}  ,  10.0.0.2  `, CALLER],
  ['tabs around', PROXY, `${CALLER},\t10.0.0.2`, CALLER],
  ['unknown', PROXY, 'unknown', PROXY],
  ['a hidden name', PROXY, '_hidden, 10.0.0.2', '10.0.0.2'],
  ['an unreadable hop before a good one', PROXY, `${CALLER}, rubbish`, PROXY],
  ['an unreadable claim', PROXY, `rubbish, ${CALLER}`, CALLER],
  ['an empty hop at the end', PROXY, `${CALLER},`, PROXY],
  ['an empty hop between', PROXY, `${CALLER},,10.0.0.2`, '10.0.0.2'],
  ['octal numbers', PROXY, '0313.0.113.9', PROXY],
  ['a decimal address', PROXY, '3405803785', PROXY],
  ['a hexadecimal address', PROXY, '0xcb007109', PROXY],
  ['too few numbers', PROXY, '203.0.113', PROXY],
  ['a number too large', PROXY, '203.0.113.999', PROXY],
  ['a network', PROXY, '203.0.113.0/24', PROXY],
  ['a port without end', PROXY, `${CALLER}:471100`, PROXY],
  ['a port that is no number', PROXY, `${CALLER}:x`, PROXY],
  ['brackets that stay open', PROXY, '[2001:db8::5', PROXY],
  ['the form of the header Forwarded', PROXY, `for=${CALLER}`, PROXY],
  ['quotes', PROXY, `"${CALLER}"`, PROXY],
  ['a null character', PROXY, `${CALLER}\u0000`, PROXY],
  ['markup', PROXY, `<script>${CALLER}`, PROXY],
  ['SQL', PROXY, `${CALLER}' or 1=1--`, PROXY],
  ['other digits', PROXY, '２０３.0.113.9', PROXY],
])('%s', (_what, peer, header, found) => {
  expect(forwardedAddress(peer, header, TRUSTED)).toBe(found);
});
