import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { applyAccountNews } from '../../db/queries/account-news.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { storeAccountStates } from '../../db/queries/accounts.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { addAccount, storedAccount, type Added, type KycStatus } from './support/accounts.ts';
import { unique } from './support/data.ts';
import { count, useTestApi, WEBHOOK_SECRET } from './support/test-api.ts';

const api = useTestApi();

const add = (given?: Parameters<typeof addAccount>[1]) => addAccount(api, given);
const stored = (account: Added) => storedAccount(api, account);
const kycOf = async (account: Added) => (await stored(account))['kycStatus'];
const patch = ({ provider, id }: Added, change: object) =>
  api.call('PATCH', `/api/disbursement/${provider}/accounts/${id}`, { json: change });

interface News {
  ref: string;
  kycStatus: KycStatus;
  email?: string;
  /** Since when the account stands so. */
  at?: Date;
  id?: string;
}

const NO_PAYMENT = {
  reference: null,
  providerPaymentId: null,
  amountMinor: null,
  currency: null,
  outcome: null,
};

const mockEvent = ({ ref, kycStatus, email, at = new Date(), id = unique('evt') }: News) => ({
  id,
  body: JSON.stringify({
    id,
    type: 'account.updated',
    createdAt: at.toISOString(),
    data: { account: { accountRef: ref, kycStatus, email } },
  }),
});

function deliver({ id, body }: { id: string; body: string }, secret = WEBHOOK_SECRET) {
  const at = new Date();
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
  return api.call('POST', '/webhooks/mock', { as: null, raw: body, headers });
}
const tell = async (news: News) => (await deliver(mockEvent(news))).at('result');

const before = (ms: number) => new Date(Date.now() - ms);
const eventRow = (id: string) =>
  api.db.run(
    z.object({ result: z.string(), payment_id: z.null(), applied_at: z.string().nullable() }),
    'select result, payment_id, applied_at from webhook_events where event_id = $1',
    [id],
  );
const synced = () =>
  count(api.db, "select count(*) as n from audit_logs where action = 'account.synced'");

test('an event verifies an account, with a trace of who said so', async () => {
  const account = await add();
  const at = before(5_000);
  const event = mockEvent({
    ref: account.ref,
    kycStatus: 'APPROVED',
    email: 'new@mail.example',
    at,
  });
  const answer = await deliver(event);
  expect([answer.status, answer.at('result')]).toEqual([200, 'applied']);
  expect(await stored(account)).toMatchObject({
    kycStatus: 'APPROVED',
    canReceivePayments: true,
    email: 'new@mail.example',
    verifiedAt: expect.any(String),
    syncedAt: at.toISOString(),
  });
  expect(await eventRow(event.id)).toMatchObject([
    { result: 'applied', applied_at: expect.any(String) },
  ]);
  const audit = await api.get('/audit-logs?action=account.synced&limit=1');
  expect(audit.at('auditLogs.0')).toMatchObject({
    actor: 'provider:mock',
    details: {
      provider: 'mock',
      eventId: event.id,
      accounts: [{ accountId: account.id, from: 'PENDING', to: 'APPROVED' }],
    },
  });
  expect((await checkInvariants(api.db)).filter(({ breaches }) => breaches > 0)).toEqual([]);
});

test('an event takes the verification away', async () => {
  const account = await add({ kycStatus: 'APPROVED' });
  expect(await tell({ ref: account.ref, kycStatus: 'REJECTED' })).toBe('applied');
  expect(await stored(account)).toMatchObject({
    kycStatus: 'REJECTED',
    canReceivePayments: false,
    email: 'old@mail.example',
    verifiedAt: null,
  });
});

test('one event is one change, however often and however close it comes', async () => {
  const account = await add();
  const event = mockEvent({ ref: account.ref, kycStatus: 'APPROVED' });
  const audits = await synced();
  const answers = await Promise.all(Array.from({ length: 5 }, () => deliver(event)));
  expect(answers.map((answer) => String(answer.at('result'))).toSorted()).toEqual(
    ['applied', 'duplicate', 'duplicate', 'duplicate', 'duplicate'].toSorted(),
  );
  await patch(account, { kycStatus: 'REJECTED' });
  expect((await deliver(event)).at('result')).toBe('duplicate');
  expect(await kycOf(account)).toBe('REJECTED');
  expect((await synced()) - audits).toBe(1);
});

