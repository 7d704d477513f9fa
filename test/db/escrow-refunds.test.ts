import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { bindAccounts } from '../../db/queries/bind-accounts.ts';
import { listShares } from '../../db/queries/escrow-payouts.ts';
import { refundRelease, type NewRefund } from '../../db/queries/refund-release.ts';
import type { NewRelease } from '../../db/queries/schedule-release.ts';
import { ALL, escrowBooks, refusalOf } from '../support/escrow-books.ts';
import { insertProject, releaseTo, schedule } from '../support/releases.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let db: Db;
let projectId: string;
const { numberOf, payees, paymentsOf, balanceOf, booked, run, send, breaches } = escrowBooks(
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

const refundOf = (release: NewRelease, given: Partial<NewRefund> = {}): NewRefund => ({
  id: newId('refund'),
  externalId: `refund-${newId('batch')}`,
  escrowId: release.escrowId,
  milestoneId: release.milestoneId,
  amountMinor: null,
  reason: 'the buyer got the money back',
  actor: SYSTEM,
  ...given,
});

test('a refund before anything is sent cancels the payments and leaves no balance', async () => {
  const to = await payees([600n, 400n]);
  const release = await schedule(db, releaseTo(projectId, to));
  expect(await refundRelease(db, refundOf(release))).toBe(true);
  expect(await paymentsOf(release)).toMatchObject([
    { status: 'CANCELLED', failure_code: 'refunded' },
    { status: 'CANCELLED', failure_code: 'refunded' },
  ]);
  for (const { payeeId } of to) expect(await balanceOf(payeeId)).toBe(0);
  for (const account of ['escrow_liability', 'payee_payable', 'platform_revenue', 'tax_payable'])
    expect(await booked(release, account)).toBe(0);
});

test('a refund after the split makes a debt of whoever was sent money, and the next release settles it', async () => {
  const [one] = await payees([600n]);
  if (!one) throw new Error('no payee');
  const release = await schedule(db, releaseTo(projectId, [one]));
  await run(release, async () => {
    await bindAccounts(db, release.batchId, ALL);
    await send(release);
  });
  expect(
    await refundRelease(db, refundOf(release, { amountMinor: release.amountMinor / 2n })),
  ).toBe(true);
  const debt = await balanceOf(one.payeeId);
  expect(debt).toBeLessThan(0);
  expect(await paymentsOf(release)).toMatchObject([{ status: 'PROCESSING' }]);

  const small = await schedule(db, releaseTo(projectId, [{ ...one, netMinor: 10n }]));
  expect(await paymentsOf(small)).toEqual([]);
  const large = await schedule(db, releaseTo(projectId, [{ ...one, netMinor: 1_000n }]));
  expect(await paymentsOf(large)).toMatchObject([{ amount_minor: BigInt(1_000 + 10 + debt) }]);
  const [share] = await listShares(db, `rel_${large.batchId.slice(4)}`, -1, 10);
  expect(share?.netted_minor).toBe(BigInt(-(10 + debt)));
  expect(await balanceOf(one.payeeId)).toBe(0);
});

test('refunds in parts end exactly in what was released, also two at once, and never above it', async () => {
  const release = await schedule(db, releaseTo(projectId, await payees([333n, 333n, 334n])));
  const total = release.amountMinor;
  const part = total / 7n;
  const some = await Promise.all(
    Array.from({ length: 5 }, () =>
      refusalOf(refundRelease(db, refundOf(release, { amountMinor: part }))),
    ),
  );
  expect(some).toEqual(['accepted', 'accepted', 'accepted', 'accepted', 'accepted']);
  expect(await refusalOf(refundRelease(db, refundOf(release, { amountMinor: total })))).toBe(
    'validation_error',
  );
  const rest = refundOf(release);
  expect(await refundRelease(db, rest)).toBe(true);
  expect(await refundRelease(db, { ...rest, id: newId('refund') })).toBe(false);
  expect(
    await refusalOf(refundRelease(db, { ...rest, id: newId('refund'), amountMinor: 1n })),
  ).toBe('already_refunded');
  expect(
    await numberOf(
      'select sum(f.amount_minor) as n from escrow_refunds f join escrow_releases r on r.id = f.release_id where r.batch_id = $1',
      [release.batchId],
    ),
  ).toBe(Number(total));
  for (const account of ['escrow_liability', 'payee_payable', 'platform_revenue', 'tax_payable'])
    expect(await booked(release, account)).toBe(0);
});

test('after all of this the invariants of the books hold', async () => {
  expect(await breaches()).toEqual([]);
});
