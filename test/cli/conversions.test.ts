import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { longLivedDir } from '../support/temp-dir.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { bursarOn, expectExit, jsonOf, type bursar } from './bursar.ts';

let stack: TestStack;
let run: typeof bursar;
const dir = longLivedDir();

beforeAll(async () => {
  stack = await startTestStack({});
  run = bursarOn(stack);
});

afterAll(() => stack?.stop());

function fileOf(name: string, text: string, encoding: BufferEncoding = 'utf8'): string {
  const file = path.join(dir, name);
  writeFileSync(file, text, encoding);
  return file;
}

interface ConversionJson {
  id: string;
  externalId: string;
  reversedAmount: number;
}

async function found(search: string): Promise<ConversionJson[]> {
  const listed = await run('conversion', 'list', '--search', search, '--json');
  expectExit(listed, 0);
  return (jsonOf(listed) as { conversions: ConversionJson[] }).conversions;
}

const SALES = `external_id,affiliate_external_id,amount,currency,occurred_at,order_id
cli-1,cli-ada,100.00,USD,2026-03-10,ord-1
cli-2,cli-ada,20.00,USD,2026-03-11,ord-2
`;

describe('bursar conversion', () => {
  it('tries a file dry, takes it, shows what it holds, and notes a refund once', async () => {
    const sales = fileOf('sales.csv', SALES);
    const dry = await run('import', 'conversions', sales, '--dry-run');
    expectExit(dry, 0);
    expect(dry.stdout).toContain('2 rows would be taken, 0 refused');
    expect(await found('cli-1')).toEqual([]);
    expectExit(await run('import', 'conversions', sales), 0);
    const [one] = await found('ord-1');
    const id = one?.id ?? '';
    const shown = await run('conversion', 'show', id);
    expectExit(shown, 0);
    expect(shown.stdout).toContain('USD 100.00');
    expect(shown.stdout).toContain('There is no affiliate with this external id');

    const refund = ['conversion', 'refund', id, '--external-id', 'cli-re-1', '--amount', '40.00'];
    expectExit(await run(...refund), 2);
    expectExit(await run(...refund, '--yes'), 0);
    expectExit(await run(...refund, '--yes'), 0);
    expect((await found('cli-1'))[0]?.reversedAmount).toBe(4_000);
    const rest = ['conversion', 'refund', id, '--external-id', 'cli-re-2', '--chargeback', '--yes'];
    expectExit(await run(...rest), 0);
    const nothing = await run('conversion', 'refund', id, '--external-id', 'cli-re-3', '--yes');
    expectExit(nothing, 2);
    expect(nothing.stderr).toContain('nothing is left of the conversion');
  });

  it('has what waits calculated, and explains a commission step by step', async () => {
    const people = fileOf(
      'earner.csv',
      'external_id,full_name,email,country,currency\ncli-eve,Eve,eve@mail.example,DE,USD\n',
    );
    expectExit(await run('import', 'affiliates', people), 0);
    const rule = fileOf(
      'rule.json',
      JSON.stringify({
        effectiveFrom: '2026-01-01',
        terms: { commission: [{ currency: 'USD', rate: { kind: 'percentage', bps: 1_250 } }] },
      }),
    );
    expectExit(await run('rule', 'add', rule), 0);
    const sale = fileOf(
      'sale.csv',
      'external_id,affiliate_external_id,amount,currency,occurred_at\ncli-9,cli-eve,80.00,USD,2026-04-02\n',
    );
    expectExit(await run('import', 'conversions', sale), 0);
    const ended = await run('commission', 'calculate', '--wait', '30');
    expectExit(ended, 0);
    expect(ended.stdout).toMatch(/\d+ affiliates, \d+ decisions, \d+ commissions/);
    const shown = await run('conversion', 'show', (await found('cli-9'))[0]?.id ?? '', '--json');
    const { commissions } = jsonOf(shown) as { commissions: { id: string }[] };
    const why = await run('commission', 'why', commissions[0]?.id ?? '');
    expectExit(why, 0);
    expect(why.stdout).toContain('USD 10.00');
    expect(why.stdout).toContain('12.5%');
    expectExit(await run('commission', 'calculate', '--wait', '61'), 2);
  });

  it('refuses a file in another encoding before anything is sent', async () => {
    const latin = fileOf('latin.csv', `${SALES}cli-3,cli-ada,1,USD,2026-03-10,Müller\n`, 'latin1');
    const ended = await run('import', 'conversions', latin);
    expectExit(ended, 2);
    expect(ended.stderr).toContain('Line 4 is not UTF-8');
    expect(await found('cli-3')).toEqual([]);
  });

  it('takes the export of another product, and says what is left aside and what the rest comes to', async () => {
    const people = fileOf(
      'people.csv',
      'id,first_name,last_name,email\na-1,Ada,L,ada@mail.example\n',
    );
    const given = ['--country', 'GB', '--currency', 'USD'];
    expectExit(await run('import', 'rewardful-affiliates', people, ...given), 0);
    const earned = fileOf(
      'earned.csv',
      'id,amount,currency,state,affiliate_id\nc-1,1250,USD,due,a-1\nc-2,900,USD,paid,a-1\n',
    );
    const ended = await run('import', 'rewardful-commissions', earned);
    expectExit(ended, 0);
    expect(ended.stdout).toContain('1 rows taken, USD 12.50 in all, 0 refused, 1 left aside');
    expect(ended.stdout).toContain('paid_elsewhere');
  });
});
