import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  payOut,
  setFaults,
  type Caller,
} from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;
let db: Db;

/** What says where a row of each table stands. */
const STATES = {
  batches: 'status',
  payments: 'status',
  commissions: 'status',
  accounts: 'kyc_status',
  users: 'frozen_at',
  api_keys: 'revoked_at',
  holds: 'released_at',
  cases: 'status',
};

/** Writes each step down as it happens, with its transaction, whoever makes it. */
const WATCH = `
  create table watched_steps (what text, id text, from_state text, to_state text, made bool, xact bigint);
  create function watch_step() returns trigger language plpgsql security definer set search_path = public as $$
  declare before text := case when tg_op = 'UPDATE' then to_jsonb(old)->>tg_argv[0] end;
  begin
    if tg_op = 'INSERT' or before is distinct from to_jsonb(new)->>tg_argv[0] then
      insert into watched_steps values (tg_table_name, new.id, before, to_jsonb(new)->>tg_argv[0], tg_op = 'INSERT',
        pg_current_xact_id()::text::bigint);
    end if;
    return null;
  end $$;`;

beforeAll(async () => {
  stack = await startTestStack();
  caller = callerOf(stack);
  db = openDatabase(stack.databaseUrl);
  for (const statement of WATCH.split(/;\n(?=\s*create function)/)) {
    await db.run(z.never(), statement);
  }
  for (const [table, column] of Object.entries(STATES)) {
    await db.run(
      z.never(),
      `create trigger watch after insert or update on ${table} for each row execute function watch_step('${column}')`,
    );
  }
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

const stepRow = z.object({
  what: z.string(),
  id: z.string(),
  from_state: z.string().nullable(),
  to_state: z.string().nullable(),
});

test('each step of a batch, its payments and all that belongs to them has its audit row in its own transaction', async () => {
  const [, unlucky = ''] = await importPayees(caller, 'steps', 8);
  await setFaults(stack, [
    {
      when: { provider: 'mock', operation: 'submit', recipient: unlucky },
      probability: 1,
      effect: 'status_before',
      status: 503,
    },
  ]);
  const batchId = await makeBatch(caller);
  const [held] = await db.run(z.object({ id: z.string() }), 'select id from payments limit 1');
  const placed = await caller.post('/holds', {
    subject: 'payment',
    id: held?.id,
    reason: 'to be looked at',
  });
  const holdId = z.object({ hold: z.object({ id: z.string() }) }).parse(placed.body).hold.id;
  expect((await caller.post(`/holds/${holdId}/release`, { reason: 'it is right' })).status).toBe(
    200,
  );
  const batch = await payOut(caller, batchId, 120_000);
  expect(batch.counts['COMPLETED']).toBeGreaterThan(5);

  const steps = await db.run(
    z.object({ what: z.string(), n: z.bigint() }),
    'select what, count(*) as n from watched_steps group by what order by what',
  );
  expect(steps.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['accounts', 'batches', 'commissions', 'holds', 'payments']),
  );
  const silent = await db.run(
    stepRow,
    `select what, id, from_state, to_state from watched_steps w
     where not exists (select 1 from audit_logs l where l.xact = w.xact)`,
  );
  expect(silent).toEqual([]);
  // A payment may pass through a state within one statement: then one row leaves and another arrives.
  const unnamed = await db.run(
    stepRow,
    `select what, id, from_state, to_state from watched_steps w
     where what in ('batches', 'payments') and not made and not (
       exists (select 1 from audit_logs l where l.xact = w.xact and l.from_state = w.from_state
         and case w.what when 'payments' then l.payment_id = w.id else l.batch_id = w.id and l.payment_id is null end)
       and exists (select 1 from audit_logs l where l.xact = w.xact and l.to_state = w.to_state
         and case w.what when 'payments' then l.payment_id = w.id else l.batch_id = w.id and l.payment_id is null end))`,
  );
  expect(unnamed).toEqual([]);
  console.info(JSON.stringify(Object.fromEntries(steps.map(({ what, n }) => [what, Number(n)]))));
});
