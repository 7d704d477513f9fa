import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { longLivedDir } from '../support/temp-dir.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { bursarOn, expectExit, jsonOf, type bursar } from './bursar.ts';

let stack: TestStack;
let run: typeof bursar;
const dir = longLivedDir();

beforeAll(async () => {
  stack = await startTestStack();
  run = bursarOn(stack);
});
afterAll(() => stack?.stop());

function fileWith(name: string, content: unknown): string {
  const file = path.join(dir, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const TERMS = {
  commission: [
    {
      currency: 'USD',
      rate: {
        kind: 'tiers',
        measure: 'volume',
        period: 'month',
        mode: 'marginal',
        tiers: [
          { from: 0, to: 100_000, rate: { kind: 'percentage', bps: 500 } },
          { from: 100_000, rate: { kind: 'percentage', bps: 750 } },
        ],
      },
      capAmount: 5_000,
    },
  ],
  fee: { bearer: 'payee', rates: [{ rate: { kind: 'percentage', bps: 200 } }] },
  holdingDays: 30,
  frequency: { every: 'week', weekday: 5 },
};

it('makes a programme and a rule, shows both and tries another version out', async () => {
  const made = await run(
    'programme',
    'create',
    'shop',
    '--name',
    'The shop',
    '--zone',
    'Asia/Tokyo',
  );
  expectExit(made, 0);
  expect((await run('programme', 'list')).stdout).toMatch(
    /^prg_\w+ +shop +Asia\/Tokyo +by itself +The shop$/m,
  );

  const rule = { programmeExternalId: 'shop', effectiveFrom: '2026-01-01', terms: TERMS };
  const added = await run('rule', 'add', fileWith('rule.json', rule), '--json');
  expectExit(added, 0);
  const { id } = (jsonOf(added) as { rule: { id: string } }).rule;
  expect((await run('rule', 'list')).stdout).toMatch(
    new RegExp(
      `^${id} +programme +1 +from 2026-01-01 on +commission, fee, holdingDays, frequency$`,
      'm',
    ),
  );
  const shown = (await run('rule', 'show', id)).stdout;
  expect(shown).toContain(
    'USD: by the volume of the month, marginal: from USD 0.00 5%; from USD 1,000.00 7.5%, at most USD 50.00',
  );
  expect(shown).toMatch(/^fee +any currency: 2%, borne by the payee$/m);
  expect(shown).toMatch(/^frequency +every week on Friday$/m);

  const other = fileWith('other.json', { ...rule, terms: { holdingDays: 7 } });
  const tried = await run('rule', 'dry-run', other, '--from', '2026-01-01', '--to', '2026-02-01');
  expectExit(tried, 0);
  expect(tried.stdout).toContain('0 conversions of 0 affiliates from 2026-01-01 to 2026-02-01');
  const versions = jsonOf(await run('rule', 'show', id, '--json')) as { versions: unknown[] };
  expect(versions.versions).toHaveLength(1);
});

it('says what is wrong with a file', async () => {
  const wrong = await run('rule', 'add', fileWith('wrong.json', { effectiveFrom: '2026-01-01' }));
  expectExit(wrong, 2);
  expect(wrong.stderr).toContain('terms');
  expectExit(await run('rule', 'add', fileWith('none.json', 'not JSON')), 2);
  expectExit(await run('rule', 'add', fileWith('list.json', [])), 2);
});
