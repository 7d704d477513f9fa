import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { calculateProgramme } from '../../activities/calculate-programme.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { nextQueuedPayees } from '../../db/queries/conversion-pages.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { writeEarnings } from '../../db/queries/write-earnings.ts';
import { programmeOf, TEN_PERCENT, WHOLE_TIERS, type TestProgramme } from '../support/earnings.ts';
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

/** Whatever a test has done, the books hold. */
async function expectSound(): Promise<void> {
  const breaches = (await checkInvariants(db)).filter((invariant) => invariant.breaches > 0);
  expect(breaches).toEqual([]);
}

/** Many affiliates with a few conversions each; answers how many conversions. */
async function fill(programme: TestProgramme, payees: number, each: number): Promise<number> {
  await db.run(
    z.unknown(),
    `with payee as (
       insert into payees (id, external_id, full_name, email, country, currency)
       select 'aff_' || md5($1 || i), $1 || i, 'A', 'a@example.test', 'US', 'USD' from generate_series(1, $2::int) i
       returning id
     ),
     made as (
       insert into conversions (id, programme_id, external_id, affiliate_external_id, payee_id, amount_minor, currency,
         occurred_at, status)
       select 'cnv_' || md5(p.id || n), $1, p.id || n, p.id, p.id, 1000 + n, 'USD', timestamptz '2026-01-01' + n * interval '1 minute', 'APPROVED'
       from payee p cross join generate_series(1, $3::int) n returning payee_id
     )
     insert into calculation_queue (programme_id, payee_id, due_at, dirty_from)
     select distinct $1, payee_id, timestamptz '-infinity', timestamptz '2026-01-01' from made`,
    [programme.id, payees, each],
    { deadlineMs: 60_000 },
  );
  return payees * each;
}

test('two and more runners at once book nothing twice and leave nothing out', async () => {
  const programme = await programmeOf(db);
  await programme.rule(WHOLE_TIERS);
  const conversions = await fill(programme, 1_500, 8);
  const others = [openDatabase(database.databaseUrl), openDatabase(database.databaseUrl)];
  const request = { programmeId: programme.id, asOf: null };
  const done = await Promise.all(
    [db, db, ...others].map((each) => calculateProgramme(each, request)),
  );
  expect(done.reduce((sum, { commissions }) => sum + commissions, 0)).toBe(conversions);
  expect(await programme.commissions()).toHaveLength(conversions);
  expect(await programme.queued()).toEqual([]);
  await Promise.all(others.map((each) => each.close()));
  await expectSound();
});

test('a run that is cut off between pages is finished by the next, to the unit', async () => {
  const programme = await programmeOf(db);
  await programme.rule(WHOLE_TIERS);
  const conversions = await fill(programme, 2_200, 8);
  let pages = 0;
  const cut = calculateProgramme(db, {
    programmeId: programme.id,
    asOf: null,
    beat: () => {
      pages += 1;
      if (pages === 3) throw new Error('cut off');
    },
  });
  await expect(cut).rejects.toThrow('cut off');
  const before = (await programme.commissions()).length;
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(conversions);
  await programme.calculate();
  expect(await programme.commissions()).toHaveLength(conversions);
  await expectSound();
});

test('what was read before the queue changed is not written, also where a row was made again alike', async () => {
  const programme = await programmeOf(db);
  await programme.rule(TEN_PERCENT);
  const conversion = await programme.conversion({ at: '2026-01-05T00:00:00Z' });
  const asOf = new Date('2026-02-01T00:00:00Z');
  const page = { programmeId: programme.id, asOf, lookBack: false, after: '', limit: 10 };
  const read = async () => {
    const payees = await nextQueuedPayees(db, page);
    return { programmeId: programme.id, asOf, payees, decisions: [], months: [], followUps: [] };
  };
  const first = await read();
  await programme.queue(programme.payeeId, '2026-01-05T00:00:00Z');
  expect(await writeEarnings(db, first)).toMatchObject({ payees: 0, left: 1 });
  const second = await read();
  await db.run(z.unknown(), 'delete from calculation_queue where programme_id = $1', [
    programme.id,
  ]);
  await db.run(
    z.unknown(),
    `insert into calculation_queue (programme_id, payee_id, due_at, dirty_from, revision) values ($1, $2, '-infinity', '2026-01-05', 2)`,
    [programme.id, programme.payeeId],
  );
  expect(await writeEarnings(db, second)).toMatchObject({ payees: 0, left: 1 });
  await programme.calculate();
  expect(await programme.earned(conversion)).toEqual(['commission 1000']);
});

test('an affiliate with too many conversions is put off with a warning, and the others go on', async () => {
  const programme = await programmeOf(db);
  await programme.rule(TEN_PERCENT);
  await fill(programme, 1, 200_001);
  await programme.conversion({ at: '2026-01-05T00:00:00Z' });
  expect(await programme.calculate()).toEqual({ payees: 1, conversions: 1, commissions: 1 });
  const told = await db.run(
    z.object({ status: z.string() }),
    "select status from audit_logs where action = 'commission.calculation_put_off' and details->>'programmeId' = $1",
    [programme.id],
  );
  expect(told).toEqual([{ status: 'WARNING' }]);
  expect(await programme.queued()).toHaveLength(1);
});
