import { expect, test } from 'vitest';
import { makeRiseProvider, type RiseConfig } from '../../providers/riseworks/provider.ts';
import { plainTools } from '../../providers/tools.ts';
import { riseConfig, refused, TEAM } from './riseworks-peer.ts';
import { useRise, user } from './riseworks-rig.ts';

const rise = useRise();
const USERS = `GET /v2/teams/${TEAM}/users`;
const summaryOf = (index: number) => `GET /v2/teams/${TEAM}/member/${user(index)}/summary`;
const says = (data: unknown) => ({ body: { success: true, data } });
const teams = () => rise.peer.answer('GET /v2/user/teams', says({ teams: [{ nanoid: TEAM }] }));
const sync = async (kycMap: RiseConfig['kycMap'], ...refs: string[]) => {
  const provider = makeRiseProvider(riseConfig(rise.peer.url, { kycMap }), plainTools());
  try {
    return await provider.syncAccounts(refs);
  } finally {
    await provider.close();
  }
};

test('members of the team are known; that proves no verification', async () => {
  teams();
  rise.peer.answer(
    USERS,
    says({ users: [{ nanoid: user(1), email: 'a@example.com' }, { nanoid: user(2) }] }),
  );
  expect(await sync({}, user(1), user(3))).toEqual([
    { accountRef: user(1), kycStatus: null, email: 'a@example.com' },
  ]);
});

test.each([
  ['bare', [{ nanoid: user(1) }]],
  ['as items', { items: [{ nanoid: user(1) }] }],
])('a list may come %s', async (_how, users) => {
  teams();
  rise.peer.answer(USERS, says(users));
  expect(await sync({}, user(1))).toMatchObject([{ accountRef: user(1) }]);
});

test('words are mapped from the user or its summary; others change nothing', async () => {
  teams();
  rise.peer.answer(
    USERS,
    says({
      users: [
        { nanoid: user(1), kyc: { state: 'verified' } },
        { nanoid: user(2) },
        { nanoid: user(3), kyc: { state: 'toString' } },
      ],
    }),
  );
  rise.peer.answer(summaryOf(2), says({ compliance: 'blocked' }));
  rise.peer.answer(summaryOf(3), says({ compliance: 7 }));
  const kycMap = {
    'kyc.state': { verified: 'APPROVED' },
    compliance: { blocked: 'REJECTED' },
  } as const;
  const states = await sync(kycMap, user(1), user(2), user(3));
  expect(states.map(({ kycStatus }) => kycStatus)).toEqual(['APPROVED', 'REJECTED', null]);
  expect(rise.peer.sent(summaryOf(1))).toHaveLength(0);
});

test.each([
  [
    'the team is none of the wallet’s',
    says({ teams: [{ nanoid: 'te-another00000' }] }),
    'forbidden',
  ],
  ['Rise forbids it', refused(403, 'no'), 'forbidden'],
  ['Rise does not accept the token', refused(401, 'no'), 'invalid_credentials'],
  ['Rise fails', { status: 502, body: '<html>' }, 'unreachable'],
  ['the connection breaks', { reset: true } as const, 'unreachable'],
  ['the answer is junk', { body: 'junk' }, 'unreadable'],
  ['the answer has another shape', says({ teams: 'none' }), 'unreadable'],
])('nothing is told where %s', async (_what, reply, code) => {
  rise.peer.answer('GET /v2/user/teams', reply);
  await expect(sync({}, user(1))).rejects.toMatchObject({ name: 'ProviderError', code });
});

test('the balance is that of the team in the currency, in cents', async () => {
  rise.peer.answer(
    'GET /v2/balance',
    says({
      rise_account_address: null,
      balances: [
        { currency: 'EUR', balance_cents: 7 },
        { currency: 'USD', balance_cents: '900719925474099100' },
      ],
    }),
  );
  expect(await rise.provider.balance('USD')).toBe(900_719_925_474_099_100n);
  expect(rise.peer.sent('GET /v2/balance')[0]?.query.toString()).toBe(
    `nanoid=${TEAM}&currencies=USD`,
  );
  rise.peer.answer(
    'GET /v2/balance',
    says({ balances: [{ currency: 'USD', balance_cents: 1.5 }] }),
  );
  await expect(rise.provider.balance('USD')).rejects.toMatchObject({ code: 'unreadable' });
});

test('people are invited to the team, without a signature', async () => {
  rise.peer.answer('POST /v2/invites', says({ nanoids: ['in-abc123def456'] }));
  expect(await rise.provider.invite?.(['ada@mail.example'], 'contractor')).toEqual([
    'in-abc123def456',
  ]);
  expect(JSON.parse(rise.peer.sent('POST /v2/invites')[0]?.body ?? '')).toEqual({
    nanoid: TEAM,
    invites: [{ email: 'ada@mail.example' }],
    role: 'contractor',
    anonymous: false,
  });
  rise.peer.answer('POST /v2/invites', refused(403, 'INSUFFICIENT_PERMISSIONS'));
  await expect(rise.provider.invite?.(['a@mail.example'], 'contractor')).rejects.toMatchObject({
    code: 'forbidden',
  });
});

test('nothing can be called back', async () => {
  const order = {
    reference: 'r',
    accountRef: user(1),
    amountMinor: 1n,
    currency: 'USD',
    groupId: 'g',
  };
  expect(await rise.provider.cancel(order)).toBe(false);
  expect(rise.peer.requests).toHaveLength(0);
});
