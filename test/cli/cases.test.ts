import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOf } from '../../domain/day.ts';
import { loadSecrets } from '../../stack/secrets.ts';
import { control } from '../support/payout.ts';
import { longLivedDir } from '../support/temp-dir.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { bursarOn, expectExit, jsonOf, type bursar, type Ended } from './bursar.ts';
import { csvFiles } from './people.ts';

interface CaseJson {
  id: string;
  kind: string;
  status: string;
  batchId: string | null;
}

let stack: TestStack;
let run: typeof bursar;
const dir = longLivedDir();

beforeAll(async () => {
  stack = await startTestStack({ env: { BURSAR_SWEEP_INTERVAL_MS: '2000' } });
  run = bursarOn(stack);
});

afterAll(() => stack?.stop());

async function newBatch(name: string, payees: number): Promise<string> {
  for (const [kind, file] of Object.entries(csvFiles(dir, name, payees))) {
    expectExit(await run('import', kind, file), 0);
  }
  const created = await run('batch', 'create', '--json', '--note', name);
  return (jsonOf(created) as { batch: { id: string } }).batch.id;
}

async function casesOf(...filter: string[]): Promise<CaseJson[]> {
  const listed = await run('case', 'list', '--json', ...filter);
  expectExit(listed, 0);
  return (jsonOf(listed) as { cases: CaseJson[] }).cases;
}

const setBalance = (amount: number) =>
  control(stack, 'balance', { provider: 'mock', currency: 'USD', amount });

async function onlyPaymentOf(batchId: string): Promise<{ id: string; status: string }> {
  const listed = await run('payment', 'list', '--batch', batchId, '--json');
  const [payment] = (jsonOf(listed) as { payments: { id: string; status: string }[] }).payments;
  if (payment === undefined) throw new Error('the batch has no payment');
  return payment;
}

/** The error of a call with `--json`, which is the last line of stderr. */
const errorOf = ({ stderr }: Ended): unknown =>
  JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');

describe('bursar case', () => {
  it('shows a halt as a case, which gets an owner and a note and closes when the batch goes on', async () => {
    await setBalance(0);
    const batchId = await newBatch('halted', 2);
    expectExit(await run('batch', 'execute', batchId, '--yes'), 0);
    const open = () => casesOf('--status', 'open', '--kind', 'halted');
    await expect.poll(open, { timeout: 60_000 }).toMatchObject([{ batchId, status: 'OPEN' }]);
    const id = (await open())[0]?.id ?? '';

    const owned = await run('case', 'assign', id, '--owner', 'ana', '--json');
    expect(jsonOf(owned)).toMatchObject({ case: { id, owner: 'ana' } });
    expect(await casesOf('--owner', 'none')).toEqual([]);
    const noted = await run('case', 'note', id, '--text', 'asked the bank, ticket 4711');
    expectExit(noted, 0);
    expect(noted.stdout).toMatch(/^note +asked the bank, ticket 4711$/m);
    const freed = await run('case', 'assign', id, '--none', '--json');
    expect(jsonOf(freed)).toMatchObject({ case: { owner: null } });

    await setBalance(100_000_000);
    await expect.poll(() => casesOf('--status', 'resolved'), { timeout: 60_000 }).toHaveLength(1);
    const shown = await run('case', 'show', id);
    expect(shown.stdout).toMatch(/^state +RESOLVED$/m);
    expectExit(await run('batch', 'watch', batchId), 0);
    const late = await run('case', 'resolve', id, '--resolution', 'topped up', '--json');
    expectExit(late, 1);
    expect(errorOf(late)).toMatchObject({
      error: { code: 'invalid_state', next: [`bursar case show ${id}`] },
    });
  });
});

