import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { claimAttempts } from '../../db/queries/claim-attempts.ts';
import { bindAccounts } from '../../db/queries/bind-accounts.ts';
import {
  batchesParkedFor,
  batchesParkedTooLong,
  continueParked,
  endParked,
} from '../../db/queries/parked-payments.ts';
import { scheduleRelease, type NewRelease } from '../../db/queries/schedule-release.ts';
import { ALL, escrowBooks, refusalOf } from '../support/escrow-books.ts';
import { insertProject, releaseTo, schedule } from '../support/releases.ts';
import { setCooldown } from '../support/security-policy.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let db: Db;
let projectId: string;
const {
  numberOf,
  payee,
  payees,
  paymentsOf,
  batchOf,
  balanceOf,
  booked,
  run,
  send,
  intents,
  addAccount,
  parked,
  breaches,
} = escrowBooks(
  () => db,
  () => projectId,
);

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
  projectId = await insertProject(db);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

test('a release is scheduled in one statement: shares, earnings, payments without account, entry, audit', async () => {
  const release = await schedule(db, releaseTo(projectId, await payees([5_000n, 3_000n, 0n])));
  expect(await batchOf(release)).toEqual({ status: 'QUEUED' });
  expect(await paymentsOf(release)).toMatchObject([
    { amount_minor: 5_000n, status: 'PENDING', account_ref: null },
    { amount_minor: 3_000n, status: 'PENDING', account_ref: null },
  ]);
  expect(await booked(release, 'escrow_liability')).toBe(-Number(release.amountMinor));
  expect(await booked(release, 'payee_payable')).toBe(8_000);
  expect(await booked(release, 'platform_revenue')).toBe(800);
  expect(await booked(release, 'tax_payable')).toBe(3);
  const steps = await numberOf('select count(*) as n from audit_logs where batch_id = $1', [
    release.batchId,
  ]);
  expect(steps).toBe(3);
});

test('100 schedule calls at once on one escrow make one batch, and one for ever after', async () => {
  const to = await payees([700n, 300n]);
  const escrowId = `escrow-${newId('batch')}`;
  const results = await Promise.all(
    Array.from({ length: 100 }, () =>
      refusalOf(scheduleRelease(db, releaseTo(projectId, to, { escrowId }))),
    ),
  );
  expect(results.filter((result) => result === 'accepted')).toHaveLength(1);
  expect(results.filter((result) => result === 'already_scheduled')).toHaveLength(99);
  expect(
    await numberOf('select count(*) as n from escrow_releases where escrow_id = $1', [escrowId]),
  ).toBe(1);
  expect(await refusalOf(scheduleRelease(db, releaseTo(projectId, to, { escrowId })))).toBe(
    'already_scheduled',
  );
});

test('the same call again after an unknown commit finds what it made', async () => {
  const release = await schedule(db, releaseTo(projectId, await payees([700n])));
  expect(await refusalOf(scheduleRelease(db, release))).toBe('accepted');
  expect(await paymentsOf(release)).toHaveLength(1);
});

test('milestones of one escrow are released each once; whole and in parts exclude each other', async () => {
  const to = await payees([100n]);
  const escrowId = `escrow-${newId('batch')}`;
  const milestone = (milestoneId: string | null, given: Partial<NewRelease> = {}) =>
    refusalOf(scheduleRelease(db, releaseTo(projectId, to, { escrowId, milestoneId, ...given })));
  expect(await milestone('m1')).toBe('accepted');
  expect(await milestone('m2')).toBe('accepted');
  expect(await milestone('m1')).toBe('already_scheduled');
  expect(await milestone(null)).toBe('already_scheduled');
  expect(await milestone('m3', { currency: 'EUR' })).toBe('validation_error');
  const whole = releaseTo(projectId, to);
  await scheduleRelease(db, whole);
  expect(
    await refusalOf(
      scheduleRelease(
        db,
        releaseTo(projectId, to, { escrowId: whole.escrowId, milestoneId: 'm1' }),
      ),
    ),
  ).toBe('already_scheduled');
});

test('the database refuses shares that are not the release, and any change of them', async () => {
  const release = releaseTo(projectId, await payees([500n]));
  const wrong = {
    ...release,
    amountMinor: release.amountMinor + 1n,
    platformFeeMinor: release.platformFeeMinor + 1n,
  };
  expect(await refusalOf(scheduleRelease(db, wrong))).toBe('23514');
  await scheduleRelease(db, release);
  const change = (text: string) => refusalOf(db.run(z.unknown(), text, [release.batchId]));
  expect(
    await change('update escrow_releases set amount_minor = amount_minor + 1 where batch_id = $1'),
  ).toBe('23001');
  expect(
    await change(
      'update escrow_shares set net_minor = 1 where release_id = (select id from escrow_releases where batch_id = $1)',
    ),
  ).toBe('23001');
  expect(await change('delete from escrow_releases where batch_id = $1')).toBe('23001');
});

test('an entry that does not balance is refused at the end of its statement', async () => {
  expect(
    await refusalOf(
      db.run(
        z.unknown(),
        `insert into ledger_entries (entry_id, line, account, side, amount_minor, currency)
         values ('x:1', 1, 'a', 'debit', 5, 'USD'), ('x:1', 2, 'b', 'credit', 4, 'USD')`,
      ),
    ),
  ).toBe('23514');
});

