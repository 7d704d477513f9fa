import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { simulatedProviders } from '../../stack/simulated-providers.ts';
import { livePeople } from '../support/canary-people.ts';
import { control, setFaults } from '../support/payout.ts';
import { setCooldown } from '../support/security-policy.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

/** Account numbers and holders that nothing else has; Xendit's simulator pays to any of them. */
const NUMBERS = ['7301945528', '7301945529', '7301945530', '7301945531', '7301945532'];
const HOLDERS = NUMBERS.map((_number, index) => `Canarina Holderstone ${'ABCDE'.charAt(index)}`);
const AMOUNT = 2_500_000_00;

let stack: TestStack;
let db: Db;
/** Everything that the API has answered. */
const answers: string[] = [];

beforeAll(async () => {
  stack = await startTestStack({ env: { LOG_LEVEL: 'trace' } });
  db = openDatabase(stack.databaseUrl);
  await setCooldown(db, 0);
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

async function call(method: string, route: string, body?: unknown, type = 'application/json') {
  const answer = await fetch(`${stack.apiUrl}${route}`, {
    method,
    headers: {
      authorization: `Bearer ${stack.apiKey}`,
      'content-type': type,
      ...(method === 'POST' && { 'idempotency-key': crypto.randomUUID() }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  answers.push(text);
  return { status: answer.status, text };
}

const idAt = (text: string, pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';
const BASE = '/api/disbursement';

async function addPayee(index: number): Promise<string> {
  const externalId = `canary-${index}`;
  const payee = { externalId, fullName: 'A Payee', email: 'payee@mail.example', country: 'ID' };
  const made = await call('POST', `${BASE}/affiliates`, { ...payee, currency: 'IDR' });
  const commission = { externalId, affiliateExternalId: externalId, amount: AMOUNT };
  await call('POST', `${BASE}/commissions`, { ...commission, currency: 'IDR' });
  return idAt(made.text, /"id":"(aff_\w+)"/);
}

const detailsOf = (index: number) => ({
  channelCode: 'ID_BCA',
  accountNumber: NUMBERS[index],
  accountHolderName: HOLDERS[index],
});

/** Each way in which an account comes to be: details, reference, both, a change, an import. */
async function addAccounts(affiliateIds: readonly string[]): Promise<void> {
  const accounts = `${BASE}/xendit/accounts`;
  const [a, b, c, d] = affiliateIds;
  const approved = { kycStatus: 'APPROVED' };
  await call('POST', accounts, {
    affiliateId: a,
    accountRef: 'a',
    details: detailsOf(0),
    ...approved,
  });
  await call('POST', accounts, { affiliateId: b, accountRef: `ID_BCA:${NUMBERS[1]}`, ...approved });
  await call('POST', accounts, {
    affiliateId: c,
    accountRef: NUMBERS[2],
    details: { channel_code: 'ID_BRI', recipient: { accountHolderName: HOLDERS[2] } },
    ...approved,
  });
  const made = await call('POST', accounts, { affiliateId: d, accountRef: 'd', ...approved });
  const id = idAt(made.text, /"id":"(acc_\w+)"/);
  const changed = await call('PATCH', `${accounts}/${id}`, { details: detailsOf(3) });
  expect(changed.status).toBe(200);
  const header = 'external_id,full_name,email,country,currency,provider,account_ref,kyc_status';
  const line = `canary-4,A Payee,payee@mail.example,ID,IDR,xendit,ID_BCA:${NUMBERS[4]},APPROVED`;
  const imported = `${header}\n${line}\n`;
  await call('POST', `${BASE}/imports?kind=affiliates`, imported, 'text/csv');
}

/** Calls that must be refused, and whose refusals must not repeat what was sent. */
async function provokeErrors(affiliateId: string): Promise<void> {
  const accounts = `${BASE}/xendit/accounts`;
  const [number = ''] = NUMBERS;
  const wrong: unknown[] = [
    { affiliateId, accountRef: 'x', details: { [`${number}!`]: 1 } },
    { affiliateId, accountRef: 'x', details: { accountNumber: [[[[[[number]]]]]] } },
    { affiliateId, accountRef: `ID_BCA:${number}`, details: { accountNumber: '1' } },
    { affiliateId, accountRef: 'x', details: `${number} ${HOLDERS[0]}` },
    { affiliateId, accountRef: 'x', details: detailsOf(0), kycStatus: number },
    { affiliateId, accountRef: number, details: detailsOf(0) },
    `{"affiliateId": "${number}`,
  ];
  for (const body of wrong) {
    expect((await call('POST', accounts, body)).status).toBeGreaterThanOrEqual(400);
  }
  const header = 'external_id,full_name,email,country,currency,provider,account_ref,kyc_status';
  const line = `canary-9,A Payee,${number},ID,IDR,xendit,ID_BCA:${number},APPROVED`;
  await call('POST', `${BASE}/imports?kind=affiliates`, `${header}\n${line}\n`, 'text/csv');
  const forged = JSON.stringify({ event: 'payout.succeeded', data: { account_number: number } });
  expect((await call('POST', '/webhooks/xendit', forged)).status).toBe(401);
}

async function readEverything(batchId: string, affiliateId: string): Promise<void> {
  const paymentIds = await db.run(z.object({ id: z.string() }), 'select id from payments');
  const routes = [
    '/affiliates/payable?provider=xendit',
    `/affiliates/${affiliateId}`,
    `/affiliates/${affiliateId}/commissions?status=PAID`,
    '/xendit/accounts?limit=1000',
    '/xendit/accounts?shared=true',
    '/batches',
    `/batches/${batchId}`,
    `/batches/${batchId}/payments`,
    '/payments',
    ...paymentIds.flatMap(({ id }) => [`/payments/${id}`, `/payments/${id}/why`]),
    '/audit-logs?limit=1000',
    '/audit-logs/export?format=csv',
    '/audit-logs/export?format=jsonl',
    '/audit-logs/verify',
    '/cases',
    '/ledger/balances',
    '/ledger/entries',
    '/health',
  ];
  for (const route of routes) await call('GET', BASE + route);
  await call('GET', '/api/admin/api-keys');
  await call('GET', '/metrics');
}

/** What must be nowhere: numbers, holders, and every secret that the processes were given. */
function secretsOf(): Record<string, string> {
  const kept = z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(path.join(stack.dataDir, 'secrets.json'), 'utf8')));
  const settings = simulatedProviders(stack.simulatorUrl);
  const xendit = z
    .record(z.string(), z.looseObject({ apiKey: z.string(), callbackToken: z.string() }))
    .parse(JSON.parse(settings['BURSAR_XENDIT_CREDENTIALS'] ?? ''));
  return {
    ...Object.fromEntries(NUMBERS.map((number, index) => [`number ${index}`, number])),
    ...Object.fromEntries(HOLDERS.map((holder, index) => [`holder ${index}`, holder])),
    mockKey: kept['mockApiKey'] ?? '',
    mockWebhookSecret: kept['webhookSecret'] ?? '',
    fieldKey: kept['fieldKeys']?.split(':')[1] ?? '',
    authSecret: kept['authSecret'] ?? '',
    auditKey: kept['auditKeys']?.split(':')[1] ?? '',
    postgresPassword: kept['postgresPassword'] ?? '',
    apiDatabasePassword: kept['apiDatabasePassword'] ?? '',
    workerDatabasePassword: kept['workerDatabasePassword'] ?? '',
    adminKey: stack.apiKey,
    xenditKey: xendit['IDR']?.apiKey ?? '',
    xenditToken: xendit['IDR']?.callbackToken ?? '',
    stripeKey: settings['BURSAR_STRIPE_SECRET_KEY'] ?? '',
    stripeSecret: settings['BURSAR_STRIPE_WEBHOOK_SECRET'] ?? '',
    walletKey: settings['BURSAR_RISEWORKS_WALLET_KEY'] ?? '',
    riseSecret: settings['BURSAR_RISEWORKS_WEBHOOK_SECRET'] ?? '',
  };
}

/** The names of the secrets that stand in the text, as they are or in base64. */
const found = (text: string | Buffer, secrets: Record<string, string>): string[] =>
  Object.entries(secrets).flatMap(([name, secret]) =>
    text.includes(secret) || text.includes(Buffer.from(secret).toString('base64').slice(0, -4))
      ? [name]
      : [],
  );

const filesIn = (folder: string, pattern: RegExp): [string, Buffer][] =>
  readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => [name, readFileSync(path.join(folder, name))]);

/** Every table with the rows in which one of the secrets stands. */
async function rowsWith(secrets: Record<string, string>): Promise<Record<string, number>> {
  const tables = await db.run(
    z.object({ name: z.string() }),
    `select quote_ident(table_name) as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  expect(tables.length).toBeGreaterThan(15);
  const hits: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await db.run(
      z.object({ n: z.number() }),
      `select count(*)::int as n from ${name} t
       where exists (select 1 from unnest($1::text[]) s where strpos(t::text, s) > 0)`,
      [Object.values(secrets)],
    );
    if (row && row.n > 0) hits[name] = row.n;
  }
  return hits;
}

test('account numbers, holders, passwords, second factors, sessions, keys and tokens are in no log, table, answer or file of Temporal', async () => {
  const affiliateIds = [];
  for (const index of NUMBERS.keys()) affiliateIds.push(await addPayee(index));
  await addAccounts(affiliateIds);
  await provokeErrors(affiliateIds[4] ?? '');
  await control(stack, 'balance', { provider: 'xendit', currency: 'IDR', amount: AMOUNT * 10 });
  const submit = { provider: 'xendit', operation: 'submit' };
  await setFaults(stack, [
    { when: submit, probability: 0.3, effect: 'accept_then_status', status: 502 },
    { when: submit, probability: 0.3, effect: 'status_before', status: 500 },
  ]);
  const request = { currency: 'IDR', provider: 'xendit' };
  await call('POST', `${BASE}/batches/preview`, request);
  const made = await call('POST', `${BASE}/batches`, request);
  const batchId = idAt(made.text, /"id":"(bat_\w+)"/);
  expect(made.text).toContain('"paymentCount":5');
  await call('POST', `${BASE}/batches/${batchId}/execute`);
  await expect
    .poll(async () => (await call('GET', `${BASE}/batches/${batchId}`)).text, { timeout: 90_000 })
    .toContain('"COMPLETED":5');
  const people = await livePeople(stack, (answer) => answers.push(answer));
  await readEverything(batchId, affiliateIds[0] ?? '');

  const transfers = await fetch(`${stack.simulatorUrl}/_sim/transfers?provider=xendit`);
  const paid = await transfers.text();
  for (const number of NUMBERS) expect(paid).toContain(number);

  const shown = { ...secretsOf(), ...people.secrets, ...people.sessionTokens };
  const stored = { ...secretsOf(), ...people.secrets, ...people.refused };
  const secrets = { ...shown, ...stored };
  expect(Object.values(secrets).filter((secret) => secret.length < 8)).toEqual([]);
  expect(answers.flatMap((text) => found(text, shown))).toEqual([]);
  expect(await rowsWith(stored)).toEqual({});
  expect(await rowsWith(people.sessionTokens)).toEqual({});
  const logs = filesIn(path.join(stack.dataDir, 'logs'), /./);
  expect(logs.flatMap(([name, text]) => found(text, secrets).map((hit) => [name, hit]))).toEqual(
    [],
  );
  const temporal = filesIn(inject('servers').runDir, /^temporal\.db/);
  expect(
    temporal.flatMap(([name, text]) => found(text, secrets).map((hit) => [name, hit])),
  ).toEqual([]);

  // The same search finds what may be there, so it would have found the others.
  expect(answers.some((text) => found(text, { batchId }).length > 0)).toBe(true);
  expect(Object.keys(await rowsWith({ batchId }))).toEqual(
    expect.arrayContaining(['audit_logs', 'batches', 'payments']),
  );
  expect(logs.some(([, text]) => found(text, { batchId }).length > 0)).toBe(true);
  expect(temporal.some(([, text]) => found(text, { batchId }).length > 0)).toBe(true);
});
