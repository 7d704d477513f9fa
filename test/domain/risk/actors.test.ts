import { expect, test } from 'vitest';
import type { ActorFacts, SeenPlace } from '../../../domain/risk/actor-facts.ts';
import { judgeActor } from '../../../domain/risk/judge-actor.ts';
import { riskSettings } from '../../../domain/risk/settings.ts';

const AT = new Date('2026-03-02T10:30:00Z');
const ago = (minutes: number) => new Date(AT.getTime() - minutes * 60_000);
const DAY = 1_440;

const seen = (place: Partial<SeenPlace>): SeenPlace => ({
  ipAddress: '198.51.100.7',
  userAgent: 'Firefox/140.0',
  times: 40,
  days: 20,
  firstAt: ago(30 * DAY),
  lastAt: ago(DAY),
  money: true,
  ...place,
});
const OFFICE = seen({});
const hoursAt = (hour: number, times: number): number[] =>
  Array.from({ length: 24 }, (_, each) => (each === hour ? times : 0));

/** An approval that nothing is said about. */
const PLAIN: ActorFacts = {
  kind: 'approve',
  actor: 'user:usr_1',
  at: AT,
  ipAddress: '198.51.100.7',
  userAgent: 'Firefox/141.0',
  batchId: 'bat_1',
  account: null,
  quiet: false,
  highValue: false,
  places: [OFFICE],
  ownNetworks: [],
  hours: hoursAt(10, 40),
  hourDays: 20,
  failuresOfAccount: 0,
  failuresOfAddress: 0,
  denials: 0,
  reveals: 0,
  exports: 0,
  roles: [],
  firstDay: false,
  approved: null,
  accepted: [],
};

const said = (facts: Partial<ActorFacts>, risk: unknown = {}) =>
  judgeActor({ ...PLAIN, ...facts }, riskSettings.parse(risk)).map(
    ({ rule, level }) => `${rule} ${level}`,
  );

const role = (minutesAgo: number, from: 'viewer' | 'admin' | null) => ({
  id: 'rch_1',
  holder: 'user:usr_1',
  fromRole: from,
  toRole: 'manager' as const,
  grantedBy: 'user:usr_2',
  byInvitation: false,
  at: ago(minutesAgo),
});
const made = (secondsAgo: number, byThisActor: number, byAll: number) => ({
  batchId: 'bat_1',
  creator: 'user:usr_3',
  madeAt: new Date(AT.getTime() - secondsAgo * 1_000),
  byThisActor,
  byAll,
  ties: [],
});
const strange = seen({ ipAddress: '203.0.113.9', days: 1, lastAt: ago(9), money: true });

