import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../stack/index.ts';
import { longLivedDir, temporaryDir } from '../support/temp-dir.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { bursar, bursarOn, jsonOf, runCli, expectExit } from './bursar.ts';
import { csvFiles } from './people.ts';

let stack: TestStack;
let run: typeof bursar;
const dir = longLivedDir();

beforeAll(async () => {
  stack = await startTestStack();
  run = bursarOn(stack);
});

afterAll(() => stack?.stop());

describe('finding the API', () => {
  it('takes flags before variables before the stack', async () => {
    const variables = { BURSAR_URL: stack.apiUrl, BURSAR_API_KEY: stack.apiKey };
    expect((await runCli('main.ts', ['batch', 'list'], variables)).code).toBe(0);
    const flags = ['--url', stack.apiUrl, '--key', 'bur_wrong'];
    const wrong = await runCli('main.ts', ['batch', 'list', ...flags], variables);
    expectExit(wrong, 1);
    expect(wrong.stderr).toContain('unauthorized');
  });

  it('says what to do where there is none, where none answers, and where there is no key', async () => {
    const none = await bursar('batch', 'list', '--data', temporaryDir());
    expectExit(none, 1);
    expect(none.stderr).toContain('next: npm run dev');
    const url = `http://127.0.0.1:${await freePort()}`;
    const away = await bursar('batch', 'list', '--url', url, '--key', 'bur_x', '--json');
    expectExit(away, 1);
    expect(JSON.parse(away.stderr)).toMatchObject({ error: { code: 'unreachable' } });
    expect((await bursar('batch', 'list', '--url', url)).stderr).toContain('--key');
  });

  it('never sends the key of the stack to another address', async () => {
    const ended = await run('batch', 'list', '--url', stack.simulatorUrl);
    expect(ended.stderr).toContain('There is no API key');
  });
});

