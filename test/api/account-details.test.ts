import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { sealPlainDetails } from '../../db/queries/seal-plain-details.ts';
import { makeVault } from '../../db/vault.ts';
import { setCooldown } from '../support/security-policy.ts';
import { testVault } from '../support/vault.ts';
import { affiliate, commission, unique } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

const NUMBER = '7700123456';
const bank = (number = NUMBER) => ({ channelCode: 'ID_BCA', accountNumber: number });

async function addAffiliate(): Promise<string> {
  return String((await api.post('/affiliates', affiliate())).at('items.0.id'));
}

async function addAccount(provider: string, given: Record<string, unknown>) {
  const affiliateId = await addAffiliate();
  const made = await api.post(`/${provider}/accounts`, { affiliateId, ...given });
  expect(made.status).toBe(201);
  return { affiliateId, made, id: String(made.at('account.id')) };
}

const patch = (provider: string, id: string, json: Record<string, unknown>) =>
  api.call('PATCH', `/api/disbursement/${provider}/accounts/${id}`, { json });

const storedRow = z.object({
  row: z.string(),
  account_ref: z.string(),
  details_sealed: z.string().nullable(),
  channel_code: z.string().nullable(),
  destination_index: z.string().nullable(),
  blocked_code: z.string().nullable(),
});

async function stored(id: string) {
  const [row] = await api.db.run(
    storedRow,
    `select a::text as row, account_ref, details_sealed, channel_code, destination_index, blocked_code
     from accounts a where id = $1`,
    [id],
  );
  if (!row) throw new Error('no such account');
  return row;
}

test('S-15: details lie sealed in the database and are answered masked', async () => {
  const { id, made, affiliateId } = await addAccount('mock', {
    accountRef: 'ref-details',
    details: { ...bank(), accountHolderName: 'Ada Lovelace' },
  });
  const masked = {
    channelCode: 'ID_BCA',
    accountNumber: '••••3456',
    accountHolderName: '••••lace',
  };
  expect(made.at('account')).toMatchObject({ details: masked, channelCode: 'ID_BCA' });
  const row = await stored(id);
  expect(row.row).not.toContain(NUMBER);
  expect(row.row).not.toContain('Lovelace');
  expect(JSON.parse(testVault.open(id, row.details_sealed ?? ''))).toEqual({
    ...bank(),
    accountHolderName: 'Ada Lovelace',
  });
  const shown = [
    await api.get(`/affiliates/${affiliateId}`),
    await api.get('/mock/accounts?limit=1000'),
  ];
  for (const { text } of shown) {
    expect(text).toContain('••••3456');
    expect(text).not.toContain(NUMBER);
  }
});

test('S-15: a ciphertext swapped into another account is refused, not paid', async () => {
  const one = await addAccount('mock', { accountRef: unique('ref'), details: bank() });
  const other = await addAccount('mock', { accountRef: unique('ref'), details: bank('999999') });
  const { details_sealed: sealed } = await stored(other.id);
  expect(() => testVault.open(one.id, sealed ?? '')).toThrow(/belongs to another row/);
});

test('an account is changed only where something really changed', async () => {
  const { id, made } = await addAccount('mock', { accountRef: 'ref-same', details: bank() });
  await api.db.run(
    z.unknown(),
    "update accounts set blocked_code = 'invalid_destination', blocked_at = now() where id = $1",
    [id],
  );
  const before = made.at('account.changedAt');
  const { accountNumber, channelCode } = bank();
  const same = await patch('mock', id, {
    accountRef: 'ref-same',
    details: { accountNumber, channelCode },
    email: 'new@mail.example',
  });
  expect(same.at('account')).toMatchObject({
    changedAt: before,
    blockedCode: 'invalid_destination',
    email: 'new@mail.example',
  });
  const changed = await patch('mock', id, { details: bank('7700123457') });
  expect(changed.at('account.changedAt')).not.toBe(before);
  expect(changed.at('account')).toMatchObject({
    blockedCode: null,
    details: { accountNumber: '••••3457' },
  });
  const [audit] = await api.db.run(
    z.object({ details: z.record(z.string(), z.unknown()) }),
    "select details from audit_logs where action = 'account.updated' order by id desc limit 1",
  );
  expect(audit?.details).toMatchObject({ accountId: id, fields: ['details'] });
  // Before and after stand there as answers show them, struck out but for the last characters.
  expect(JSON.stringify(audit)).not.toContain('7700123457');
  expect(JSON.stringify(audit)).not.toContain(accountNumber);
});