test.each<[string, Partial<ActorFacts>, string[]]>([
  ['from where one always works, with a newer version', {}, []],
  ['an address never seen', { ipAddress: '203.0.113.1' }, ['new_device medium']],
  [
    'another address of a known /64',
    { ipAddress: '2001:db8::2', places: [seen({ ipAddress: '2001:db8::1' })] },
    [],
  ],
  ['a program never seen', { userAgent: 'curl/8.5' }, ['new_device medium']],
  ['a new device and high value', { userAgent: 'curl/8.5', highValue: true }, ['new_device high']],
  ['a new device in a young installation', { userAgent: 'curl/8.5', quiet: true }, []],
  ['too little history', { userAgent: 'curl/8.5', places: [seen({ times: 4 })], hours: [] }, []],
  [
    'first seen 23 hours ago',
    {
      userAgent: 'curl/8.5',
      places: [OFFICE, seen({ userAgent: 'curl/8.5', money: false, firstAt: ago(23 * 60) })],
    },
    ['new_device medium'],
  ],
  [
    'first seen 24 hours ago',
    {
      userAgent: 'curl/8.5',
      places: [OFFICE, seen({ userAgent: 'curl/8.5', money: false, firstAt: ago(DAY) })],
    },
    [],
  ],
  ['a usual hour', { hours: hoursAt(11, 40) }, []],
  ['two hours off', { hours: hoursAt(12, 40) }, ['unusual_hour low']],
  ['2% of the actions then', { hours: hoursAt(15, 49).with(9, 1) }, []],
  ['less than 2% then', { hours: hoursAt(15, 50).with(9, 1) }, ['unusual_hour low']],
  ['19 actions known', { hours: hoursAt(15, 19) }, []],
  [
    'an unusual hour with a new device',
    { hours: hoursAt(15, 40), userAgent: 'curl/8.5' },
    ['new_device medium', 'unusual_hour medium'],
  ],
  ['another network 9 minutes ago', { places: [OFFICE, strange] }, ['two_networks high']],
  ['another network 10 minutes ago', { places: [OFFICE, { ...strange, lastAt: ago(10) }] }, []],
  ['the same /24', { places: [seen({ ipAddress: '198.51.100.200', lastAt: ago(1) }), OFFICE] }, []],
  ['another network, familiar on 5 days', { places: [OFFICE, { ...strange, days: 5 }] }, []],
  [
    'another network, familiar on 4 days',
    { places: [OFFICE, { ...strange, days: 4 }] },
    ['two_networks high'],
  ],
  ['a role given 23.9 hours ago', { roles: [role(23.9 * 60, 'viewer')] }, ['fresh_role high']],
  ['a role given 24 hours ago', { roles: [role(DAY, 'viewer')] }, []],
  ['a role that is lower', { roles: [role(60, 'admin')] }, []],
  [
    'a password set by an invitation 23.9 hours ago',
    { roles: [{ ...role(23.9 * 60, null), byInvitation: true }] },
    ['fresh_role high'],
  ],
  [
    'a fresh role on the first day of the first person',
    { roles: [role(60, null)], firstDay: true },
    [],
  ],
  ['a fresh role in a young installation', { roles: [role(60, null)], quiet: true }, []],
  ['a role that is the same', { roles: [{ ...role(60, null), fromRole: 'manager' }] }, []],
  [
    'money moved from there before, however lately',
    { userAgent: 'curl/8.5', places: [OFFICE, seen({ userAgent: 'curl/8.5', firstAt: ago(60) })] },
    [],
  ],
  [
    'five actions known',
    { userAgent: 'curl/8.5', places: [seen({ times: 5 })] },
    ['new_device medium'],
  ],
  ['a retry with a new device', { kind: 'pay', userAgent: 'curl/8.5' }, ['new_device medium']],
  ['an unusual hour in a young installation', { hours: hoursAt(15, 50), quiet: true }, []],
  ['an unusual hour, of 4 days', { hours: hoursAt(15, 50), hourDays: 4 }, []],
  ['an unusual hour, of 5 days', { hours: hoursAt(15, 50), hourDays: 5 }, ['unusual_hour low']],
  [
    'another network with two programs, the older of which comes last',
    { places: [OFFICE, strange, { ...strange, userAgent: 'curl/8.5', lastAt: ago(DAY) }] },
    ['two_networks high'],
  ],
  [
    'another network on 3 days with one program and on 3 with another one',
    {
      places: [OFFICE, { ...strange, days: 3 }, { ...strange, userAgent: 'curl/8.5', days: 3 }],
    },
    ['two_networks high'],
  ],
  [
    'a sign-in from another network',
    { kind: 'sign_in_succeeded', places: [OFFICE, strange] },
    ['two_networks high'],
  ],
  [
    'ten of ten approvals of what the product made',
    { approved: { ...made(600, 9, 9), creator: 'system' } },
    [],
  ],
  ['ten of ten approvals in a young installation', { approved: made(600, 9, 9), quiet: true }, []],
  ['approved after 10 seconds', { approved: made(10, 0, 0) }, []],
  ['approved after 9 seconds', { approved: made(9, 0, 0) }, ['approver_pair medium']],
  ['nine of nine approvals', { approved: made(600, 8, 8) }, []],
  ['ten of ten approvals', { approved: made(600, 9, 9) }, ['approver_pair medium']],
  ['90% of the approvals', { approved: made(600, 8, 9) }, []],
])('%s', (_name, facts, expected) => {
  expect(said(facts)).toEqual(expected);
});

