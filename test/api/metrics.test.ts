import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeMetrics } from '../../api/metrics.ts';
import { openDatabase } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { readBookBalances } from '../../db/queries/gauges/books.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { queueIfCleared } from '../../db/queries/queue-batch.ts';
import { countPayments } from '../../db/queries/gauges/payments.ts';
import { readBalances } from '../../db/queries/ledger.ts';
import { addUpSlots } from '../../db/queries/report/add-up.ts';
import { countColumn, noRow } from '../../db/rows.ts';
import { page, codeSpans, tableRows } from '../docs/pages.ts';
import { addPayable } from './support/data.ts';
import { openNews } from './support/event-reader.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();
const AWAY = 'postgres://nobody@127.0.0.1:9/nowhere';
const noTemporal = () => Promise.resolve({ server: false, worker: false });

const run = (sql: string, values: readonly unknown[] = []) => api.db.run(noRow, sql, values);

/** Metrics as they are served, read anew. */
const readMetrics = (streamsOpen = () => 0): Promise<string> =>
  makeMetrics(api.db, { askTemporal: noTemporal, streamsOpen }).text();

/** The value of one series; undefined where it is not told. */
function valueOf(
  text: string,
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const found = lines.find((line) =>
    Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)),
  );
  return found === undefined ? undefined : Number(found.split(' ').pop());
}

async function makeBatch(): Promise<string> {
  const made = await api.post('/batches', {
    affiliateIds: [await addPayable(api), await addPayable(api)],
  });
  return String(made.at('batch.id'));
}

/** Has a batch's payments be with their provider. */
const send = (batchId: string) =>
  run(`update payments set status = 'PROCESSING' where batch_id = $1`, [batchId]);

/** Has a batch's payments settled in so many seconds, with their entries in the books. */
async function settle(batchId: string, seconds: number): Promise<void> {
  await send(batchId);
  await run(
    `with paid as (
       update payments set status = 'COMPLETED', created_at = now() - $2::int * interval '1 second',
         submitted_at = now() - ($2::int - 1) * interval '1 second', completed_at = now()
       where batch_id = $1 returning *
     ),
     lines as (
       select id, line, account, side from paid cross join (values (1, 'payee_payable', 'debit'),
         (2, 'provider_clearing/mock', 'credit')) as l (line, account, side)
     )
     insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, payment_id, batch_id)
     select p.id || ':settled', l.line, l.account, l.side, p.amount_minor, p.currency, p.payee_id, p.id, p.batch_id
     from lines l join paid p using (id)`,
    [batchId, seconds],
  );
}

