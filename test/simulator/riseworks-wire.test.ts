import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recoverTypedDataAddress } from 'viem';
import { z } from 'zod';
import { DEFAULT_CREDENTIALS } from '../../simulator/credentials.ts';
import { eventually } from './harness.ts';
import {
  draftSchema,
  failureOf,
  payment,
  reference,
  startRiseBench,
  stranger,
  TEAM,
  wallet,
  type RiseBench,
} from './rise-bench.ts';

let bench: RiseBench;

beforeAll(async () => {
  bench = await startRiseBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => {
  await bench.reset();
  await bench.enter();
});

describe('signing in', () => {
  test('takes the signed text and its nonce for a token, once', async () => {
    const { message, nonce } = await bench.siwe();
    expect(message).toContain(wallet.address);
    const sig = await wallet.signMessage({ message });
    const first = await bench.call('POST', '/auth/verify', { message, sig, nonce });
    expect(first.status).toBe(200);
    const again = await bench.call('POST', '/auth/verify', { message, sig, nonce });
    expect([again.status, again.body]).toEqual([401, { success: false, data: 'Invalid nonce' }]);
  });

  test('is for known wallets and for texts of ours', async () => {
    const { message, nonce } = await bench.siwe();
    const verify = async (signer: typeof wallet, text: string) => {
      const signature = await signer.signMessage({ message: text });
      return (await bench.call('POST', '/auth/verify', { message: text, signature, nonce })).status;
    };
    expect(await verify(stranger, message)).toBe(401);
    expect(await verify(wallet, `${message}!`)).toBe(401);
    const none = await bench.call('GET', '/auth/siwe');
    const data = 'Wallet address is required';
    expect([none.status, none.body]).toEqual([400, { success: false, data }]);
  });

  test('is asked for by every other call: none, a made-up and an expired token are 401', async () => {
    expect(failureOf(await bench.call('GET', '/user/teams'))).toEqual([401, 'UNAUTHORIZED']);
    const madeUp = await bench.call('GET', '/user/teams', undefined, 'a.b.c');
    expect(failureOf(madeUp)).toEqual([401, 'UNAUTHORIZED']);
    const riseworks = { ...DEFAULT_CREDENTIALS.riseworks, wallets: [wallet.address] };
    const short = await startRiseBench({ riseworks: { ...riseworks, tokenSeconds: 1 } });
    await short.enter();
    expect((await short.authed('GET', '/user/teams')).status).toBe(200);
    await eventually(async () => (await short.authed('GET', '/user/teams')).status === 401);
    await short.close();
  });

  test('lasts over a restart', async () => {
    await bench.restart();
    expect((await bench.authed('GET', '/user/teams')).status).toBe(200);
  });
});

describe('a draft', () => {
  test('is typed data that the wallet can sign, and makes nothing', async () => {
    const { data } = draftSchema.parse((await bench.draft([payment(1), payment(2)])).body);
    expect(data.domain).toMatchObject({
      name: 'RiseAccountForwarder',
      version: '1.0.0',
      chainId: 42_161,
    });
    const inMs = Number(data.typed_data.expires) * 1_000 - Date.now();
    expect(inMs).toBeGreaterThan(590_000);
    expect(inMs).toBeLessThanOrEqual(600_000);
    const { signature } = await bench.signed(data);
    const { domain, types, primary_type: primaryType, typed_data: message } = data;
    const signer = { domain, types, primaryType, message, signature };
    expect(await recoverTypedDataAddress(signer)).toBe(wallet.address);
    expect(await bench.transfers()).toEqual([]);
    expect(await bench.list()).toEqual([]);
  });

  test.each([
    ['a recipient that is nobody', { to: 'us-invalid7' }, [400, 'INVALID_RECIPIENT']],
    ['a recipient that is unknown', { to: 'us-1unknown' }, [400, 'INVALID_RECIPIENT']],
    ['a recipient that is no user', { to: 'acct_1' }, [400, 'INVALID_RECIPIENT']],
    ['nothing to pay', { amount_cents: 0 }, [400, 'BAD_REQUEST']],
    ['a fraction of a cent', { amount_cents: 1.5 }, [400, 'BAD_REQUEST']],
    ['no description', { invoice_description: undefined }, [400, 'BAD_REQUEST']],
  ])('with %s is refused as a whole', async (_name, changes, expected) => {
    expect(failureOf(await bench.draft([payment(1), payment(2, changes)]))).toEqual(expected);
  });

  test('names the recipient that is nobody; one that was set is somebody', async () => {
    const refused = await bench.draft([payment(1), payment(2, { to: 'us-invalid7' })]);
    expect(JSON.stringify(refused.body)).toContain('us-invalid7');
    const accounts = [{ accountRef: 'us-invalid7', kycStatus: 'APPROVED' }];
    await bench.control('/accounts', { provider: 'riseworks', accounts });
    expect((await bench.draft([payment(1, { to: 'us-invalid7' })])).status).toBe(200);
  });

  test('is for the own team', async () => {
    const other = await bench.draft([payment(1)], { from: 'te-other0000000' });
    expect(failureOf(other)).toEqual([403, 'TEAM_ROLE_SETTINGS_NOT_FOUND']);
  });
});

describe('executing', () => {
  test('pays each of the group under our reference, to its end', async () => {
    const done = await bench.authed(
      'PUT',
      '/payments',
      await bench.ready([payment(1), payment(2)]),
    );
    expect(done.status).toBe(200);
    const made = await bench.transfers();
    expect(made).toMatchObject([
      { provider: 'riseworks', reference: reference(1), recipient: 'us-person1', amount: 1_000 },
      { provider: 'riseworks', reference: reference(2), recipient: 'us-person2', currency: 'USD' },
    ]);
    const keys = made.map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toEqual([
      expect.stringMatching(/^0x[0-9a-f]{64}:0$/),
      expect.stringMatching(/^0x[0-9a-f]{64}:1$/),
    ]);
    const states = async () => (await bench.list()).map(({ payment: { state } }) => state);
    await eventually(async () => (await states()).every((state) => state === 'complete'));
    const [first, second] = await bench.list();
    expect(first).toMatchObject({
      recipient: { nanoid: 'us-person1' },
      invoice: { invoice_description: payment(1).invoice_description, amount_cents: 1_000 },
    });
    expect(first?.payment.payment_group_nanoid).toBe(second?.payment.payment_group_nanoid);
    expect(first?.payment.nanoid).not.toBe(second?.payment.nanoid);
  });

  test('the same digest again is the same success and pays nobody twice, also late and over a restart', async () => {
    const body = await bench.ready([payment(1), payment(2)]);
    const first = await bench.authed('PUT', '/payments', body);
    await bench.restart();
    const again = await bench.authed('PUT', '/payments', body);
    expect([again.status, await bench.transfers()]).toMatchObject([200, [{}, {}]]);
    const groupOf = (value: unknown) =>
      z.object({ data: z.object({ payment_group: z.object({ nanoid: z.string() }) }) }).parse(value)
        .data.payment_group.nanoid;
    expect(groupOf(again.body)).toBe(groupOf(first.body));
  });

  test('two at once pay once', async () => {
    const body = await bench.ready([payment(1)]);
    const answers = await Promise.all([1, 2, 3].map(() => bench.authed('PUT', '/payments', body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await bench.transfers()).toHaveLength(1);
  });

  test('a draft that was never sent can be executed after a restart', async () => {
    const body = await bench.ready([payment(1)]);
    await bench.restart();
    expect((await bench.authed('PUT', '/payments', body)).status).toBe(200);
    expect(await bench.transfers()).toHaveLength(1);
  });

  test('is refused with a signature of another wallet, of other data, or of none', async () => {
    const { data } = draftSchema.parse((await bench.draft([payment(1)])).body);
    const put = async (body: object) => failureOf(await bench.authed('PUT', '/payments', body));
    const wrong = [400, 'INVALID_SIGNATURE'];
    expect(await put(await bench.signed(data, stranger))).toEqual(wrong);
    expect(await put({ ...data, signature: '0x1234' })).toEqual(wrong);
    const richer = { ...data.typed_data, salt: data.typed_data.salt, expires: '99999999999' };
    expect(await put(await bench.signed({ ...data, typed_data: richer }))).toEqual(wrong);
    const body = await bench.signed(data);
    expect(await put({ ...body, typed_data: richer })).toEqual(wrong);
    expect(await put({ signature: body.signature })).toEqual([400, 'BAD_REQUEST']);
    expect(await bench.transfers()).toEqual([]);
  });

  test('is refused after it expired, and where nobody has drafted it; what is done stays done', async () => {
    const riseworks = { ...DEFAULT_CREDENTIALS.riseworks, wallets: [wallet.address] };
    const short = await startRiseBench({ riseworks: { ...riseworks, draftSeconds: 2 } });
    await short.enter();
    const [done, late] = [await short.ready([payment(1)]), await short.ready([payment(2)])];
    expect((await short.authed('PUT', '/payments', done)).status).toBe(200);
    const until = Number(late.typed_data.expires) * 1_000;
    await eventually(() => Date.now() >= until);
    const refused = await short.authed('PUT', '/payments', late);
    expect(failureOf(refused)).toEqual([400, 'EXPIRED_TYPED_DATA']);
    expect((await short.authed('PUT', '/payments', done)).status).toBe(200);
    expect(await short.transfers()).toHaveLength(1);
    await short.close();
    const elsewhere = await bench.ready([payment(3)]);
    await bench.reset();
    const unknown = await bench.authed('PUT', '/payments', elsewhere);
    expect(failureOf(unknown)).toEqual([400, 'EXPIRED_TYPED_DATA']);
  });

  test('is all or nothing: a balance that covers only some of it pays none', async () => {
    await bench.control('/balance', { provider: 'riseworks', currency: 'USD', amount: 1_999 });
    const body = await bench.ready([payment(1), payment(2)]);
    const refused = await bench.authed('PUT', '/payments', body);
    expect(failureOf(refused)).toEqual([400, 'INSUFFICIENT_BALANCE']);
    expect(await bench.transfers()).toEqual([]);
    await bench.control('/balance', { provider: 'riseworks', currency: 'USD', amount: 2_000 });
    expect((await bench.authed('PUT', '/payments', body)).status).toBe(200);
    const balance = await bench.authed('GET', `/balance?nanoid=${TEAM}&currencies=USD`);
    const balances = [{ currency: 'USD', balance_cents: 0 }];
    expect(balance.body).toMatchObject({ success: true, data: { balances } });
  });
});

describe('looking up', () => {
  test('by state, recipient and day', async () => {
    await bench.faults({ when: { recipient: 'us-person2' }, effect: 'never_settle' });
    await bench.authed('PUT', '/payments', await bench.ready([payment(1), payment(2)]));
    const recipients = async (query: string) =>
      (await bench.list(query)).map(({ recipient }) => recipient.nanoid);
    await eventually(async () => (await recipients('&state=complete'))[0] === 'us-person1');
    await eventually(async () => (await recipients('&state=scheduled'))[0] === 'us-person2');
    expect(await recipients('&recipient=us-person2')).toEqual(['us-person2']);
    const day = new Date().toISOString().slice(0, 10);
    const before = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
    expect(await recipients(`&start_date=${before}&end_date=${day}`)).toHaveLength(2);
    expect(await recipients(`&start_date=${before}&end_date=${before}`)).toEqual([]);
    const path = `/payments?team_nanoid=${TEAM}&query_type=receivable`;
    expect((await bench.authed('GET', path)).body).toEqual({ success: true, data: { items: [] } });
  });

  test('asks for a team, a kind and real days', async () => {
    const statusOf = async (query: string) =>
      (await bench.authed('GET', `/payments?${query}`)).status;
    expect(await statusOf('query_type=payable')).toBe(400);
    expect(await statusOf(`team_nanoid=${TEAM}`)).toBe(400);
    expect(await statusOf('team_nanoid=te-other&query_type=payable')).toBe(404);
    expect(await statusOf(`team_nanoid=${TEAM}&query_type=payable&start_date=yesterday`)).toBe(400);
  });
});

describe('people', () => {
  test('are those that were set; a member can be asked for; invites have ids', async () => {
    const accounts = [{ accountRef: 'us-anna', kycStatus: 'APPROVED', email: 'anna@example.com' }];
    await bench.control('/accounts', { provider: 'riseworks', accounts });
    expect((await bench.authed('GET', '/user/teams')).body).toMatchObject({
      data: { teams: [{ nanoid: TEAM }] },
    });
    expect((await bench.authed('GET', `/teams/${TEAM}/users`)).body).toMatchObject({
      data: { users: [{ nanoid: 'us-anna', email: 'anna@example.com' }] },
    });
    const summary = async (user: string) =>
      await bench.authed('GET', `/teams/${TEAM}/member/${user}/summary`);
    expect((await summary('us-anna')).body).toMatchObject({ data: { email: 'anna@example.com' } });
    expect((await summary('us-anybody')).status).toBe(200);
    expect(failureOf(await summary('us-invalid1'))).toEqual([404, 'NOT_FOUND']);
    const invites = [{ email: 'new@example.com' }];
    const sent = await bench.authed('POST', '/invites', {
      nanoid: TEAM,
      invites,
      role: 'contractor',
      anonymous: false,
    });
    expect(sent.body).toMatchObject({ data: { nanoids: [expect.stringMatching(/^in-\w{12}$/)] } });
  });
});