test('what is known already is ignored, and leaves no trace of a change', async () => {
  const account = await add({ kycStatus: 'APPROVED' });
  const verifiedAt = (await stored(account))['verifiedAt'];
  const audits = await synced();
  expect(await tell({ ref: account.ref, kycStatus: 'APPROVED' })).toBe('ignored');
  expect(await stored(account)).toMatchObject({ kycStatus: 'APPROVED', verifiedAt });
  expect(await synced()).toBe(audits);
});

test('an account that we do not have is unmatched; a replay finds it once it is there', async () => {
  const ref = unique('acct');
  const event = mockEvent({ ref, kycStatus: 'APPROVED' });
  const other = await add({ provider: 'stripe', ref });
  expect((await deliver(event)).at('result')).toBe('unmatched');
  expect(await kycOf(other)).toBe('PENDING');
  const account = await add({ ref });
  const replay = await api.post(`/webhook-events/mock/${event.id}/replay`, {}, { as: 'processor' });
  expect([replay.status, replay.at('result')]).toEqual([200, 'applied']);
  expect(await kycOf(account)).toBe('APPROVED');
  const listed = await api.get('/webhook-events?limit=1');
  expect(listed.at('webhookEvents.0')).toMatchObject({ result: 'applied', replays: 1 });
  const audit = await api.get('/audit-logs?action=webhook.replayed&limit=1');
  expect(audit.at('auditLogs.0')).toMatchObject({ actor: `key:${api.keys.processor.id}` });
});

test('an older state after a newer one changes nothing, nor by a replay', async () => {
  const account = await add();
  const { ref } = account;
  const older = mockEvent({ ref, kycStatus: 'REJECTED', at: before(60_000) });
  expect(await tell({ ref, kycStatus: 'APPROVED', at: before(30_000) })).toBe('applied');
  expect((await deliver(older)).at('result')).toBe('ignored');
  const replay = await api.post(`/webhook-events/mock/${older.id}/replay`);
  expect(replay.at('result')).toBe('ignored');
  expect(await kycOf(account)).toBe('APPROVED');
  expect(await tell({ ref, kycStatus: 'PENDING', at: before(10_000) })).toBe('applied');
  expect(await kycOf(account)).toBe('PENDING');
});

test('of events that come together the newest counts, in whatever order', async () => {
  const states = ['NOT_STARTED', 'PENDING', 'REJECTED', 'APPROVED'] as const;
  const accounts = await Promise.all(Array.from({ length: 20 }, () => add()));
  const events = accounts.flatMap(({ ref }) =>
    states.map((kycStatus, place) =>
      mockEvent({ ref, kycStatus, at: before(60_000 - place * 1_000) }),
    ),
  );
  const shuffled = events.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  await Promise.all(shuffled.map((event) => deliver(event)));
  expect(await Promise.all(accounts.map(kycOf))).toEqual(accounts.map(() => 'APPROVED'));
});

test('the newest counts as well where several processes are told at the same moment', async () => {
  const accounts = await Promise.all(Array.from({ length: 10 }, () => add()));
  const states = ['NOT_STARTED', 'PENDING', 'REJECTED', 'APPROVED'] as const;
  const applied = await Promise.all(
    states.toReversed().map((kycStatus, place) => {
      const toldAt = before(10_000 + place * 1_000);
      const news = accounts
        .toSorted(() => (place % 2) - 0.5)
        .map(({ ref: accountRef }) => {
          const account = { accountRef, kycStatus, email: null, toldAt };
          const event = { ...NO_PAYMENT, eventId: unique('evt'), type: 'account.updated', account };
          return { event, payload: '{}', account };
        });
      return applyAccountNews(api.db, 'mock', news, null);
    }),
  );
  expect(await Promise.all(accounts.map(kycOf))).toEqual(accounts.map(() => 'APPROVED'));
  const verified = applied.flatMap(({ verifiedPayeeIds }) => verifiedPayeeIds);
  expect([verified.length, new Set(verified).size]).toEqual([10, 10]);
});