test('accounts are looked up at send: a missing one is on hold, the others are bound', async () => {
  const good = await payee();
  const none = await payee(null);
  const release = await schedule(
    db,
    releaseTo(projectId, [
      { payeeId: good, netMinor: 500n },
      { payeeId: none, netMinor: 400n },
    ]),
  );
  await run(release, async () => {
    await bindAccounts(db, release.batchId, ALL);
    expect(await paymentsOf(release)).toMatchObject([
      { payee_id: good, status: 'PENDING', account_ref: `ref-${good}` },
      { payee_id: none, status: 'ON_HOLD', hold_reason: 'no_account', account_ref: null },
    ]);
    const rebind =
      "update payments set account_ref = 'elsewhere' where batch_id = $1 and payee_id = $2";
    await send(release);
    expect(await refusalOf(db.run(z.unknown(), rebind, [release.batchId, good]))).toBe('23001');
  });
});

test('law 2: a request written for one account is not sent once another execution has bound another', async () => {
  await setCooldown(db, 0);
  const payeeId = await payee();
  const release = await schedule(db, releaseTo(projectId, [{ payeeId, netMinor: 500n }]));
  await run(release, async () => {
    await bindAccounts(db, release.batchId, ALL);
    const stale = await intents(release);
    const moved =
      "update accounts set account_ref = 'elsewhere', changed_at = now() where payee_id = $1";
    await db.run(z.unknown(), moved, [payeeId]);
    await bindAccounts(db, release.batchId, ALL);
    expect(await claimAttempts(db, release.batchId, stale, 'zombie')).toEqual(new Set());
    const fresh = await intents(release);
    expect((await claimAttempts(db, release.batchId, fresh, 'fence')).size).toBe(1);
    expect(await paymentsOf(release)).toMatchObject([
      { status: 'PROCESSING', account_ref: 'elsewhere' },
    ]);
  });
});

test('a parked payment goes on when its payee can be paid, and only then', async () => {
  const { release, payeeId } = await parked();
  expect(await batchesParkedFor(db, [payeeId])).toEqual([]);
  expect(await continueParked(db, release.batchId)).toBe(0);
  await addAccount(payeeId, 'PENDING');
  expect(await batchesParkedFor(db, [payeeId])).toEqual([]);
  await db.run(z.unknown(), "update accounts set kyc_status = 'APPROVED' where payee_id = $1", [
    payeeId,
  ]);
  expect(await batchesParkedFor(db, [payeeId])).toEqual([release.batchId]);
  expect(await continueParked(db, release.batchId)).toBe(1);
  expect(await continueParked(db, release.batchId)).toBe(0);
  expect(await paymentsOf(release)).toMatchObject([{ status: 'PENDING', hold_reason: null }]);
  expect(await batchOf(release)).toEqual({ status: 'QUEUED' });
  await run(release, async () => {
    await bindAccounts(db, release.batchId, ALL);
    expect(await paymentsOf(release)).toMatchObject([{ account_ref: `late-${payeeId}` }]);
  });
});

test('a payment parked for too long is cancelled: payable again, with a case, and no failure of its batch', async () => {
  const { release, payeeId } = await parked();
  const dayMs = 86_400_000;
  expect(await batchesParkedTooLong(db, 90 * dayMs)).not.toContain(release.batchId);
  expect(await endParked(db, release.batchId, 90 * dayMs)).toBe(0);
  await db.run(
    z.unknown(),
    "update payments set held_at = now() - interval '91 days' where batch_id = $1",
    [release.batchId],
  );
  expect(await batchesParkedTooLong(db, 90 * dayMs)).toContain(release.batchId);
  expect(await endParked(db, release.batchId, 90 * dayMs)).toBe(1);
  expect(await endParked(db, release.batchId, 90 * dayMs)).toBe(0);
  expect(await paymentsOf(release)).toMatchObject([
    { status: 'CANCELLED', failure_code: 'parked_too_long' },
  ]);
  expect(await balanceOf(payeeId)).toBe(400);
  expect(
    await numberOf(
      "select count(*) as n from cases where kind = 'parked_too_long' and batch_id = $1",
      [release.batchId],
    ),
  ).toBe(1);
});

test('a release to 10,000 recipients is scheduled within its deadline', async () => {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `insert into payees (id, external_id, full_name, email, country, currency)
     select 'aff_' || lpad(to_hex(n), 32, '0'), 'many-' || n, 'Many', 'm@example.test', 'US', 'USD'
     from generate_series(1, 10000) n returning id`,
  );
  const to = rows.map(({ id }) => ({ payeeId: id, netMinor: 100n }));
  const release = await schedule(
    db,
    releaseTo(projectId, to, { scheduledFor: new Date(Date.now() + 86_400_000) }),
  );
  expect(await batchOf(release)).toEqual({ status: 'PENDING' });
  expect(
    await numberOf('select count(*) as n from payments where batch_id = $1', [release.batchId]),
  ).toBe(10_000);
});

test('after all of this the invariants of the books hold', async () => {
  expect(await breaches()).toEqual([]);
});
