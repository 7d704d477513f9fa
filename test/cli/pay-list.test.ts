import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { longLivedDir } from '../support/temp-dir.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { bursarOn, expectExit, jsonOf, type bursar } from './bursar.ts';
import { csvFiles } from './people.ts';

let stack: TestStack;
let run: typeof bursar;
const dir = longLivedDir();

beforeAll(async () => {
  stack = await startTestStack();
  run = bursarOn(stack);
  for (const [kind, file] of Object.entries(csvFiles(dir, 'bonus', 2)))
    expectExit(await run('import', kind, file), 0);
});
afterAll(() => stack?.stop());

const idOf = async (name: string): Promise<string> => {
  const found = jsonOf(await run('payables', '--find', name, '--json'));
  return String(Reflect.get(Object(Reflect.get(Object(found), 'affiliates')), '0').id);
};

function listFile(name: string, ...rows: string[]): string {
  const file = join(dir, name);
  const header = 'external_id,affiliate_external_id,amount,currency,description';
  writeFileSync(file, [header, ...rows].join('\n'));
  return file;
}

it('tries a list of payments dry, refuses it as a whole, and pays it', async () => {
  const good = 'bonus-row-1,bonus-1,25.00,USD,thanks';
  const wrong = listFile('wrong.csv', good, 'bonus-row-2,nobody,25.00,USD,');
  const tried = await run('pay', 'list', wrong, '--dry-run', '--partial');
  expectExit(tried, 4);
  expect(tried.stdout).toContain('1 rows would be paid, USD 25.00; 1 refused');
  expect(tried.stdout).toContain('unknown_affiliate');
  const refused = await run('pay', 'list', wrong, '--yes');
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain('unknown_affiliate');
  expectExit(await run('pay', 'list', listFile('good.csv', good)), 2);
  const paid = await run('pay', 'list', listFile('good.csv', good), '--yes', '--wait', '--json');
  expectExit(paid, 0);
  expect(jsonOf(paid)).toMatchObject({ batch: { status: 'COMPLETED', totalAmount: 2_500 } });
  const again = await run('pay', 'list', listFile('good.csv', good), '--yes');
  expectExit(again, 0);
  expect(again.stdout).toContain('1 rows are in a batch that is COMPLETED, USD 25.00; 0 refused');
});

it('says why a payee is not paid, and pays it all the same where a reason is given', async () => {
  const id = await idOf('bonus-2');
  const ready = await run('payables', 'why', id);
  expect(ready.stdout).toContain('Nothing stands against paying it now.');
  expectExit(await run('pay', id, '--yes', '--wait'), 0);
  const file = listFile('earned.csv');
  writeFileSync(
    file,
    'external_id,affiliate_external_id,amount,currency\nbonus-small,bonus-2,0.40,USD\n',
  );
  expectExit(await run('import', 'commissions', file), 0);
  const why = await run('payables', 'why', id, '--currency', 'USD');
  expect(why.stdout).toContain('below_minimum');
  expect(why.stdout).toMatch(/minimum +USD 1\.00, of the currency/);
  const paid = await run('pay', id, '--override-minimum', 'leaves', '--yes', '--wait');
  expectExit(paid, 0);
});
