import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { readMeasure } from '../../db/queries/alert-readings.ts';
import { finishRun, openReconciliation } from '../../db/queries/reconcile-runs.ts';
import { inTransaction } from '../../db/transaction.ts';
import { QUICK_MEASURES, type RuleScope } from '../../domain/alerts/measures.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { useAlertStage } from '../support/alert-stage.ts';
import { insertPayable } from '../support/rows.ts';
import { sentPayments } from '../support/sent-payments.ts';

const stage = useAlertStage();

/** What a rule reads, by the rights of the process that may read it. */
function read(measure: RuleScope['measure'], given: Partial<RuleScope> = {}) {
  const rule = { measure, provider: null, currency: null, threshold: 1, windowMinutes: 60 };
  const db: Db = QUICK_MEASURES.includes(measure) ? stage.worker : stage.api;
  const temporal = () => Promise.resolve(stage.temporal);
  return readMeasure(db, { ...rule, ...given }, { temporal });
}
const rounded = async (readings: ReturnType<typeof read>) =>
  (await readings).map(({ subject, value }) => [subject, Math.floor(value)]);
const sentAgo = (paymentIds: readonly { id: string }[], minutes: number) =>
  stage.run(
    `update payments set updated_at = now() - $2::int * interval '1 minute', submitted_at = now() - $2::int * interval '1 minute'
     where id = any($1)`,
    [paymentIds.map(({ id }) => id), minutes],
  );
/** Brings payments to their end, so that the next test finds none that wait. */
const settle = () =>
  stage.run(
    `update payments set status = 'COMPLETED', completed_at = now() - interval '2 hours', updated_at = now() - interval '2 hours',
       provider_payment_id = coalesce(provider_payment_id, id) where status in ('PROCESSING', 'UNKNOWN')`,
  );

test('stuck payments are those without a step for longer than the window, by provider', async () => {
  const payments = await sentPayments(stage.db, 3);
  expect(await read('stuck_payments')).toEqual([]);
  await sentAgo(payments.slice(0, 2), 61);
  await sentAgo(payments.slice(2), 59);
  expect(await read('stuck_payments')).toEqual([{ subject: 'mock', value: 2 }]);
  expect(await read('stuck_payments', { windowMinutes: 30 })).toEqual([
    { subject: 'mock', value: 3 },
  ]);
  expect(await read('stuck_payments', { provider: 'mock' })).toHaveLength(1);
  expect(await read('stuck_payments', { provider: 'xendit' })).toEqual([]);
  await settle();
});

test('the age of doubt is that of the oldest payment in doubt', async () => {
  const payments = await sentPayments(stage.db, 2, () => ({ kind: 'AMBIGUOUS', code: 'timeout' }));
  await sentAgo(payments.slice(0, 1), 45);
  expect(await rounded(read('unknown_age_minutes'))).toEqual([['mock', 45]]);
  expect(await read('unknown_age_minutes', { provider: 'stripe' })).toEqual([]);
  await settle();
  expect(await read('unknown_age_minutes')).toEqual([]);
});

test('a failure rate is of what ended within the window, and of fewer than 20 there is none', async () => {
  const failure = {
    code: 'invalid_account',
    providerCode: 'X1',
    payeeRemedy: 'Correct it.',
    operatorRemedy: 'Ask.',
  };
  const failed: Outcome = { kind: 'FAILED_FINAL', failure, providerPaymentId: null };
  let count = 0;
  const mixed = (providerPaymentId: string): Outcome => {
    count += 1;
    return count % 4 === 0 ? failed : { kind: 'SETTLED', providerPaymentId };
  };
  await sentPayments(stage.db, 19, mixed);
  expect(await read('failure_rate')).toEqual([]);
  await sentPayments(stage.db, 1, mixed);
  expect(await read('failure_rate')).toEqual([{ subject: 'mock', value: 0.25 }]);
  expect(await read('failure_rate', { provider: 'xendit' })).toEqual([]);
  await stage.run(
    "update payments set updated_at = now() - interval '61 minutes', completed_at = completed_at - interval '61 minutes'",
  );
  expect(await read('failure_rate')).toEqual([]);
  expect(await read('failure_rate', { windowMinutes: 90 })).toEqual([
    { subject: 'mock', value: 0.25 },
  ]);
});