test('two changes at once both count', async () => {
  const { id } = await addAccount('mock', { accountRef: unique('ref'), details: bank() });
  const answers = await Promise.all([
    patch('mock', id, { accountRef: 'ref-moved' }),
    patch('mock', id, { details: bank('111222333') }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  const row = await stored(id);
  expect(row.account_ref).toBe('ref-moved');
  expect(testVault.open(id, row.details_sealed ?? '')).toContain('111222333');
});

test('affiliates that are paid to the same destination are found', async () => {
  const number = '5500443322';
  const first = await addAccount('xendit', { accountRef: 'a', details: bank(number) });
  expect(first.made.at('account.sharedWith')).toBe(0);
  const second = await addAccount('xendit', { accountRef: `ID_BCA:${number}` });
  const third = await addAccount('xendit', {
    accountRef: 'c',
    details: { channel_code: 'id_bca', account_number: '5500-443-322' },
  });
  await addAccount('xendit', { accountRef: 'd', details: bank('5500443323') });
  expect(third.made.at('account.sharedWith')).toBe(2);
  const listed = await api.get('/xendit/accounts?shared=true');
  expect(listed.list('accounts').map((each) => Reflect.get(Object(each), 'id'))).toEqual([
    first.id,
    second.id,
    third.id,
  ]);
  const page = await api.get('/xendit/accounts?shared=true&limit=2');
  expect(page.list('accounts')).toHaveLength(2);
  expect((await api.get('/xendit/accounts?shared=1')).status).toBe(422);
});

test('an account number given as the reference is sealed too, also by an import', async () => {
  const number = '8812345678';
  const { id, made } = await addAccount('xendit', { accountRef: `ID_BRI:${number}` });
  expect(made.at('account')).toMatchObject({
    accountRef: 'ID_BRI ••••5678',
    channelCode: 'ID_BRI',
    details: { accountNumber: '••••5678' },
  });
  const name = unique('imp');
  const line = (ref: string) =>
    `external_id,full_name,email,country,currency,provider,account_ref,kyc_status
${name},Ada,ada@mail.example,ID,IDR,xendit,${ref},APPROVED
`;
  const send = (ref: string) =>
    api.call('POST', '/api/disbursement/imports?kind=affiliates', {
      raw: line(ref),
      headers: { 'content-type': 'text/csv' },
    });
  expect((await send(`ID_BRI:${number}`)).body).toMatchObject({ accepted: 1, rejected: 0 });
  expect((await send(`ID_BRI:${number}`)).body).toMatchObject({ accepted: 1, rejected: 0 });
  const conflict = await send('ID_BRI:9912345678');
  expect(conflict.at('errors.0')).toMatchObject({ column: 'account_ref' });
  expect(conflict.text).not.toContain('12345678');
  const open = await count(api.db, 'select count(*) as n from accounts a where a::text like $1', [
    `%${number}%`,
  ]);
  expect(open).toBe(0);
  const indexes = 'select count(*) as n from accounts where destination_index = $1';
  expect(await count(api.db, indexes, [(await stored(id)).destination_index])).toBe(2);
});

test('the same call under its key answers the same account, and keeps no details', async () => {
  const affiliateId = await addAffiliate();
  const body = { affiliateId, accountRef: 'once', details: bank('4433221100') };
  const options = { headers: { 'idempotency-key': unique('key') } };
  const first = await api.post('/mock/accounts', body, options);
  const second = await api.post('/mock/accounts', body, options);
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.text).toBe(first.text);
  const other = await api.post('/mock/accounts', { ...body, details: bank('1') }, options);
  expect([other.status, other.at('error.code')]).toEqual([422, 'idempotency_mismatch']);
  const kept = 'select count(*) as n from idempotency_keys k where k::text like $1';
  expect(await count(api.db, kept, ['%4433221100%'])).toBe(0);
  const plain = createHash('sha256')
    .update(`POST /api/disbursement/mock/accounts\n${JSON.stringify(body)}`)
    .digest('hex');
  expect(await count(api.db, kept, [`%${plain}%`])).toBe(0);
  const former = 'update idempotency_keys set request_hash = $1 where key = $2';
  await api.db.run(z.unknown(), former, [plain, options.headers['idempotency-key']]);
  expect((await api.post('/mock/accounts', body, options)).text).toBe(first.text);
});

test('M3: another number behind the same mask makes a preview stale', async () => {
  await setCooldown(api.db, 0);
  const { affiliateId, id } = await addAccount('xendit', {
    accountRef: 'ID_BCA:1111000099',
    kycStatus: 'APPROVED',
  });
  await api.post('/commissions', commission(affiliateId, { amount: 5_000_000, currency: 'IDR' }));
  const request = { affiliateIds: [affiliateId], currency: 'IDR', provider: 'xendit' };
  const preview = await api.post('/batches/preview', request);
  const previewHash = preview.at('previewHash');
  expect((await api.post('/batches/preview', request)).at('previewHash')).toBe(previewHash);
  const moved = await patch('xendit', id, { accountRef: 'ID_BCA:2222000099' });
  expect(moved.at('account.accountRef')).toBe('ID_BCA ••••0099');
  const stale = await api.post('/batches', { ...request, previewHash });
  expect([stale.status, stale.at('error.code')]).toEqual([409, 'preview_stale']);
});

test('refused details are named, never shown', async () => {
  const affiliateId = await addAffiliate();
  const wrong: [Record<string, unknown>, string][] = [
    [{ accountNumber: 1e21 }, 'details'],
    [{ [`${NUMBER}!`]: 'x' }, 'details'],
    [{ a: 'x'.repeat(1_001) + NUMBER }, 'details'],
  ];
  for (const [details, path] of wrong) {
    const answer = await api.post('/mock/accounts', { affiliateId, accountRef: 'a', details });
    expect([answer.status, answer.at('error.details.0.path')]).toEqual([422, path]);
    expect(answer.text).not.toContain(NUMBER);
  }
  const two = await api.post('/xendit/accounts', {
    affiliateId,
    accountRef: `ID_BCA:${NUMBER}`,
    details: { accountNumber: '1' },
  });
  expect([two.status, two.at('error.details.0.path')]).toEqual([422, 'details']);
  expect(two.text).not.toContain(NUMBER);
});

test('what an earlier version wrote open is sealed once, without counting as a change', async () => {
  const { id, made } = await addAccount('mock', { accountRef: 'ref-old' });
  const old = JSON.stringify(bank('6677889900'));
  await api.db.run(
    z.unknown(),
    'update accounts set details = $2::text::jsonb, destination_index = null where id = $1',
    [id, old],
  );
  expect((await api.get('/mock/accounts?limit=1000')).text).not.toContain('6677889900');
  expect(await sealPlainDetails(api.db, testVault)).toEqual({ sealed: 1, unreadable: 0 });
  expect(await sealPlainDetails(api.db, testVault)).toEqual({ sealed: 0, unreadable: 0 });
  const row = await stored(id);
  expect(row.row).not.toContain('6677889900');
  expect(JSON.parse(testVault.open(id, row.details_sealed ?? ''))).toEqual(bank('6677889900'));
  expect(row.channel_code).toBe('ID_BCA');
  const shown = await patch('mock', id, { kycStatus: 'APPROVED' });
  expect(shown.at('account.changedAt')).toBe(made.at('account.changedAt'));
});

test('S-15: keys are changed while the service runs, and a lost key is counted', async () => {
  const { id } = await addAccount('mock', { accountRef: unique('ref'), details: bank() });
  const old = { id: 'test', key: Buffer.alloc(32, 7) };
  const rotated = makeVault({ keys: [{ id: 'next', key: Buffer.alloc(32, 8) }, old] });
  const all = await count(
    api.db,
    'select count(*) as n from accounts where details_sealed is not null',
  );
  expect(await sealPlainDetails(api.db, rotated)).toEqual({ sealed: all, unreadable: 0 });
  const alone = makeVault({ keys: [{ id: 'next', key: Buffer.alloc(32, 8) }] });
  const accounts = await count(api.db, 'select count(*) as n from accounts');
  expect(await sealPlainDetails(api.db, alone)).toEqual({ sealed: accounts, unreadable: 0 });
  expect(alone.open(id, (await stored(id)).details_sealed ?? '')).toContain(NUMBER);
  expect((await stored(id)).destination_index).toMatch(/^next\./);
  const lost = await sealPlainDetails(api.db, testVault);
  expect(lost).toEqual({ sealed: accounts - all, unreadable: all });
  const mended = await patch('mock', id, { details: bank('1000200030') });
  expect(mended.status).toBe(200);
  expect(testVault.open(id, (await stored(id)).details_sealed ?? '')).toContain('1000200030');
});
