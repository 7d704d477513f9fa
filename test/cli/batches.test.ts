import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { longLivedDir } from '../support/temp-dir.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { bursarOn, jsonOf, type bursar, expectExit } from './bursar.ts';
import { csvFiles } from './people.ts';

interface BatchJson {
  batch: {
    id: string;
    status: string;
    totalAmount: number;
    paymentCount: number;
    counts: Record<string, number>;
    payments: { id: string; status: string; affiliateId: string }[];
  };
}

let stack: TestStack;
let run: typeof bursar;
const dir = longLivedDir();

beforeAll(async () => {
  stack = await startTestStack();
  run = bursarOn(stack);
});

afterAll(() => stack?.stop());

async function importPayees(name: string, payees: number): Promise<void> {
  const files = csvFiles(dir, name, payees);
  for (const [kind, file] of Object.entries(files)) {
    const ended = await run('import', kind, file);
    expectExit(ended, 0);
  }
}

async function newBatch(name: string, payees: number): Promise<string> {
  await importPayees(name, payees);
  return (jsonOf(await run('batch', 'create', '--json', '--note', name)) as BatchJson).batch.id;
}

describe('bursar batch', () => {
  it('previews, creates, executes and waits, with nothing but JSON on stdout', async () => {
    await importPayees('happy', 3);
    const preview = await run('batch', 'preview', '--json');
    const { summary } = jsonOf(preview) as { summary: { totalAmount: number } };
    expect(summary.totalAmount).toBe(3_000);

    const created = await run('batch', 'create', '--json');
    const { batch } = jsonOf(created) as BatchJson;
    expect(created.stderr).toMatch(/^idempotency key: [0-9a-f-]{36}$/m);

    const ended = await run('batch', 'execute', batch.id, '--yes', '--wait', '--json');
    expectExit(ended, 0);
    expect((jsonOf(ended) as BatchJson).batch).toMatchObject({
      status: 'COMPLETED',
      totalAmount: 3_000,
    });

    const shown = await run('batch', 'show', batch.id);
    expect(shown.stdout).toContain('USD 30.00');
    const watched = await run('batch', 'watch', batch.id);
    expectExit(watched, 0);
    const listed = await run('batch', 'list', '--status', 'COMPLETED', '--limit', '1');
    expect(listed.stdout).toContain(batch.id);
  });

  it('moves no money without a terminal and without --yes', async () => {
    const id = await newBatch('careful', 1);
    const ended = await run('batch', 'execute', id);
    expectExit(ended, 2);
    expect(ended.stderr).toContain('next: Add --yes');
    const shown = jsonOf(await run('batch', 'show', id, '--json')) as BatchJson;
    expect(shown.batch.status).toBe('PENDING');
    const [payment] = shown.batch.payments;
    const one = await run('payment', 'cancel', payment?.id ?? '', '--reason', 'a test');
    expectExit(one, 0);
    expect(one.stdout).toContain('CANCELLED');
    const cancelled = await run('batch', 'cancel', id, '--reason', 'a test');
    expectExit(cancelled, 0);
  });

  it('makes one batch however often the same idempotency key is used', async () => {
    await importPayees('once', 1);
    const again = () => run('batch', 'create', '--idempotency-key', 'test-once', '--json');
    const first = jsonOf(await again()) as BatchJson;
    const second = jsonOf(await again()) as BatchJson;
    expect(second.batch.id).toBe(first.batch.id);
    await run('batch', 'cancel', first.batch.id);
  });

  it('ends with 4 where some payments failed, and with 0 once they were tried again', async () => {
    const id = await newBatch('partly', 12);
    await run('simulate', 'reject', '--code', 'account_closed', '--recipient', 'acct-partly-7');
    const partly = await run('batch', 'execute', id, '--yes', '--wait', '--json');
    expectExit(partly, 4);
    const { counts, paymentCount } = (jsonOf(partly) as BatchJson).batch;
    expect(counts).toMatchObject({ COMPLETED: paymentCount - 1, FAILED: 1 });
    const list = await run('payment', 'list', '--status', 'FAILED', '--batch', id, '--json');
    const [payment] = (jsonOf(list) as { payments: { id: string }[] }).payments;

    await run('simulate', 'off');
    const args = ['--payment', payment?.id ?? '', '--yes', '--wait', '--json'];
    const retried = await run('batch', 'retry', id, ...args);
    expectExit(retried, 0);
    expect((jsonOf(retried) as BatchJson).batch.counts).toMatchObject({ COMPLETED: paymentCount });
  });

  it('ends with 1 where more than a tenth failed', async () => {
    const id = await newBatch('badly', 2);
    await run('simulate', 'reject', '--code', 'account_closed', '--recipient', 'acct-badly-2');
    const ended = await run('batch', 'execute', id, '--yes', '--wait');
    await run('simulate', 'off');
    expectExit(ended, 1);
    expect(ended.stdout).toContain('FAILED');
  });

  it('says that a batch is paused, and goes on when it is resumed', async () => {
    const id = await newBatch('paused', 150);
    await run('simulate', 'delay', '--ms', '1500', '--operation', 'submit');
    await run('batch', 'execute', id, '--yes');
    const paused = await run('batch', 'pause', id, '--reason', 'a test');
    expectExit(paused, 0);
    await run('simulate', 'off');
    const watched = await run('batch', 'watch', id);
    expectExit(watched, 1);
    expect(watched.stderr).toContain(`bursar batch resume ${id}`);
    expect((await run('batch', 'resume', id)).code).toBe(2);
    expect((await run('batch', 'resume', id, '--yes')).code).toBe(0);
    await expect
      .poll(async () => (await run('batch', 'watch', id)).code, { timeout: 60_000 })
      .toBe(0);
  });
});

describe('bursar pay and bursar payment', () => {
  it('pays one payee at once and explains the payment', async () => {
    await importPayees('quick', 1);
    const found = await run('payables', '--find', 'quick-1', '--json');
    const [payee] = (jsonOf(found) as { affiliates: { id: string }[] }).affiliates;
    const id = payee?.id ?? '';
    expect((await run('payables', 'why', id)).stdout).toContain('USD 10.00');

    const wrong = await run('pay', id, '--amount', '10.001', '--currency', 'USD', '--yes');
    expectExit(wrong, 2);
    const paid = await run('pay', id, '--amount', '10.00', '--currency', 'USD', '--yes', '--wait');
    expectExit(paid, 0);

    const listed = await run('payment', 'list', '--affiliate', id, '--json');
    const [payment] = (jsonOf(listed) as { payments: { id: string }[] }).payments;
    const paymentId = payment?.id ?? '';
    expect((await run('payment', 'show', paymentId)).stdout).toContain('Payee quick-1');
    const why = await run('payment', 'why', paymentId);
    expect(why.stdout).toContain('Nobody: it is paid.');
    const retried = await run('payment', 'retry', paymentId, '--yes');
    expectExit(retried, 1);
    expect(retried.stderr).toContain('next: ');
  });
});
