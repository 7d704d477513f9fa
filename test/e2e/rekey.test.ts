import { randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { makeVault } from '../../db/vault.ts';
import { longLivedDir } from '../support/temp-dir.ts';
import { callerOf, type Caller } from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

const key = (id: string) => ({ id, key: randomBytes(32) });
const k1 = key('k1');
const k2 = key('k2');
const c1 = key('c1');
const c2 = key('c2');
const line = (keys: readonly ReturnType<typeof key>[]) =>
  keys.map((each) => `${each.id}:${each.key.toString('base64')}`).join(',');

const dir = longLivedDir();
const fieldKeys = path.join(dir, 'field-keys');
const codecKeys = path.join(dir, 'codec-keys');
/** As a mounted secret changes: another file comes in its place. */
function put(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

let stack: TestStack;
let caller: Caller;
let db: Db;

beforeAll(async () => {
  put(fieldKeys, line([k1]));
  put(codecKeys, line([c1]));
  stack = await startTestStack({
    env: {
      BURSAR_FIELD_KEYS: '',
      BURSAR_FIELD_KEYS_FILE: fieldKeys,
      BURSAR_CODEC_KEYS_FILE: codecKeys,
    },
  });
  caller = callerOf(stack);
  db = openDatabase(stack.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

const idIn = (body: unknown, prefix: string): string =>
  new RegExp(`"id":"(${prefix}_\\w+)"`).exec(JSON.stringify(body))?.[1] ?? '';
let payees = 0;

/** Adds a payee with bank details; answers the account's id. */
async function addAccount(): Promise<string> {
  payees += 1;
  const externalId = `rekey-${payees}`;
  const payee = { externalId, fullName: 'A Payee', email: 'a@mail.example', country: 'ID' };
  const affiliate = await caller.post('/affiliates', { ...payee, currency: 'IDR' });
  const affiliateId = idIn(affiliate.body, 'aff');
  const details = {
    channelCode: 'ID_BCA',
    accountNumber: String(7_000_000_000 + payees),
    accountHolderName: `Holder ${payees}`,
  };
  const made = await caller.post('/xendit/accounts', {
    affiliateId,
    accountRef: externalId,
    details,
    kycStatus: 'APPROVED',
  });
  expect(made.status).toBe(201);
  return idIn(made.body, 'acc');
}

const sealedRow = z.object({ id: z.string(), sealed: z.string() });
const sealedRows = () =>
  db.run(sealedRow, 'select id, details_sealed as sealed from accounts order by id');
const under = async (id: string) =>
  (await sealedRows()).filter(({ sealed }) => sealed.startsWith(`${id}.`)).length;

test('keys change while accounts are written: nothing is lost, and old ciphertexts go', async () => {
  for (let index = 0; index < 20; index += 1) await addAccount();
  expect(await under('k1')).toBe(20);
  const written = new AbortController();
  const load = (async () => {
    while (!written.signal.aborted) await addAccount();
  })();
  put(fieldKeys, line([k2, k1]));
  await expect.poll(() => under('k1'), { timeout: 30_000, interval: 200 }).toBe(0);
  written.abort();
  await load;
  expect(await under('k1')).toBe(0);
  const rows = await sealedRows();
  expect(rows.length).toBe(payees);
  const vault = makeVault({ keys: [k2] });
  for (const { id, sealed } of rows) {
    expect(JSON.parse(vault.open(id, sealed))).toMatchObject({ channelCode: 'ID_BCA' });
  }
  const [first, second] = rows;
  if (!first || !second) throw new Error('there are no accounts');
  expect(() => vault.open(first.id, second.sealed)).toThrow('another row');
});

test('the former key may go, and all details still open', async () => {
  put(fieldKeys, line([k2]));
  const accountId = await addAccount();
  await expect
    .poll(async () => makeVault({ keys: [k2] }).open(accountId, await sealedOf(accountId)), {
      timeout: 15_000,
    })
    .toContain('ID_BCA');
});

async function sealedOf(accountId: string): Promise<string> {
  const found = (await sealedRows()).find(({ id }) => id === accountId);
  return found?.sealed ?? '';
}

test('a broken file changes nothing, and one that is mended is taken', async () => {
  put(fieldKeys, 'k3:not-a-key');
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const accountId = await addAccount();
  expect((await sealedOf(accountId)).startsWith('k2.')).toBe(true);
  const k3 = key('k3');
  put(fieldKeys, line([k3, k2]));
  await expect.poll(() => under('k2'), { timeout: 30_000, interval: 200 }).toBe(0);
});

test('what Temporal stores comes under the new key too, and batches go on', async () => {
  put(codecKeys, line([c2, c1]));
  const decode = async (): Promise<string> => {
    const answer = await fetch(`${stack.apiUrl}/api/temporal/codec/encode`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ payloads: [{ metadata: {}, data: '' }] }),
    });
    const [payload] = z
      .object({ payloads: z.array(z.object({ metadata: z.record(z.string(), z.string()) })) })
      .parse(await answer.json()).payloads;
    return Buffer.from(payload?.metadata['encryption-key-id'] ?? '', 'base64').toString();
  };
  expect(await decode()).toBe('c1');
  await expect.poll(decode, { timeout: 15_000 }).toBe('c2');
});