test('events about accounts and payments that come together are each answered', async () => {
  const account = await add();
  const payout = (id: string) => ({
    id,
    body: JSON.stringify({
      id,
      type: 'payout.settled',
      data: {
        payout: {
          id: 'mp_1',
          reference: `pay_${'0'.repeat(32)}:1`,
          recipient: account.ref,
          amount: 1,
          currency: 'USD',
          status: 'settled',
          createdAt: new Date().toISOString(),
        },
      },
    }),
  });
  const answers = await Promise.all([
    deliver(payout(unique('evt'))),
    deliver(mockEvent({ ref: unique('acct'), kycStatus: 'APPROVED' })),
    deliver(mockEvent({ ref: account.ref, kycStatus: 'APPROVED' })),
    deliver(payout(unique('evt'))),
    deliver(mockEvent({ ref: account.ref, kycStatus: 'PENDING', at: before(60_000) })),
  ]);
  expect(answers.map((answer) => answer.at('result'))).toEqual([
    'unmatched',
    'unmatched',
    'applied',
    'unmatched',
    'ignored',
  ]);
});

test('P8: a forged or changed event is 401, and nothing changes', async () => {
  const account = await add();
  const event = mockEvent({ ref: account.ref, kycStatus: 'APPROVED' });
  const forged = await deliver(event, 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
  expect([forged.status, forged.at('error.code')]).toEqual([401, 'unauthorized']);
  const rows = 'select count(*) as n from webhook_events where event_id = $1';
  expect(await count(api.db, rows, [event.id])).toBe(0);
  expect(await kycOf(account)).toBe('PENDING');
});

test('a provider’s answer that is older than its event does not undo it, a newer one does', async () => {
  const account = await add();
  const { ref } = account;
  const store = (askedAt: Date, kycStatus: KycStatus) => {
    const asked = { askedAt: askedAt.toISOString(), refs: [ref] };
    const states = [{ accountRef: ref, kycStatus, email: null }];
    return storeAccountStates(api.db, 'mock', { ...asked, states }, SYSTEM);
  };
  expect(await tell({ ref, kycStatus: 'APPROVED', at: before(10_000) })).toBe('applied');
  expect(await store(before(20_000), 'PENDING')).toEqual({ changed: 0, verifiedPayeeIds: [] });
  expect(await kycOf(account)).toBe('APPROVED');
  expect(await store(before(5_000), 'PENDING')).toMatchObject({ changed: 1 });
  expect(await kycOf(account)).toBe('PENDING');
  expect(await tell({ ref, kycStatus: 'REJECTED', at: before(8_000) })).toBe('ignored');
  const verified = await store(before(1_000), 'APPROVED');
  expect(verified).toEqual({ changed: 1, verifiedPayeeIds: [expect.stringMatching(/^aff_/)] });
});

test('a time ahead of ours does not keep later answers out', async () => {
  const account = await add();
  const { ref } = account;
  const ahead = new Date(Date.now() + 3_600_000);
  expect(await tell({ ref, kycStatus: 'APPROVED', at: ahead })).toBe('applied');
  expect(Date.parse(String((await stored(account))['syncedAt']))).toBeLessThanOrEqual(Date.now());
  expect(await tell({ ref, kycStatus: 'REJECTED' })).toBe('applied');
});

test('of another reference the provider has told nothing yet', async () => {
  const account = await add();
  await tell({ ref: account.ref, kycStatus: 'REJECTED' });
  const ref = unique('acct');
  await patch(account, { accountRef: ref });
  expect(await stored(account)).toMatchObject({ accountRef: ref, syncedAt: null });
  expect(await tell({ ref, kycStatus: 'APPROVED', at: before(60_000) })).toBe('applied');
  expect(await tell({ ref: account.ref, kycStatus: 'REJECTED' })).toBe('unmatched');
  expect(await kycOf(account)).toBe('APPROVED');
});

test('two payees with one account hear the same of it', async () => {
  const one = await add();
  const other = await add({ ref: one.ref });
  expect(await tell({ ref: one.ref, kycStatus: 'APPROVED' })).toBe('applied');
  expect([await kycOf(one), await kycOf(other)]).toEqual(['APPROVED', 'APPROVED']);
});