describe('usage', () => {
  it('shows an overview, the version and help with examples', async () => {
    expect((await bursar()).stdout).toContain('bursar batch preview');
    expect((await bursar('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = await bursar('batch', 'execute', '--help');
    expectExit(help, 0);
    expect(help.stdout).toContain('Examples:');
  });

  it.each([
    [['batch', 'exceute', 'x']],
    [['batch', 'show']],
    [['import', 'payees', 'x.csv']],
    [['batch', 'list', '--limit', 'many']],
    [['batch', 'list', '--nonsense']],
    [['nonsense']],
  ])('ends with 2 on %j', async (args) => {
    const ended = await bursar(...args);
    expectExit(ended, 2);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });
});

describe('bursar status, doctor and completion', () => {
  it('says where everything is, also for a shell', async () => {
    const status = await run('status', '--json');
    expectExit(status, 0);
    expect(jsonOf(status)).toMatchObject({ url: stack.apiUrl, health: { status: 'ok' } });
    expect((await run('status')).stdout).toContain(stack.apiUrl);
    const { stdout } = await run('status', '-o', 'env');
    const shell = execFileSync('bash', ['-c', `${stdout}\necho "$BURSAR_URL"`], {
      encoding: 'utf8',
    });
    expect(shell.trim()).toBe(stack.apiUrl);
  });

  it('finds a stack that has crashed, a database that is away and a Temporal that is away', async () => {
    expect((await run('doctor', '--json')).code).toBe(0);
    const port = await freePort();
    const ended = await runCli('main.ts', ['doctor', '--json', '--data', temporaryDir()], {
      DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/none`,
      TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
    });
    expectExit(ended, 1);
    const { checks } = jsonOf(ended) as {
      checks: { name: string; ok: boolean; fix: string | null }[];
    };
    const bad = checks.filter(({ ok }) => !ok);
    expect(bad.map(({ name }) => name)).toEqual(['postgres', 'temporal']);
    expect(bad.every(({ fix }) => fix !== null)).toBe(true);
  });

  it('prints completion scripts that bash can read and that know our words', async () => {
    const { stdout } = await bursar('completion', 'bash');
    const ask = `${stdout}\nCOMP_WORDS=(bursar batch ex)\nCOMP_CWORD=2\n_bursar\necho "\${COMPREPLY[@]}"`;
    expect(execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).trim()).toBe('execute');
    expect((await bursar('completion', 'zsh')).stdout).toContain('#compdef bursar');
    expect((await bursar('completion', 'fish')).stdout).toContain('complete -c bursar');
  });
});

describe('bursar import', () => {
  it('changes nothing in a dry run, and takes all rows or none', async () => {
    const { affiliates, commissions } = csvFiles(dir, 'import', 2);
    const dry = await run('import', 'affiliates', affiliates, '--dry-run', '--json');
    expect(jsonOf(dry)).toMatchObject({ accepted: 2, rejected: 0 });
    const early = await run('import', 'commissions', commissions);
    expectExit(early, 1);
    expect(early.stdout).toContain('nothing was imported');
    expect((await run('import', 'affiliates', affiliates)).code).toBe(0);

    const bad = path.join(dir, 'bad.csv');
    writeFileSync(
      bad,
      'external_id,affiliate_external_id,amount,currency,status,earned_at,description\n' +
        'bad-1,import-1,1.00,USD,APPROVED,2026-10-01,\nbad-2,import-1,1.001,USD,APPROVED,2026-10-01,\n',
    );
    const refused = await run('import', 'commissions', bad, '--json');
    expectExit(refused, 1);
    expect(jsonOf(refused)).toMatchObject({
      accepted: 0,
      rejected: 2,
      errors: [{ row: 3, column: 'amount' }],
    });
    const partial = await run('import', 'commissions', bad, '--partial');
    expectExit(partial, 4);
    expect((await run('import', 'commissions', path.join(dir, 'none.csv'))).code).toBe(2);
  });

  it('takes a file that is larger than a request, and refuses all of it for one row of its end', async () => {
    const { affiliates } = csvFiles(dir, 'large', 1);
    await run('import', 'affiliates', affiliates);
    const header = 'external_id,affiliate_external_id,amount,currency,status,earned_at,description';
    const rows = Array.from(
      { length: 6_000 },
      (_, n) => `large-${n},large-1,1.00,USD,APPROVED,2026-10-01,"${'x'.repeat(180)}"`,
    );
    const file = path.join(dir, 'large.csv');
    writeFileSync(
      file,
      [header, ...rows.slice(0, -1), `${rows.at(-1)},one too many`, ''].join('\n'),
    );
    const refused = await run('import', 'commissions', file, '--json');
    expectExit(refused, 1);
    expect(jsonOf(refused)).toMatchObject({ accepted: 0, errors: [{ row: 6_001 }] });
    writeFileSync(file, [header, ...rows, ''].join('\n'));
    const taken = await run('import', 'commissions', file, '--json');
    expect(jsonOf(taken)).toMatchObject({ accepted: 6_000, rejected: 0 });
  });
});

describe('bursar key and bursar audit', () => {
  it('makes a key that may do what its role may, and ends it', async () => {
    const created = await run('key', 'create', 'reports', '--role', 'viewer', '--json');
    const { apiKey } = jsonOf(created) as { apiKey: { id: string; key: string } };
    expect((await run('batch', 'list', '--key', apiKey.key)).code).toBe(0);
    const denied = await run('batch', 'create', '--key', apiKey.key);
    expectExit(denied, 1);
    expect(denied.stderr).toContain('forbidden');
    expect((await run('key', 'list')).stdout).not.toContain(apiKey.key);
    expect((await run('key', 'revoke', apiKey.id)).code).toBe(0);
    const audit = await run('audit', '--action', 'permission.denied', '--json');
    expect((jsonOf(audit) as { auditLogs: unknown[] }).auditLogs).toHaveLength(1);
    expect((await run('audit', '--limit', '3')).stdout).toContain('More: ');
  });
});

describe('bursar migrate, simulate, demo and verify', () => {
  it('migrates a database again without harm', async () => {
    expect(jsonOf(await run('migrate', '--json'))).toMatchObject({ migrated: true });
  });

  it('sets, adds, lists and removes faults, and refuses what the simulator does not know', async () => {
    await run('simulate', 'duplicate-webhook');
    const both = await run('simulate', 'lost-answer', '--probability', '0.5', '--add', '--json');
    expect((jsonOf(both) as { rules: unknown[] }).rules).toHaveLength(2);
    expect((await run('simulate', 'list')).stdout).toContain('in 50% of cases');
    expect((await run('simulate', 'nonsense')).code).toBe(2);
    expect((await run('simulate', 'off')).stdout).toContain('behaves');
  });

  it('pays the examples, and finds a transfer that was made behind our back', async () => {
    const demo = await run('demo', '--payments', '120', '--wait', '--json');
    expectExit(demo, 0);
    const report = jsonOf(demo) as { agree: boolean; batch: { id: string } };
    expect(report.agree).toBe(true);
    expect((await run('verify')).code).toBe(0);

    const list = await run('payment', 'list', '--batch', report.batch.id, '--limit', '1', '--json');
    const [payment] = (jsonOf(list) as { payments: PaymentJson[] }).payments;
    if (payment === undefined) throw new Error('the batch has no payments');
    await payTwice(payment);
    const broken = await run('verify', '--json');
    expectExit(broken, 1);
    const { invariants } = jsonOf(broken) as { invariants: { id: string; breaches: number }[] };
    expect(invariants.filter(({ breaches }) => breaches > 0).map(({ id }) => id)).toEqual([
      'I1.sim.payment',
    ]);
    expect((await run('verify')).stdout).toContain(payment.id);
  });
});

interface PaymentJson {
  id: string;
  accountRef: string;
  amount: number;
}

/** Makes the provider pay a payment of ours under a key that we never gave it. */
async function payTwice({ id, accountRef, amount }: PaymentJson): Promise<void> {
  const secrets = await import('../../stack/secrets.ts');
  const { mockApiKey } = secrets.loadSecrets(stack.dataDir);
  const answer = await fetch(`${stack.simulatorUrl}/mock/payouts`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${mockApiKey}`,
      'content-type': 'application/json',
      'idempotency-key': 'behind-our-back',
    },
    body: JSON.stringify({
      reference: `${id}:2`,
      recipient: accountRef,
      amount,
      currency: 'USD',
    }),
  });
  expect(answer.status).toBe(201);
  const stats = async (): Promise<boolean> => {
    const body = await (await fetch(`${stack.simulatorUrl}/_sim/transfers`)).text();
    return body.includes(`"${id}:2"`) && !body.includes('"accepted"');
  };
  await expect.poll(stats).toBe(true);
}

describe('bursar ledger', () => {
  const ledger = (...args: string[]) => run('ledger', ...args);

  it('shows balances and entries, and ends with 1 where the books differ', async () => {
    const { affiliates, commissions } = csvFiles(dir, 'books', 1);
    expectExit(await run('import', 'affiliates', affiliates), 0);
    expectExit(await run('import', 'commissions', commissions), 0);
    const created = await run('batch', 'create', '--json');
    const { batch } = jsonOf(created) as { batch: { id: string } };
    expectExit(await run('batch', 'execute', batch.id, '--yes', '--wait'), 0);

    const kind = ['--account', 'provider_clearing/*', '--batch', batch.id];
    expect(jsonOf(await ledger('balances', ...kind, '--json'))).toMatchObject({
      balances: [{ account: 'provider_clearing/mock', type: 'asset', debit: 0, balance: -1_000 }],
    });
    expect((await ledger('balances', '--batch', batch.id)).stdout).toMatch(
      /^payee_payable +liability +USD 10\.00 +USD 0\.00 +USD 10\.00 debit$/m,
    );
    const entries = await ledger('entries', '--batch', batch.id);
    expect(entries.stdout).toMatch(/^pay_[0-9a-f]{32}:settled +payee_payable +USD 10\.00 +aff_/m);
    expect(entries.stdout).toMatch(/^ +provider_clearing\/mock +USD 10\.00 +aff_/m);
    expect((await ledger('entries', '--limit', '1')).stdout).toContain('More: ');
    expectExit(await ledger('check'), 0);

    const off = (by: string) =>
      tamper(
        `update ledger_entries set amount_minor = amount_minor ${by}
         where batch_id = '${batch.id}' and account = 'payee_payable'`,
      );
    await off('+ 1');
    const { code, stdout } = await ledger('check');
    expect([code, stdout.split('\n')[0]]).toEqual([
      1,
      expect.stringMatching(/^Entries out of balance: 1 of \d+\. Amounts other than stored: 2\.$/),
    ]);
    expect(stdout).toMatch(/^pay_\w+:settled +USD 0\.01 debit$/m);
    expect(stdout).toMatch(/^payable +aff_\w+ +payee_payable +USD 0\.01 debit +USD 0\.00$/m);
    expect(stdout).toMatch(
      /^payment +pay_\w+:settled +payee_payable +USD 10\.01 debit +USD 10\.00 debit$/m,
    );
    await off('- 1');
    expect(jsonOf(await ledger('check', '--json'))).toMatchObject({ balanced: true, derived: [] });
  });

  /** Changes rows past all triggers. */
  async function tamper(statement: string): Promise<void> {
    const sql = postgres(stack.databaseUrl, { max: 1 });
    try {
      await sql.unsafe('set session_replication_role = replica');
      await sql.unsafe(statement);
    } finally {
      await sql.end();
    }
  }
});