test('a balance is that of the last finished reconciliation of each provider', async () => {
  const balances = (...of: (readonly [string, string | null])[]) => ({
    balances: of.map(([currency, balance]) => ({ currency, balance })),
  });
  const run = async (provider: string, day: string, report: Record<string, unknown> | null) => {
    const id = newId('reconciliation');
    await openReconciliation(stage.db, { id, provider, day, requestedBy: 'system' });
    const counts = {
      matched: 0,
      missingThere: 0,
      missingHere: 0,
      amountDiffers: 0,
      statusDiffers: 0,
    };
    if (report) await finishRun(stage.db, id, { ...counts, clean: true, report });
  };
  await run('mock', '2026-01-01', balances(['USD', '999999']));
  await run('mock', '2026-01-02', balances(['USD', '1200'], ['EUR', '5']));
  await run('mock', '2026-01-03', null);
  await run('xendit', '2026-01-02', balances(['USD', null]));
  await run('riseworks', '2026-01-02', balances(['USD', '-7']));
  const usd = { currency: 'USD' };
  const found = (await read('low_balance', usd)).toSorted((a, b) => a.value - b.value);
  expect(found).toEqual([
    { subject: 'riseworks/USD', value: -7 },
    { subject: 'mock/USD', value: 1_200 },
  ]);
  expect(await read('low_balance', { currency: 'EUR' })).toEqual([
    { subject: 'mock/EUR', value: 5 },
  ]);
  expect(await read('low_balance', { ...usd, provider: 'mock' })).toHaveLength(1);
  expect(await read('low_balance', { currency: 'IDR' })).toEqual([]);
});

test('a provider is silent since its last event, and only where payments wait there', async () => {
  expect(await read('webhook_silence_minutes')).toEqual([]);
  const payments = await sentPayments(stage.db, 2);
  await sentAgo(payments, 100);
  expect(await rounded(read('webhook_silence_minutes'))).toEqual([['mock', 100]]);
  await stage.run(
    `insert into webhook_events (provider, event_id, type, payload, result, created_at) values
       ('mock', 'e1', 'x', '{}', 'ignored', now() - interval '40 minutes'),
       ('xendit', 'e2', 'x', '{}', 'ignored', now())`,
  );
  expect(await rounded(read('webhook_silence_minutes'))).toEqual([['mock', 40]]);
  // An event from before the payment says nothing about its silence.
  await sentAgo(payments, 10);
  expect(await rounded(read('webhook_silence_minutes'))).toEqual([['mock', 10]]);
  await settle();
  expect(await read('webhook_silence_minutes')).toEqual([]);
});

test('what was given up within the window counts, but not what a person ended', async () => {
  const one = async () => (await read('mail_or_delivery_given_up'))[0]?.value;
  expect(await one()).toBe(0);
  const [listening, deleted] = [await stage.endpoint(), await stage.endpoint()];
  await stage.run(
    "insert into outbox_events (id, type, data) values ($1, 'payout.item.paid', '{}')",
    [newId('event')],
  );
  await stage.run("update event_deliveries set status = 'GIVEN_UP' where endpoint_id = any($1)", [
    [listening, deleted],
  ]);
  await stage.run('update webhook_endpoints set deleted_at = now() where id = $1', [deleted]);
  expect(await one()).toBe(1);
  const { payeeId } = await insertPayable(stage.db);
  await stage.run(
    `insert into payee_mails (id, payee_id, event, subject, data, status) values ($1, $2, 'paid', $1, '{}', 'FAILED')`,
    [newId('mail'), payeeId],
  );
  expect(await one()).toBe(2);
  await stage.run("update event_deliveries set due_at = now() - interval '61 minutes'");
  await stage.run("update payee_mails set due_at = now() - interval '61 minutes'");
  expect(await one()).toBe(0);
});

test('no worker is missing while Temporal answers and one asks it for work', async () => {
  const cases = [
    { server: true, worker: true, value: 0 },
    { server: true, worker: false, value: 1 },
    { server: false, worker: false, value: 1 },
  ];
  for (const { value, ...temporal } of cases) {
    Object.assign(stage.temporal, temporal);
    expect(await read('worker_missing')).toEqual([{ subject: '', value }]);
  }
});

test('the queue, and the audit log without seals, are as old as the oldest of theirs', async () => {
  expect(await read('queue_age_minutes')).toEqual([{ subject: '', value: 0 }]);
  await stage.run(
    `update batches set status = 'QUEUED', queue_rank = 1, undo_until = now(), queued_at = now() - interval '90 minutes'
     where id = (select min(id) from batches)`,
  );
  expect(await rounded(read('queue_age_minutes'))).toEqual([['', 90]]);
  const [unsealed] = await read('audit_unsealed_seconds');
  expect(unsealed?.value).toBeGreaterThan(0);
});

test('the checks of the books find what is planted, and nothing before', async () => {
  const sum = async (measure: 'invariant_broken' | 'balance_of_books') =>
    (await read(measure))[0]?.value ?? -1;
  const before = [await sum('invariant_broken'), await sum('balance_of_books')];
  await inTransaction(stage.db, 5_000, async (tx) => {
    await tx.run(z.unknown(), 'set local session_replication_role = replica');
    await tx.run(
      z.unknown(),
      `insert into ledger_entries (entry_id, line, account, side, amount_minor, currency)
       values ('other', 1, 'commission_expense', 'credit', 3, 'USD')`,
    );
  });
  expect(await sum('balance_of_books')).toBe((before[1] ?? 0) + 1);
  expect(await sum('invariant_broken')).toBeGreaterThan(before[0] ?? 0);
});