describe('bursar reconcile', () => {
  const reconcile = () => run('reconcile', 'run', '--provider', 'mock', '--wait', '--json');

  it("ends with 0 where today's books agree, and with 4 where a case is open", async () => {
    const clean = await reconcile();
    expectExit(clean, 0);
    const { reconciliation } = jsonOf(clean) as { reconciliation: { id: string; day: string } };
    expect(reconciliation).toMatchObject({ status: 'DONE', matched: 2, missingHere: 0 });
    expect([dayOf(new Date()), dayOf(new Date(Date.now() - 300_000))]).toContain(
      reconciliation.day,
    );
    const shown = await run('reconcile', 'show', reconciliation.id);
    expect(shown.stdout).toMatch(/^matched +2 +USD 20\.00 +USD 20\.00$/m);

    await payAtTheProvider();
    const differs = await reconcile();
    expectExit(differs, 4);
    const [found] = await casesOf('--status', 'open', '--kind', 'missing_here');
    const closed = await run('case', 'resolve', found?.id ?? '', '--resolution', 'paid by hand');
    expectExit(closed, 0);
    expect(closed.stdout).toMatch(/^resolution +paid by hand$/m);

    const listed = await run('reconcile', 'list', '--provider', 'mock', '--limit', '1');
    expect(listed.stdout).toContain('DONE');
    expect(listed.stdout).toContain('More: ');
  });

  /** Somebody pays at the provider's dashboard, past our books. */
  async function payAtTheProvider(): Promise<void> {
    const answer = await fetch(`${stack.simulatorUrl}/mock/payouts`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${loadSecrets(stack.dataDir).mockApiKey}`,
        'content-type': 'application/json',
        'idempotency-key': 'by-hand',
      },
      body: JSON.stringify({
        reference: 'by hand',
        recipient: 'friend',
        amount: 777,
        currency: 'USD',
      }),
    });
    expect(answer.ok).toBe(true);
  }
});

describe('bursar payment and bursar webhook', () => {
  it('explains a payment that came back, pays it again once, and does not call back what is not there', async () => {
    await run('simulate', 'return-after', '--ms', '100');
    const batchId = await newBatch('returned', 1);
    await run('batch', 'execute', batchId, '--yes', '--wait');
    await expect
      .poll(async () => (await onlyPaymentOf(batchId)).status, { timeout: 60_000 })
      .toBe('RETURNED');
    await run('simulate', 'off');
    const { id } = await onlyPaymentOf(batchId);
    const told = jsonOf(await run('payment', 'why', id, '--json')) as {
      failure: { code: string; payeeRemedy: string; operatorRemedy: string };
    };
    const why = await run('payment', 'why', id);
    expect(why.stdout).toContain(told.failure.code);
    expect(why.stdout).toContain(told.failure.operatorRemedy);
    expect(why.stdout).toContain(told.failure.payeeRemedy);

    expectExit(await run('payment', 'reissue', id), 2);
    const again = await run('payment', 'reissue', id, '--yes', '--wait', '--json');
    expectExit(again, 0);
    expect(jsonOf(again)).toMatchObject({ batch: { status: 'COMPLETED', paymentCount: 1 } });
    const third = await run('payment', 'reissue', id, '--yes', '--json');
    expectExit(third, 1);
    expect(errorOf(third)).toMatchObject({
      error: { code: 'already_reissued', next: [`bursar payment why ${id}`] },
    });
    expectExit(await run('payment', 'reverse', id, '--reason', 'a test'), 2);
    const reversed = await run('payment', 'reverse', id, '--reason', 'a test', '--yes');
    expectExit(reversed, 1);
    expect(reversed.stderr).toContain('does not call back');
  });

  it.each(['paid', 'not-paid'])(
    'refuses the verdict %s on what is not in doubt',
    async (verdict) => {
      const listed = await run(
        'payment',
        'list',
        '--status',
        'COMPLETED',
        '--limit',
        '1',
        '--json',
      );
      const [payment] = (jsonOf(listed) as { payments: { id: string }[] }).payments;
      const reason = ['--verdict', verdict, '--reason', 'ticket 4711'];
      const ended = await run('payment', 'resolve', payment?.id ?? '', ...reason, '--json');
      expectExit(ended, 1);
      expect(errorOf(ended)).toMatchObject({ error: { code: 'invalid_state' } });
    },
  );

  it('lists the events of a provider and applies one again', async () => {
    const filter = ['--provider', 'mock', '--result', 'applied', '--json'];
    const read = async () =>
      (
        jsonOf(await run('webhook', 'list', ...filter)) as {
          webhookEvents: { eventId: string; replays: number }[];
        }
      ).webhookEvents;
    const [event] = await read();
    const eventId = event?.eventId ?? '';
    const replayed = await run('webhook', 'replay', 'mock', eventId);
    expectExit(replayed, 0);
    const seen = (await read()).find((each) => each.eventId === eventId);
    expect(seen?.replays ?? 0).toBe(1);
    expectExit(await run('webhook', 'replay', 'mock', 'evt_none'), 1);
  });
});

describe('bursar status', () => {
  it("shows each provider's circuit", async () => {
    expect((await run('status')).stdout).toMatch(/^provider mock +well, circuit closed$/m);
  });
});

describe('usage', () => {
  it.each([
    [['case', 'list', '--status', 'done']],
    [['case', 'list', '--kind', 'nonsense']],
    [['case', 'assign', 'cas_x']],
    [['case', 'assign', 'cas_x', '--owner', 'ana', '--none']],
    [['case', 'note', 'cas_x']],
    [['case', 'resolve', 'cas_x']],
    [['reconcile', 'run']],
    [['reconcile', 'run', '--provider', 'nobody']],
    [['reconcile', 'run', '--provider', 'mock', '--day', '2026-02-30']],
    [['reconcile', 'run', '--provider', 'mock', '--day', '2999-01-01']],
    [['payment', 'resolve', 'pay_x', '--verdict', 'maybe', '--reason', 'x']],
    [['payment', 'resolve', 'pay_x', '--verdict', 'paid']],
    [['payment', 'reverse', 'pay_x', '--yes']],
    [['webhook', 'list', '--result', 'nonsense']],
    [['webhook', 'replay', 'mock']],
  ])('ends with 2 on %j', async (args) => {
    const ended = await run(...args);
    expectExit(ended, 2);
    expect(ended.stdout).toBe('');
  });

  it.each([
    ['case', 'cas', 'bursar case list'],
    ['reconcile', 'rec', 'bursar reconcile list'],
  ])('says where to look where there is no such %s', async (command, prefix, next) => {
    const ended = await run(command, 'show', `${prefix}_${'0'.repeat(32)}`, '--json');
    expectExit(ended, 1);
    expect(errorOf(ended)).toMatchObject({ error: { code: 'not_found', next: [next] } });
  });
});
