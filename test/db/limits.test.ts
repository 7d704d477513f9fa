import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeLimits, type LimitSettings, type Limits } from '../../api/http/limits.ts';
import { problemOf } from '../../api/http/problems.ts';
import { RateLimited } from '../../api/http/rate-limited.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { noRow } from '../../db/rows.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const ADA = 'ada@example.com';
const HOME = '192.0.2.1';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
});
beforeEach(() => db.run(noRow, 'delete from rate_limits'));
afterAll(async () => {
  await db.close();
  await database.drop();
});

/** The limits as another process over the same database has them. */
const limits = (changes: Partial<LimitSettings> = {}): Limits => makeLimits(db, changes);

/** Waits that a refused try is told, in seconds; null for one that may look at the proof. */
async function waitOf(attempt: Promise<void>): Promise<number | null> {
  try {
    await attempt;
    return null;
  } catch (error) {
    if (error instanceof RateLimited) return error.retryAfterSeconds;
    throw error;
  }
}

const guess = (by: Limits, account: string, address: string) =>
  waitOf(by.signIn.check(account, address));

/** How many of 10,000 guesses at one account, 100 at once over two processes, may look at the proof. */
async function lookedAt(addressOf: (round: number, n: number) => string): Promise<number> {
  const processes = [limits(NO_ADDRESS_LIMIT), limits(NO_ADDRESS_LIMIT)];
  let looked = 0;
  for (let round = 0; round < 100; round += 1) {
    const waits = await Promise.all(
      Array.from({ length: 100 }, (_, n) => {
        const by = processes[n % 2] ?? limits();
        return guess(by, n % 3 === 0 ? 'ADA@example.com ' : ADA, addressOf(round, n));
      }),
    );
    looked += waits.filter((wait) => wait === null).length;
  }
  return looked;
}

test('of 10,000 guesses at one account from one place, 5 are looked at, in whatever processes', async () => {
  // Addresses of one /64 are one place, and so is IPv4 written as IPv6.
  expect(await lookedAt((round, n) => `2001:db8:1:1::${round.toString(16)}:${n}`)).toBe(5);
  expect(await lookedAt((_round, n) => (n % 2 === 0 ? HOME : `::ffff:${HOME}`))).toBe(5);
});

test('of 10,000 guesses at one account from 10,000 places, 100 an hour are looked at', async () => {
  expect(await lookedAt((round, n) => `198.18.${round}.${n}`)).toBe(100);
});

test('tries from elsewhere do not shut a person out at once', async () => {
  const by = limits();
  for (let n = 0; n < 8; n += 1) await guess(by, ADA, '203.0.113.7');
  expect(await guess(by, ADA, '203.0.113.7')).not.toBe(null);
  expect(await guess(by, ADA, HOME)).toBe(null);
});

const NO_ADDRESS_LIMIT = {
  signInGlobal: { points: 1_000_000, seconds: 60 },
  signInAddress: { points: 1_000_000, seconds: 900 },
};

test('an address tries 50 times, whatever the accounts, and others go on', async () => {
  const by = limits();
  const waits: (number | null)[] = [];
  for (let n = 0; n < 60; n += 1) waits.push(await guess(by, `someone${n}@example.com`, HOME));
  expect(waits.filter((wait) => wait === null)).toHaveLength(50);
  expect(waits.at(-1)).toBeGreaterThan(800);
  expect(await guess(by, ADA, '192.0.2.2')).toBe(null);
});

test('everybody together tries as often as the installation allows', async () => {
  const by = limits({ signInGlobal: { points: 20, seconds: 60 } });
  const waits = await Promise.all(
    Array.from({ length: 30 }, (_, n) => guess(by, `p${n}@example.com`, `192.0.2.${n}`)),
  );
  expect(waits.filter((wait) => wait === null)).toHaveLength(20);
});

test('a shut account stays shut for 15 minutes, the next time twice as long, to a limit', async () => {
  const waits: (number | null)[] = [];
  for (let time = 0; time < 4; time += 1) {
    // Each time another process, for one remembers whom it has refused.
    const by = limits({ signInBlockSecondsMax: 3_000 });
    for (let n = 0; n < 5; n += 1) expect(await guess(by, ADA, HOME)).toBe(null);
    waits.push(await guess(by, ADA, HOME));
    expect(await guess(by, ADA, HOME)).toBeGreaterThan((waits.at(-1) ?? 0) - 60);
    // The time of the block passes; the count of blocks stays for a day.
    await db.run(noRow, `update rate_limits set expire = now() where key like 'sign_in_account:%'`);
  }
  expect(waits).toEqual([900, 1_800, 3_000, 3_000]);
});

