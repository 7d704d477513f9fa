import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import { withFreePorts } from '../../stack/index.ts';
import { nodeArguments } from '../../stack/paths.ts';
import type { Figure } from '../measure/figure.ts';
import { percentile } from '../measure/statistics.ts';
import { sendFlatOut, sendPaced, settledEvents, type SignedEvent } from '../runs/events.ts';
import { openStage, type Stage } from '../stage.ts';
import type { Bench, Findings } from './suite.ts';

const SUITE = 'intake';
const JUDGED_FROM = 10_000;

interface Round {
  perSecond: number;
  plainPerSecond: number;
  ackMs: { p50: number; p99: number };
}

/**
 * Webhooks as fast as the API takes them, each settling a payment with its books, every tenth one sent
 * twice; beside a handler that only inserts. Then at half of that rate: how long an answer takes.
 */
export async function intake(bench: Bench): Promise<Findings> {
  const payments = Math.min(...bench.options.payments);
  const rounds: Round[] = [];
  for (let round = 0; round < bench.options.rounds; round += 1) {
    bench.signal.throwIfAborted();
    const found = await measure(bench, payments);
    rounds.push(found);
    bench.log(
      `round ${round + 1}: ${Math.round(found.perSecond)} events/s, plain ${Math.round(found.plainPerSecond)}/s, ` +
        `at half load p50 ${found.ackMs.p50.toFixed(1)} ms, p99 ${found.ackMs.p99.toFixed(1)} ms`,
    );
  }
  return { figures: figuresOf(payments, rounds), details: { suite: SUITE, payments, rounds } };
}

async function measure(bench: Bench, payments: number): Promise<Round> {
  const { database, batchId } = await bench.templateOf(payments);
  const { profileDir } = bench.options;
  const parts = { submission: 'single', faults: [], worker: false, api: true } as const;
  const stage = await openStage(
    bench.ground,
    { template: database, ...parts, profileDir },
    bench.log,
  );
  try {
    const events = settledEvents(await handOver(stage, batchId), stage.mock.webhookSecret);
    const half = Math.ceil(events.length / 2);
    const [first, second] = [events.slice(0, half), events.slice(half)];
    const { apiUrl } = stage.services;
    const plainPerSecond = await measurePlain(stage, first);
    const perSecond = await sendFlatOut(apiUrl, first);
    const tookMs = await sendPaced(apiUrl, second, perSecond / 2);
    await expectSettled(stage, payments);
    const ackMs = { p50: percentile(tookMs, 0.5), p99: percentile(tookMs, 0.99) };
    return { perSecond, plainPerSecond, ackMs };
  } finally {
    await stage.close();
  }
}

const settledRow = z.object({
  id: z.string(),
  amount_minor: z.bigint(),
  currency: z.string(),
  account_ref: z.string(),
});

/** The state in which a provider's confirmations arrive: all payments accepted, the slot free. */
async function handOver({ db }: Stage, batchId: string) {
  const patient = { deadlineMs: 120_000, repeatable: false };
  const run = (text: string) => db.run(settledRow, text, [batchId], patient);
  await run(
    `update batches set status = 'QUEUED', queue_rank = 1, queued_at = now(), undo_until = now() where id = $1`,
  );
  await run(`update batches set status = 'PROCESSING', executed_at = now() where id = $1`);
  await run(
    `insert into attempts (payment_id, generation, idempotency_key, request_hash, status)
     select id, 1, id || ':1', 'bench', 'ACCEPTED' from payments where batch_id = $1`,
  );
  const rows = await run(
    `update payments set status = 'PROCESSING', generation = 1, provider_payment_id = 'mp_' || id,
       submitted_at = now() where batch_id = $1
     returning id, amount_minor, currency, account_ref`,
  );
  await run(`update batches set status = 'SETTLING', settling_at = now() where id = $1`);
  await db.run(settledRow, 'analyze', [], patient);
  return rows.map(({ id, amount_minor, currency, account_ref }) => ({
    id,
    amountMinor: amount_minor,
    currency,
    accountRef: account_ref,
  }));
}

async function measurePlain(stage: Stage, events: readonly SignedEvent[]): Promise<number> {
  const { api: port } = await withFreePorts();
  const args = [...nodeArguments('bench/runs/plain-inbox'), stage.databaseUrl, String(port)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  try {
    await Promise.race([
      once(child, 'message'),
      exited.then(() => {
        throw new Error('the plain handler ended before it was ready');
      }),
    ]);
    return await sendFlatOut(`http://127.0.0.1:${port}`, events);
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}

/** A wrong run is no figure. */
async function expectSettled({ db }: Stage, payments: number): Promise<void> {
  const [found] = await db.run(
    z.object({ completed: z.bigint(), lines: z.bigint(), events: z.bigint() }),
    `select (select count(*) from payments where status = 'COMPLETED') as completed,
       (select count(*) from ledger_entries where entry_id like '%:settled') as lines,
       (select count(*) from webhook_events where result = 'applied') as events`,
  );
  const completed = Number(found?.completed);
  if (
    completed !== payments ||
    Number(found?.lines) !== 2 * payments ||
    Number(found?.events) !== payments
  )
    throw new Error(`of ${payments} payments ${completed} were settled by ${found?.events} events`);
}

function figuresOf(payments: number, rounds: readonly Round[]): Figure[] {
  const over = payments.toLocaleString('en-US');
  const judged = payments >= JUDGED_FROM;
  const measured = rounds.map(({ perSecond }) => perSecond);
  const reference = {
    what: 'insert-only handler',
    values: rounds.map(({ plainPerSecond }) => plainPerSecond),
  };
  const common = { suite: SUITE, unit: '/s', measured, reference };
  return [
    {
      ...common,
      name: `webhooks taken and applied, ${over}`,
      goal: judged ? { of: 'measured', atLeast: 2_000 } : undefined,
    },
    {
      ...common,
      name: '- beside the insert alone',
      goal: judged ? { of: 'ratio', atLeast: 0.6 } : undefined,
    },
    {
      suite: SUITE,
      name: 'acknowledgement at half load, p99',
      unit: 'ms',
      measured: rounds.map(({ ackMs }) => ackMs.p99),
      goal: judged ? { of: 'measured', atMost: 50 } : undefined,
    },
  ];
}
