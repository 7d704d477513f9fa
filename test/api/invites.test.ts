import { expect, test } from 'vitest';
import { z } from 'zod';
import { ProviderError, type AccountState } from '../../providers/port.ts';
import { affiliate, unique } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

const invited: { emails: readonly string[]; role: string }[] = [];
const told: AccountState[] = [];
const api = useTestApi({
  providers: (mock) => [
    {
      ...mock,
      name: 'riseworks',
      syncAccounts: () => Promise.resolve(told),
      invite: (emails, role) => {
        if (emails.includes('away@mail.example')) {
          return Promise.reject(new ProviderError('unreachable', 'away'));
        }
        invited.push({ emails, role });
        return Promise.resolve(emails.map((_, index) => `in-${index}`));
      },
    },
  ],
});

test('people are invited, and the audit log keeps no address', async () => {
  const emails = ['ada@mail.example', 'bob@mail.example'];
  const answer = await api.post('/riseworks/invites', { emails }, { as: 'operator' });
  expect(answer.status).toBe(201);
  expect(answer.body).toEqual({ invited: 2, inviteIds: ['in-0', 'in-1'] });
  expect(invited).toEqual([{ emails, role: 'contractor' }]);
  const [row] = await api.db.run(
    z.object({ details: z.unknown() }),
    "select details from audit_logs where action = 'account.invited'",
  );
  expect(row?.details).toEqual({
    provider: 'riseworks',
    role: 'contractor',
    inviteIds: ['in-0', 'in-1'],
  });
});

test.each([
  ['no e-mail', { emails: ['ada'] }],
  ['nobody', { emails: [] }],
  ['too many', { emails: Array.from({ length: 101 }, (_, index) => `a${index}@mail.example`) }],
  ['a role that may pay', { emails: ['ada@mail.example'], role: 'team_admin' }],
  ['more than is asked', { emails: ['ada@mail.example'], team: 'te-x' }],
])('%s is 422 and invites nobody', async (_what, body) => {
  const before = invited.length;
  expect((await api.post('/riseworks/invites', body)).status).toBe(422);
  expect(invited).toHaveLength(before);
});

test('a provider without invitations is 422, one that is away 503', async () => {
  const none = await api.post('/mock/invites', { emails: ['ada@mail.example'] });
  expect([none.status, none.at('error.code')]).toEqual([422, 'provider_unsupported']);
  const away = await api.post('/riseworks/invites', { emails: ['away@mail.example'] });
  expect([away.status, away.at('error.code')]).toEqual([503, 'unavailable']);
});

test('a sync that tells nothing about the verification leaves it as it is', async () => {
  const made = await api.post('/affiliates', affiliate());
  const accountRef = unique('us');
  await api.post('/riseworks/accounts', {
    affiliateId: String(made.at('items.0.id')),
    accountRef,
    kycStatus: 'APPROVED',
  });
  const stored = async () =>
    (await api.get('/riseworks/accounts'))
      .list('accounts')
      .find((each) => Reflect.get(Object(each), 'accountRef') === accountRef);
  const before = await stored();
  told.push({ accountRef, kycStatus: null, email: null });
  const answer = await api.post('/riseworks/sync');
  expect([answer.at('synced'), answer.at('changed')]).toEqual([1, 0]);
  expect(await stored()).toMatchObject({
    kycStatus: 'APPROVED',
    verifiedAt: Reflect.get(Object(before), 'verifiedAt'),
    syncedAt: expect.any(String),
  });
});