test('who proves who they are begins anew, and their address has the try back', async () => {
  const by = limits({ signInAddress: { points: 6, seconds: 900 } });
  for (let round = 0; round < 4; round += 1) {
    for (let n = 0; n < 4; n += 1) await by.signIn.failed(ADA, HOME);
    expect(await guess(by, ADA, HOME)).toBe(null);
    await by.signIn.succeeded(ADA, HOME);
  }
  for (let n = 0; n < 5; n += 1) expect(await guess(by, ADA, HOME)).toBe(null);
  expect(await guess(by, ADA, HOME)).not.toBe(null);
});

test('a right password gives back no try at the second factor', async () => {
  const by = limits();
  const waits: (number | null)[] = [];
  for (let n = 0; n < 8; n += 1) {
    await by.signIn.check(ADA, HOME);
    await by.signIn.succeeded(ADA, HOME);
    waits.push(await waitOf(by.secondFactor.check('usr_1', HOME)));
  }
  expect(waits.map((wait) => wait === null)).toEqual([
    ...Array.from({ length: 5 }, () => true),
    ...Array.from({ length: 3 }, () => false),
  ]);
});

test('an account that there is not is shut like any other, and no name stands in the table', async () => {
  const by = limits();
  for (let n = 0; n < 6; n += 1) await guess(by, 'nobody@example.com', HOME);
  expect(await guess(by, 'nobody@example.com', HOME)).toBeGreaterThan(800);
  const rows = await db.orm.query.rateLimits.findMany();
  expect(JSON.stringify(rows)).not.toMatch(/nobody|192\.0\.2/);
});

test('while the database is away nobody may try: it fails closed', async () => {
  const away = openDatabase('postgres://nobody@127.0.0.1:1/none');
  const by = makeLimits(away);
  const refusals = [
    by.signIn.check(ADA, HOME),
    by.secondFactor.check(ADA, HOME),
    by.reveal('user:1'),
    by.exports('user:1'),
    Promise.resolve(by.requests.take('user:1')),
    by.firstInMinute('user:1'),
  ];
  for (const refused of await Promise.allSettled(refusals)) {
    expect(refused.status).toBe('rejected');
    expect(problemOf(Object(refused)['reason']).status).toBeGreaterThanOrEqual(500);
  }
  await away.close();
});

test('reveals and exports of one caller end at their limits, those of others do not', async () => {
  const by = limits({ reveals: { points: 2, seconds: 60 }, exports: { points: 1, seconds: 60 } });
  for (let n = 0; n < 2; n += 1) await by.reveal('user:1');
  await expect(by.reveal('user:1')).rejects.toThrow(RateLimited);
  await by.reveal('user:2');
  await by.exports('user:1');
  await expect(by.exports('user:1')).rejects.toThrow(RateLimited);
});

test('requests of one caller over two processes end at the limit, and most ask no database', async () => {
  const requests = { points: 10_000, seconds: 60 };
  const processes = [limits({ requests }), limits({ requests })];
  let allowed = 0;
  let firstRefusals = 0;
  for (let n = 0; n < 12_000; n += 1) {
    const taken = await (processes[n % 2] ?? limits()).requests.take('key:1');
    allowed += taken.allowed ? 1 : 0;
    firstRefusals += taken.firstRefusal ? 1 : 0;
  }
  expect(allowed).toBe(10_000);
  expect(firstRefusals).toBe(2);
  const rows = await db.orm.query.rateLimits.findMany();
  expect(rows.find(({ key }) => key.startsWith('requests:'))?.points).toBeLessThan(10_400);
  expect((await limits({ requests }).requests.take('key:2')).allowed).toBe(true);
});

test('a hundred requests at once ask the database once', async () => {
  const by = limits({ requests: { points: 10_000, seconds: 60 } });
  await Promise.all(Array.from({ length: 100 }, async () => by.requests.take('key:3')));
  const rows = await db.orm.query.rateLimits.findMany();
  expect(rows.map(({ points }) => points)).toEqual([100]);
});

test('a small limit is exact, and begins anew when its time is over', async () => {
  const by = limits({ requests: { points: 3, seconds: 1 } });
  const take = async () => (await by.requests.take('key:4')).allowed;
  const first = [await take(), await take(), await take(), await take(), await take()];
  expect(first).toEqual([true, true, true, false, false]);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect(await take()).toBe(true);
});

test('what need not be written each time is written once in a minute over all processes', async () => {
  const [one, other] = [limits(), limits()];
  const answers = await Promise.all(
    [one, other, one, other].map((by) => by.firstInMinute('rate.limited key:5')),
  );
  expect(answers.filter(Boolean)).toHaveLength(1);
  expect(await one.firstInMinute('rate.limited key:6')).toBe(true);
});
