import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { longLivedDir } from '../support/temp-dir.ts';
import { type bursar, bursarOn, expectExit, jsonOf } from './bursar.ts';

let stack: TestStack;
let run: typeof bursar;
const passwordFile = path.join(longLivedDir(), 'password');
const first = ['--email', 'ann@example.com', '--password-file', passwordFile];

beforeAll(async () => {
  stack = await startTestStack({ workers: 0 });
  run = bursarOn(stack);
  writeFileSync(passwordFile, 'seven green umbrellas at noon\n', { mode: 0o600 });
});

afterAll(async () => {
  await stack?.stop();
});

it('the first super_admin is stored in the database, once', async () => {
  const made = await run('user', 'create', ...first, '--name', 'Ann', '--role', 'super_admin');
  expectExit(made, 0);
  const again = await run('user', 'create', ...first, '--name', 'Ann', '--role', 'super_admin');
  expectExit(again, 1);
  expect(again.stderr).toContain('There is a super_admin already');
});

it('a session is kept for its owner alone, and used until a key is given or it ends', async () => {
  expectExit(await run('sign-in', ...first), 0);
  const file = path.join(stack.dataDir, 'session.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const who = await run('whoami', '--json');
  expect(jsonOf(who)).toMatchObject({ session: { kind: 'user', role: 'super_admin' } });
  const key = await run('whoami', '--json', '--key', stack.apiKey);
  expect(jsonOf(key)).toMatchObject({ session: { kind: 'key' } });
});

it('people are made, listed, frozen and invited as the person who signed in', async () => {
  const made = await run(
    'user',
    'create',
    '--email',
    'bob@example.com',
    '--name',
    'Bob',
    '--role',
    'manager',
  );
  expectExit(made, 0);
  expect(made.stdout).toContain('Invitation, shown this once');
  expect((await run('user', 'list')).stdout).toContain('bob@example.com');
  expectExit(await run('user', 'freeze', 'bob@example.com', '--reason', 'on leave'), 0);
  expect((await run('user', 'list')).stdout).toContain('frozen: on leave');
  expectExit(await run('user', 'unfreeze', 'bob@example.com'), 0);
  expectExit(await run('user', 'invite', 'bob@example.com'), 0);
});

it('a step-up goes on under another cookie, and after signing out the session is worth nothing', async () => {
  expectExit(await run('step-up', '--password-file', passwordFile), 0);
  expectExit(await run('whoami'), 0);
  expectExit(await run('sign-out'), 0);
  const gone = await run('step-up', '--password-file', passwordFile);
  expectExit(gone, 1);
  expect(gone.stderr).toContain('bursar sign-in');
});
