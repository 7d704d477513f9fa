import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { longLivedDir } from '../support/temp-dir.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { bursarOn, expectExit, jsonOf, type bursar } from './bursar.ts';

let stack: TestStack;
let run: typeof bursar;
/** The superuser, whom neither triggers nor privileges stop. */
let sql: postgres.Sql;
const dir = longLivedDir();
const passwordFile = path.join(dir, 'password');
const person = ['--email', 'ann@example.com', '--password-file', passwordFile];

const reportOf = (ended: Parameters<typeof jsonOf>[0]) =>
  z
    .object({
      ok: z.boolean(),
      to: z.number(),
      rows: z.number(),
      headsChecked: z.number(),
      findings: z.array(
        z.object({ code: z.string(), height: z.number(), changedIds: z.array(z.string()) }),
      ),
    })
    .parse(jsonOf(ended));

beforeAll(async () => {
  stack = await startTestStack({ env: { BURSAR_AUDIT_ANCHOR_SECONDS: '1' } });
  run = bursarOn(stack);
  sql = postgres(stack.databaseUrl, { max: 1, onnotice: () => {} });
  await sql`set session_replication_role = replica`;
  writeFileSync(passwordFile, 'seven green umbrellas at noon\n', { mode: 0o600 });
  const ann = ['--name', 'Ann', '--role', 'super_admin'];
  expectExit(await run('user', 'create', ...person, ...ann), 0);
  expectExit(await run('sign-in', ...person), 0);
});
afterAll(async () => {
  await sql?.end();
  await stack?.stop();
});

it('an untouched log is whole, and the heads that were written down are checked', async () => {
  await expect
    .poll(async () => reportOf(await run('audit', 'verify', '--json')), { timeout: 60_000 })
    .toMatchObject({ ok: true, findings: [], headsChecked: expect.toSatisfy((n) => n > 0) });
  const text = await run('audit', 'verify');
  expectExit(text, 0);
  expect(text.stdout).toContain('The audit log is as it was written.');
});

it('the public key checks the log, another one does not', async () => {
  const key = await run('audit', 'key');
  expectExit(key, 0);
  expect(key.stdout).toMatch(/^a1:[A-Za-z0-9+/]{43}=\n$/);
  const given = ['--from', '1', '--public-keys', key.stdout.trim()];
  expectExit(await run('audit', 'verify', ...given), 0);
  const beyond = await run('audit', 'verify', '--from', '999999999', '--json');
  expectExit(beyond, 1);
  expect(reportOf(beyond).findings).toMatchObject([{ code: 'block_missing', height: 999999998 }]);
  const other = `a9${key.stdout.trim().slice(2)}`;
  const unknown = await run('audit', 'verify', '--json', '--public-keys', other);
  expectExit(unknown, 1);
  expect(reportOf(unknown).findings[0]?.code).toBe('key_unknown');
  const garbage = await run('audit', 'verify', '--public-keys', 'x');
  expectExit(garbage, 1);
  expect(garbage.stderr).toContain('cannot be read');
});

it('the log is listed and exported as the person who signed in', async () => {
  const listed = await run('audit', '--action', 'sign_in.', '--json');
  expect(jsonOf(listed)).toMatchObject({ auditLogs: [{ action: 'sign_in.succeeded' }] });
  const file = path.join(dir, 'audit.csv');
  const made = await run('audit', 'export', '--out', file, '--json');
  expectExit(made, 0);
  const bytes = readFileSync(file);
  expect(jsonOf(made)).toEqual({ file, bytes: bytes.length });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const rows = z
    .array(z.object({ action: z.string(), actor: z.string(), id: z.string() }))
    .parse(parse(bytes, { columns: true, record_delimiter: '\r\n' }));
  const [counted] = await sql<{ n: number }[]>`
    select count(*)::int as n from audit_logs where id <= ${Number(rows.at(-1)?.id)}`;
  expect(rows).toHaveLength(counted?.n ?? 0);
  expect(rows.find(({ action }) => action === 'audit.viewed')?.actor).toMatch(/^user:/);

  const again = await run('audit', 'export', '--out', file);
  expectExit(again, 1);
  expect(readFileSync(file).equals(bytes)).toBe(true);
  const lines = path.join(dir, 'audit.jsonl');
  const byKey = ['--format', 'jsonl', '--out', lines, '--action', 'user.', '--key', stack.apiKey];
  expectExit(await run('audit', 'export', ...byKey), 0);
  expect(JSON.parse(readFileSync(lines, 'utf8').split('\n')[0] ?? '')).toMatchObject({
    action: 'user.created',
  });
});

it('a log that goes on by itself is not restarted', async () => {
  const refused = await run('audit', 'restart', '--reason', 'to see');
  expectExit(refused, 1);
  expect(refused.stderr).toContain('nothing to do');
});

it('what a superuser changes is found and named, and so is an end that was cut off', async () => {
  const [row] = await sql<{ id: string }[]>`
    select min(id)::text as id from audit_logs where action = 'user.created'`;
  const id = row?.id ?? '';
  const [kept] = await sql<{ actor: string }[]>`select actor from audit_logs where id = ${id}`;
  await sql`update audit_logs set actor = 'key:other' where id = ${id}`;
  const changed = await run('audit', 'verify', '--json');
  expectExit(changed, 1);
  expect(reportOf(changed).findings).toMatchObject([{ code: 'rows_changed', changedIds: [id] }]);
  const text = await run('audit', 'verify');
  expectExit(text, 1);
  expect(text.stdout).toContain(`changed: ${id}`);
  await sql`update audit_logs set actor = ${kept?.actor ?? ''} where id = ${id}`;
  expectExit(await run('audit', 'verify'), 0);

  await stack.killWorker('SIGTERM');
  await sql`delete from audit_logs where xact >= (select max(from_xact) from audit_blocks)`;
  await sql`delete from audit_blocks where height = (select max(height) from audit_blocks)`;
  const cut = await run('audit', 'verify', '--json');
  expectExit(cut, 1);
  expect(reportOf(cut).findings.map(({ code }) => code)).toContain('head_missing');
});
