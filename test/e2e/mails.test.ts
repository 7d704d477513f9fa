import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { expectBooksAgree } from '../support/books.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  payOut,
  setFaults,
  untilBatch,
  type Caller,
} from '../support/payout.ts';
import { longLivedDir } from '../support/temp-dir.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;
let db: Db;
const folder = path.join(longLivedDir(), 'mails');

beforeAll(async () => {
  stack = await startTestStack({
    env: { BURSAR_MAIL_URL: `folder:${folder}`, BURSAR_SWEEP_INTERVAL_MS: '1000' },
  });
  caller = callerOf(stack);
  db = openDatabase(stack.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

/** A header that may be in encoded words (RFC 2047, Q). */
const decoded = (header: string): string =>
  header
    .replaceAll(/\?= =\?UTF-8\?Q\?/g, '')
    .replaceAll(/=\?UTF-8\?Q\?(.*?)\?=/g, (_all, word: string) =>
      decodeURIComponent(word.replaceAll('_', ' ').replaceAll('%', '%25').replaceAll('=', '%')),
    );

/** Which mails lie in the folder, by address, each with its subject line. */
function mailsIn(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const files = readdirSync(folder).filter((file) => file.endsWith('.eml'));
  for (const file of files) {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const to = /^To: (.*)\r$/m.exec(text)?.[1] ?? '';
    const subject = decoded(/^Subject: (.*)\r$/m.exec(text.replaceAll('\r\n ', ' '))?.[1] ?? '');
    found.set(to, [...(found.get(to) ?? []), subject].toSorted());
  }
  return found;
}

const pageSchema = z.object({
  mails: z.array(
    z.object({
      id: z.string(),
      event: z.string(),
      status: z.string(),
      address: z.string(),
      batchId: z.string().nullable(),
    }),
  ),
});
const mailsOf = async (batchId: string) =>
  pageSchema
    .parse((await caller.get('/mails?limit=1000')).body)
    .mails.filter((mail) => mail.batchId === batchId);
const open = async (batchId: string) =>
  (await mailsOf(batchId)).filter(({ status }) => status === 'PENDING' || status === 'SENDING')
    .length;

test('a paid, a failed, a parked and a left out payee are each told the right thing, once, in their language', async () => {
  const [paid = '', failed = '', parked = '', out = ''] = await importPayees(caller, 'told', 4);
  const sql = (text: string, values: unknown[]) => db.run(z.unknown(), text, values);
  await sql("update payees set language = 'de' where external_id = any($1)", [[failed, parked]]);
  const account = `update accounts a set kyc_status = 'PENDING' from payees y where y.id = a.payee_id and y.external_id = $1`;
  await sql(account, [out]);
  const batchId = await makeBatch(caller);
  await sql(account, [parked]);
  await setFaults(stack, [
    {
      when: { provider: 'mock', operation: 'submit', recipient: failed },
      effect: 'reject',
      code: 'invalid_recipient',
    },
  ]);
  const { counts } = await payOut(caller, batchId, 60_000);
  expect(counts).toMatchObject({ COMPLETED: 1, FAILED: 1, ON_HOLD: 1 });
  await expect.poll(() => mailsOf(batchId).then(({ length }) => length)).toBe(7);
  await expect.poll(() => open(batchId), { timeout: 60_000, interval: 200 }).toBe(0);
  const mails = mailsIn();
  const count = [...mails.values()].flat().length;
  expect(count).toBe(7);
  expect(mails.get(`${paid}@example.test`)).toEqual([
    'Your payout of USD 10.00 has been paid',
    'Your payout of USD 10.00 is on its way',
  ]);
  expect(mails.get(`${failed}@example.test`)).toEqual([
    'Ihre Auszahlung über 10,00 USD ist nicht angekommen',
    'Ihre Auszahlung über 10,00 USD ist unterwegs',
  ]);
  expect(mails.get(`${parked}@example.test`)).toEqual([
    'Ihre Auszahlung über 10,00 USD ist unterwegs',
    'Wir brauchen etwas von Ihnen, bevor wir Sie auszahlen können',
  ]);
  expect(mails.get(`${out}@example.test`)).toEqual([
    'We need something from you before we can pay you',
  ]);
  for (const { address, status } of await mailsOf(batchId)) {
    expect(status).toBe('SENT');
    expect(address).toMatch(/^t\*\*\*@example\.test$/);
  }
  await expectBooksAgree(stack);
}, 180_000);

test('a worker killed amid the mails: each is sent at most once, and none is lost', async () => {
  await importPayees(caller, 'killed', 200);
  const before = readdirSync(folder).length;
  const batchId = await makeBatch(caller);
  await caller.post(`/batches/${batchId}/execute`);
  for (const least of [20, 150]) {
    await expect
      .poll(() => readdirSync(folder).length - before, { timeout: 60_000, interval: 20 })
      .toBeGreaterThan(least);
    await stack.killWorker('SIGKILL');
    await stack.startWorker();
  }
  await untilBatch(caller, batchId, ['COMPLETED'], 90_000);
  const waiting = async () => (await mailsOf(batchId)).filter(({ status }) => status === 'PENDING');
  await expect.poll(() => waiting().then(({ length }) => length), { timeout: 60_000 }).toBe(0);
  // What was under way at a kill may have been sent: nobody sends it again.
  await db.run(
    z.unknown(),
    "update payee_mails set due_at = now() - interval '1 s' where status = 'SENDING'",
  );
  await expect.poll(() => open(batchId), { timeout: 60_000, interval: 200 }).toBe(0);
  const mails = await mailsOf(batchId);
  expect(mails).toHaveLength(400);
  const unsure = mails.filter(({ status }) => status !== 'SENT');
  expect(unsure.length).toBeLessThanOrEqual(2 * 8);
  for (const { status } of unsure) expect(status).toBe('UNKNOWN');
  const twice = [...mailsIn().values()].filter(
    (subjects) => new Set(subjects).size < subjects.length,
  );
  expect(twice).toEqual([]);
  const files = new Set(readdirSync(folder));
  const lost = mails.filter(({ id, status }) => status === 'SENT' && !files.has(`${id}.eml`));
  expect(lost).toEqual([]);
}, 240_000);
