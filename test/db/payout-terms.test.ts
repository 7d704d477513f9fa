import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createBatch, type NewBatch } from '../../db/queries/create-batch.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { OPEN_LIMITS } from '../../domain/eligibility.ts';
import type { Frequency } from '../../domain/rules/terms.ts';
import { insertEarned, insertProgramme, insertRule } from '../support/earned.ts';
import { insertPayee } from '../support/releases.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const day = (text: string) => new Date(`2026-${text}T00:00:00Z`);

async function make(given: Partial<NewBatch> & { affiliateIds: string[] }) {
  const batchId = newId('batch');
  const request = { currency: 'USD', provider: 'mock', limits: OPEN_LIMITS };
  const input = { ...request, batchId, actor: SYSTEM, requiredApprovals: 0, ...given };
  const { excluded } = await createBatch(db, input);
  return { batchId, excluded, payments: await paymentsOf(batchId) };
}

const paymentRow = z.object({
  id: z.string(),
  amount_minor: z.bigint(),
});
const paymentsOf = (batchId: string) =>
  db.run(paymentRow, 'select id, amount_minor from payments where batch_id = $1 order by ordinal', [
    batchId,
  ]);
type PaymentRow = z.infer<typeof paymentRow>;

const amountsOf = (payments: readonly PaymentRow[]) =>
  payments.map(({ amount_minor }) => amount_minor);

async function expectBooksClean(): Promise<void> {
  expect((await checkInvariants(db)).filter(({ breaches }) => breaches > 0)).toEqual([]);
}

test('a filter takes what fits and leaves the rest; nobody is paid more than is owed in all', async () => {
  const programmeId = await insertProgramme(db, 'Second');
  const id = await insertPayee(db);
  const indebted = await insertPayee(db);
  for (const payeeId of [id, indebted]) {
    await insertEarned(db, payeeId, { amountMinor: 4_000n, programmeId });
    await insertEarned(db, payeeId, { amountMinor: 700n });
  }
  await insertEarned(db, indebted, { amountMinor: -1_000n });
  const { payments, excluded } = await make({ affiliateIds: [id, indebted], programmeId });
  expect(amountsOf(payments)).toEqual([4_000n]);
  expect(excluded).toMatchObject([{ affiliateId: indebted, code: 'negative_balance' }]);
  const all = await make({ affiliateIds: [id, indebted] });
  expect(amountsOf(all.payments)).toEqual([700n, 3_700n]);
  await expectBooksClean();
});

test('maturedBy takes what had matured before then, also out of one payable', async () => {
  const id = await insertPayee(db);
  const { payableId } = await insertEarned(db, id, {
    amountMinor: 1_000n,
    earnedAt: day('03-01'),
    availableAt: day('03-20'),
  });
  const later = await insertEarned(db, id, {
    amountMinor: 500n,
    earnedAt: day('03-02'),
    availableAt: day('03-31'),
  });
  await db.run(
    z.unknown(),
    `with moved as (update commissions set payable_id = $1 where id = $2)
     update payables set amount_minor = case id when $1 then 1500 else 0 end,
       commission_count = case id when $1 then 2 else 0 end where id in ($1, $3)`,
    [payableId, later.commissionId, later.payableId],
  );
  const early = await make({ affiliateIds: [id], maturedBy: day('03-20') }).catch(
    (error: unknown) => error,
  );
  expect(early).toMatchObject({
    code: 'no_payable_affiliates',
    excluded: [{ affiliateId: id, code: 'not_matured' }],
  });
  const made = await make({ affiliateIds: [id], maturedBy: day('03-25') });
  expect(amountsOf(made.payments)).toEqual([1_000n]);
  const rest = await make({ affiliateIds: [id], maturedBy: day('04-01') });
  expect(amountsOf(rest.payments)).toEqual([500n]);
  await expectBooksClean();
});

test('a rule of the period decides: a batch goes by the version at maturedBy', async () => {
  const id = await insertPayee(db);
  await insertEarned(db, id, { amountMinor: 3_000n, earnedAt: day('02-01') });
  const ruleId = await insertRule(
    db,
    { payout: { minimums: [{ currency: 'USD', amount: 2_000 }] } },
    { payeeId: id },
  );
  await db.run(
    z.unknown(),
    "update payout_rule_versions set effective_to = '2026-06-01' where rule_id = $1 and version = 1",
    [ruleId],
  );
  await db.run(
    z.unknown(),
    `insert into payout_rule_versions (rule_id, version, effective_from, terms, created_by)
     values ($1, 2, '2026-06-01', '{"payout":{"minimums":[{"currency":"USD","amount":5000}]}}', 'test')`,
    [ruleId],
  );
  const later = make({ affiliateIds: [id], maturedBy: day('06-02') });
  await expect(later).rejects.toMatchObject({ excluded: [{ code: 'below_minimum' }] });
  const made = await make({ affiliateIds: [id], maturedBy: day('05-31') });
  expect(amountsOf(made.payments)).toEqual([3_000n]);
});

test('a minimum of ours can be set aside, that of the provider cannot', async () => {
  const [small, tiny] = [await insertPayee(db), await insertPayee(db)];
  await insertEarned(db, small, { amountMinor: 60n });
  await insertEarned(db, tiny, { amountMinor: 40n });
  const made = await make({
    affiliateIds: [small, tiny],
    limits: { ...OPEN_LIMITS, minimumMinor: 50n },
    ignoreMinimum: true,
  });
  expect(amountsOf(made.payments)).toEqual([60n]);
  expect(made.excluded).toMatchObject([{ affiliateId: tiny, code: 'below_minimum' }]);
});

test('payees who are not due are not looked at; all others who are left out stand beside the batch', async () => {
  const programmeId = await insertProgramme(db, 'Frequencies');
  await insertRule(db, { frequency: { every: 'month' } }, { programmeId });
  const earning = async (amountMinor: bigint) => {
    const id = await insertPayee(db);
    await insertEarned(db, id, { amountMinor, programmeId });
    return id;
  };
  const [monthly, weekly, small] = [
    await earning(5_000n),
    await earning(5_000n),
    await earning(50n),
  ];
  await insertRule(db, { frequency: { every: 'week' } }, { programmeId, payeeId: weekly });
  const asked: (Frequency | null)[] = [];
  const { batchId, payments } = await make({
    affiliateIds: [monthly, weekly, small],
    programmeId,
    isDue: (frequency) => {
      asked.push(frequency);
      return frequency?.every === 'month';
    },
  });
  expect(asked).toHaveLength(2);
  expect(amountsOf(payments)).toEqual([5_000n]);
  const stored = await db.run(
    z.object({ payee_id: z.string(), code: z.string() }),
    'select payee_id, code from batch_exclusions where batch_id = $1',
    [batchId],
  );
  expect(stored).toEqual([{ payee_id: small, code: 'below_minimum' }]);
  const [batch] = await db.run(
    z.object({ skipped: z.record(z.string(), z.number()), programme_id: z.string() }),
    'select skipped, programme_id from batches where id = $1',
    [batchId],
  );
  expect(batch).toEqual({ skipped: { below_minimum: 1 }, programme_id: programmeId });
});
