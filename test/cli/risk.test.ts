import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type Db } from '../../db/client.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { raiseRisk } from '../../db/queries/risk-events.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { bursarOn, expectExit, jsonOf, type bursar } from './bursar.ts';

let stack: TestStack;
let db: Db;
let run: typeof bursar;

beforeAll(async () => {
  stack = await startTestStack({ workers: 0 });
  db = openDatabase(stack.databaseUrl);
  run = bursarOn(stack);
});
afterAll(async () => {
  await db?.close();
  await stack?.stop();
});

async function raiseOne(subject: string): Promise<string> {
  const finding = {
    rule: 'permission_probing',
    level: 'high',
    action: 'held',
    subject,
    actor: 'user:usr_somebody',
    explanation: 'Somebody was refused 10 times.',
    evidence: { denials: 10 },
  } as const;
  const [event] = await raiseRisk(db, [finding], SYSTEM);
  return event?.id ?? '';
}

test('a risk event is listed, shown, given to somebody and resolved; once resolved it stays so', async () => {
  const id = await raiseOne('somebody');
  const listed = await run('risk', 'list', '--status', 'open', '--level', 'high');
  expectExit(listed, 0);
  expect(listed.stdout).toMatch(new RegExp(`${id}.*permission_probing`));
  expect((await run('risk', 'list', '--rule', 'bulk_reveal')).stdout).not.toContain(id);
  const shown = await run('risk', 'show', id);
  expectExit(shown, 0);
  expect(shown.stdout).toContain('Somebody was refused 10 times.');

  expectExit(await run('risk', 'assign', id), 2);
  const given = await run('risk', 'assign', id, '--owner', 'ana', '--json');
  expect(jsonOf(given)).toMatchObject({ riskEvent: { owner: 'ana', status: 'OPEN' } });
  expect((await run('risk', 'list', '--owner', 'none')).stdout).not.toContain(id);
  const taken = await run('risk', 'assign', id, '--none', '--json');
  expect(jsonOf(taken)).toMatchObject({ riskEvent: { owner: null } });

  expectExit(await run('risk', 'resolve', id, '--as', 'accepted'), 2);
  expectExit(await run('risk', 'resolve', id, '--as', 'nonsense', '--reason', 'x'), 2);
  const words = ['--as', 'accepted', '--reason', 'talked to them'];
  const resolved = await run('risk', 'resolve', id, ...words, '--json');
  expectExit(resolved, 0);
  expect(jsonOf(resolved)).toMatchObject({
    riskEvent: { status: 'RESOLVED', resolution: 'accepted', resolutionReason: 'talked to them' },
  });
  const again = await run('risk', 'resolve', id, ...words, '--json');
  expectExit(again, 1);
  expect(again.stderr).toContain('invalid_state');
});