test.each<[string, Partial<ActorFacts>, string[]]>([
  ['four failures', { kind: 'sign_in_failed', failuresOfAccount: 4 }, []],
  [
    'five failures of an account',
    { kind: 'sign_in_failed', failuresOfAccount: 5 },
    ['failed_sign_ins medium'],
  ],
  [
    'five failures from an address',
    { kind: 'sign_in_failed', failuresOfAddress: 5 },
    ['failed_sign_ins medium'],
  ],
  ['a success after four', { kind: 'sign_in_succeeded', failuresOfAccount: 4 }, []],
  [
    'a success after five',
    { kind: 'sign_in_succeeded', failuresOfAccount: 5 },
    ['failed_sign_ins high'],
  ],
  [
    'a success after five from its address, of other accounts',
    { kind: 'sign_in_succeeded', failuresOfAddress: 50, failuresOfAccount: 4 },
    ['failed_sign_ins medium'],
  ],
  ['nine denials', { kind: 'denied', denials: 9 }, []],
  ['ten denials', { kind: 'denied', denials: 10 }, ['permission_probing high']],
  ['49 reveals', { kind: 'reveal', reveals: 49 }, []],
  ['50 reveals', { kind: 'reveal', reveals: 50 }, ['bulk_reveal high']],
  ['two exports', { kind: 'export', exports: 2 }, []],
  ['three exports', { kind: 'export', exports: 3 }, ['bulk_reveal high']],
])('%s', (_name, facts, expected) => {
  expect(said(facts)).toEqual(expected);
});

test('who gave whom a role is no approver of what the other one made, in a young installation either', () => {
  const tied = (facts: Partial<ActorFacts>, minutesAgo = 60) =>
    said({ approved: { ...made(600, 0, 0), ties: [role(minutesAgo, null)] }, ...facts });
  expect(tied({})).toEqual(['fresh_role high']);
  expect(tied({ quiet: true })).toEqual(['fresh_role high']);
  expect(tied({ quiet: true, kind: 'execute' })).toEqual([]);
  expect(tied({ quiet: true, firstDay: true })).toEqual([]);
  expect(tied({}, DAY)).toEqual([]);
  const passed = (subject: string) => [{ rule: 'fresh_role' as const, subject, at: ago(1) }];
  expect(tied({ roles: [role(60, null)], accepted: passed('rch_1') })).toEqual(['fresh_role high']);
  expect(tied({ accepted: passed('rch_1 bat_2') })).toEqual(['fresh_role high']);
  expect(tied({ accepted: passed('rch_1 bat_1') })).toEqual([]);
});

test.each<[string, readonly string[], string[]]>([
  ['nowhere', [], ['two_networks medium']],
  ['both networks', ['198.51.100.0/24', '203.0.113.0/24'], []],
  ['one of them', ['198.51.100.0/24'], ['two_networks high']],
  ['the strange one, beside one that is familiar', ['203.0.113.9/32'], []],
])('a key in two networks that is bound to %s', (_name, ownNetworks, expected) => {
  const facts = { actor: 'key:key_1', places: [OFFICE, strange], ownNetworks };
  expect(said(facts)).toEqual(expected);
});

test('what a person has let pass is not found again', () => {
  const device = { userAgent: 'curl/8.5' };
  const [finding] = judgeActor({ ...PLAIN, ...device }, riskSettings.parse({}));
  const accepted = (daysAgo: number) => [
    { rule: 'new_device' as const, subject: finding?.subject ?? '', at: ago(daysAgo * DAY) },
  ];
  expect(said({ ...device, accepted: accepted(90) })).toEqual([]);
  expect(said({ ...device, accepted: accepted(91) })).toEqual(['new_device medium']);
});

test('each rule about an actor can be switched off', () => {
  const off = { enabled: false };
  const facts = { places: [OFFICE, strange], userAgent: 'curl/8.5', roles: [role(1, null)] };
  expect(said(facts, { new_device: off, two_networks: off, fresh_role: off })).toEqual([]);
});

test('with familiar days of 0 no network is familiar', () => {
  const facts = { places: [OFFICE, { ...strange, days: 20 }] };
  expect(said(facts)).toEqual([]);
  expect(said(facts, { two_networks: { familiarDays: 0 } })).toEqual(['two_networks high']);
});
