import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { callerOf, type Caller } from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { bursarOn, expectExit, jsonOf, type bursar } from './bursar.ts';

let stack: TestStack;
let caller: Caller;
let run: typeof bursar;

beforeAll(async () => {
  stack = await startTestStack({ workers: 0 });
  caller = callerOf(stack);
  run = bursarOn(stack);
});
afterAll(() => stack?.stop());

const made = z.object({ items: z.array(z.object({ id: z.string() })) });
const held = z.object({ hold: z.object({ id: z.string() }) });

async function affiliate(externalId: string): Promise<string> {
  const answer = await caller.post('/affiliates', {
    externalId,
    fullName: 'Ada Example',
    email: 'ada@mail.example',
    country: 'GB',
  });
  return made.parse(answer.body).items[0]?.id ?? '';
}

test('a hold is placed, listed and released', async () => {
  const id = await affiliate('ada');
  const words = ['--reason', 'asked us to wait', '--owner', 'ana', '--until', '2999-01-01'];
  const placed = await run('hold', 'place', id, ...words, '--json');
  expectExit(placed, 0);
  expect(jsonOf(placed)).toMatchObject({
    hold: { subject: 'payee', kind: 'manual', owner: 'ana' },
  });
  const holdId = held.parse(jsonOf(placed)).hold.id;

  const listed = await run('hold', 'list', '--on', id);
  expectExit(listed, 0);
  expect(listed.stdout).toMatch(new RegExp(`${holdId}.*held.*${id}.*asked us to wait`));
  expectExit(await run('hold', 'release', holdId, '--reason', 'cleared'), 0);
  expect((await run('hold', 'list', '--on', id)).stdout).toMatch(/No holds/);
  expect((await run('hold', 'list', '--on', id, '--all')).stdout).toMatch(/released/);
  const again = await run('hold', 'release', holdId, '--reason', 'cleared', '--json');
  expectExit(again, 1);
  expect(again.stderr).toContain('invalid_state');
  expect(again.stderr).toContain('bursar hold list --all');
});

test('a debt is listed and written off, once it is meant', async () => {
  const affiliateId = await affiliate('owing');
  const commission = { affiliateId, amount: -2_500, currency: 'USD' };
  await caller.post('/commissions', { ...commission, externalId: 'taken-back' });
  expect((await run('debt', 'list', '--currency', 'USD')).stdout).toMatch(
    new RegExp(`${affiliateId}.*USD 25\\.00`),
  );
  const words = ['write-off', affiliateId, '--currency', 'USD', '--reason', 'gone'];
  expectExit(await run('debt', ...words), 2);
  const part = await run('debt', ...words, '--amount', '10.00', '--yes');
  expectExit(part, 0);
  expect(part.stdout).toContain('USD 10.00');
  const rest = await run('debt', ...words, '--yes', '--json');
  expect(jsonOf(rest)).toMatchObject({ writeOff: { amount: 1_500, currency: 'USD' } });
  expect(jsonOf(await run('debt', 'list', '--json'))).toMatchObject({ debts: [] });
});