test('the table of docs/monitoring.md is what is served', async () => {
  const written = tableRows(page('docs/monitoring.md'), '## Metrics')
    .slice(1)
    .flatMap(([name = '', labels = '']) =>
      codeSpans(name).map((each) => [each, codeSpans(labels).toSorted().join(' ')]),
    );
  const { text } = await api.call('GET', '/metrics', { as: null });
  const served = [...text.matchAll(/^# TYPE (bursar_\w+) /gm)].map(([, name = '']) => name);
  expect(written.map(([name = '']) => name).toSorted()).toEqual(served.toSorted());
  const labelsIn = (name: string): Set<string> =>
    new Set(
      [...text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{(.*)\\} `, 'gm'))].flatMap(
        ([, labels = '']) => [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
      ),
    );
  for (const [name = '', labels = ''] of written) {
    const unknown = [...labelsIn(name)].filter(
      (label) => label !== 'le' && !labels.split(' ').includes(label),
    );
    expect([name, unknown]).toEqual([name, []]);
  }
});

test('payments are counted by provider and state, added up or not', async () => {
  await settle(await makeBatch(), 10);
  await makeBatch();
  const rows = await api.db.run(
    z.object({ provider: z.string(), state: z.string(), count: countColumn }),
    'select provider, status as state, count(*) as count from payments group by 1, 2 order by 1, 2',
  );
  const order = (list: typeof rows) => list.toSorted((a, b) => (a.state < b.state ? -1 : 1));
  expect(rows.length).toBeGreaterThan(1);
  expect(order(await countPayments(api.db))).toEqual(rows);
  await addUpSlots(api.db, 'payments', { slotsMax: 1_000, restSeconds: -1 });
  expect(order(await countPayments(api.db))).toEqual(rows);
  await makeBatch();
  const text = await readMetrics();
  const pending = rows.find(({ state }) => state === 'PENDING')?.count ?? 0;
  expect(valueOf(text, 'bursar_payments', { provider: 'mock', state: 'PENDING' })).toBe(
    pending + 2,
  );
});

test('balances of the books are those of the ledger, added up or not', async () => {
  const raw = async () =>
    (await readBalances(api.db, {})).map(({ account, currency, debit_minor, credit_minor }) => ({
      account,
      currency,
      minor: Number(debit_minor - credit_minor),
    }));
  const told = async () =>
    (await readBookBalances(api.db)).toSorted((a, b) => (a.account < b.account ? -1 : 1));
  await settle(await makeBatch(), 5);
  expect(await told()).toEqual(await raw());
  await addUpSlots(api.db, 'ledger', { slotsMax: 1_000, restSeconds: -1 });
  expect(await told()).toEqual(await raw());
  await settle(await makeBatch(), 5);
  const text = await readMetrics();
  for (const { account, currency, minor } of await raw())
    expect([account, valueOf(text, 'bursar_ledger_balance_minor', { account, currency })]).toEqual([
      account,
      minor,
    ]);
});

test('times, retries, doubts, waits and differences are told', async () => {
  const batchId = await makeBatch();
  await settle(batchId, 100);
  const doubtful = await makeBatch();
  await send(doubtful);
  await run(
    `update payments set status = 'UNKNOWN', updated_at = now() - interval '2 hours' where batch_id = $1`,
    [doubtful],
  );
  await run(
    `insert into attempts (payment_id, generation, idempotency_key, request_hash, status, sends)
     select id, 2, id || ':2', 'hash', 'UNKNOWN', 3 from payments where batch_id = $1`,
    [doubtful],
  );
  await queueIfCleared(api.db, doubtful, SYSTEM);
  await run(
    `update batches set status = 'SETTLING', queued_at = now() - interval '90 seconds', executed_at = now() where id = $1`,
    [doubtful],
  );
  const reconciliationId = newId('reconciliation');
  await run(
    `with done as (
       insert into reconciliations (id, provider, day, status, requested_by, finished_at, report)
       values ($1, 'mock', '2026-11-20', 'DONE', 'system', now(), '{"balances": [{"currency": "USD", "balance": "123456"}]}')
     )
     insert into cases (id, kind, severity, subject, summary, provider, reconciliation_id, details)
     values ($2, 'amount_differs', 'critical', 'pay:1', 'differs', 'mock', $1, '{}')`,
    [reconciliationId, newId('case')],
  );
  const text = await readMetrics(() => 7);
  const p99 = (since: string) =>
    valueOf(text, 'bursar_payment_settle_seconds', { provider: 'mock', since, quantile: '0.99' });
  expect(p99('made')).toBeCloseTo(100, 0);
  expect(p99('sent')).toBeCloseTo(99, 0);
  expect(valueOf(text, 'bursar_payment_retries', { provider: 'mock', kind: 'generation' })).toBe(2);
  expect(valueOf(text, 'bursar_payment_retries', { provider: 'mock', kind: 'send' })).toBe(2);
  expect(valueOf(text, 'bursar_payments_stuck')).toBe(2);
  expect(valueOf(text, 'bursar_unknown_age_seconds')).toBeGreaterThan(7_000);
  expect(valueOf(text, 'bursar_slot_wait_seconds', { quantile: '0.5' })).toBeCloseTo(90, 0);
  expect(
    valueOf(text, 'bursar_provider_balance_minor', { provider: 'mock', currency: 'USD' }),
  ).toBe(123_456);
  expect(
    valueOf(text, 'bursar_reconciliation_differences', {
      provider: 'mock',
      kind: 'amount_differs',
    }),
  ).toBe(1);
  expect(valueOf(text, 'bursar_up', { part: 'worker' })).toBe(0);
  expect(valueOf(text, 'bursar_live_streams')).toBe(7);
});

test('streams of events are counted while they are open', async () => {
  const open = async () =>
    valueOf((await api.call('GET', '/metrics', { as: null })).text, 'bursar_live_streams');
  const before = (await open()) ?? 0;
  const stream = await openNews(api);
  expect(await open()).toBe(before + 1);
  await stream.stop();
  expect(await open()).toBe(before);
});

test('while the database is away the process still tells what it counts, and that the rest is unknown', async () => {
  const db = openDatabase(AWAY);
  // From here on no statement of it is answered.
  await db.close();
  const metrics = makeMetrics(db, { askTemporal: noTemporal, streamsOpen: () => 3 });
  metrics.webhooks.inc({ provider: 'mock', result: 'applied' });
  const text = await metrics.text();
  expect(valueOf(text, 'bursar_webhook_events_total', { provider: 'mock' })).toBe(1);
  expect(valueOf(text, 'bursar_live_streams')).toBe(3);
  expect(valueOf(text, 'bursar_metrics_readable', { theme: 'payments' })).toBe(0);
  for (const name of ['bursar_unknown_age_seconds', 'bursar_payments_stuck', 'bursar_audit_height'])
    expect([name, valueOf(text, name)]).toEqual([name, undefined]);
});

test('metrics name no payee, payment, batch, person or key', async () => {
  const { headers } = await api.person('viewer');
  await api.get(`/batches/${await makeBatch()}`, { as: null, headers });
  const { text } = await api.call('GET', '/metrics', { as: null });
  expect(text).not.toMatch(/\b[a-z]{3}_[0-9a-f]{8,}|@|bur_/);
});
