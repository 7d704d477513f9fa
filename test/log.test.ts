import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { openLogger } from '../db/log.ts';

const CANARY = 'canary-7301945528';

function logged(fields: object, message: string): string[] {
  const lines: string[] = [];
  const log = openLogger({ level: 'trace', base: {} }, { write: (line) => void lines.push(line) });
  log.info(fields, message);
  return lines;
}

test.each([
  ['a field with the name of a secret', { apiKey: CANARY }],
  ['one written otherwise', { 'API-KEY': CANARY, api_key: CANARY, PrivateKey: CANARY }],
  ['one far down', { a: { b: [{ c: { password: CANARY } }] } }],
  ['headers', { headers: { authorization: `Bearer ${CANARY}`, cookie: CANARY } }],
  ['a token of a session', { session: { sessionToken: CANARY } }],
  ['a second factor', { totpSecret: CANARY, backupCodes: [CANARY] }],
  ['details of an account', { details: { anything: CANARY }, accountNumber: CANARY }],
  ['bytes', { some: Buffer.from(CANARY) }],
  ['a key', { some: createSecretKey(Buffer.from(CANARY)) }],
  ['a password in a URL', { url: `postgres://bursar:${CANARY}@db:5432/x` }],
  ['an API key in a path', { path: `/batches/bur_canary22_${CANARY.padEnd(43, 'x')}` }],
  [
    'what lies too deep to be looked at',
    { a: { b: { c: { d: { e: { f: { g: { h: CANARY } } } } } } } },
  ],
  [
    'the values of a failed query',
    { err: new Error(`Failed query: select $1\nparams: ${CANARY}`) },
  ],
  ['a cause', { err: new Error('x', { cause: new Error(`at postgres://u:${CANARY}@db/x`) }) }],
])('a log holds nothing of %s', (_what, fields) => {
  const [line = ''] = logged(fields, 'message');
  expect(line).not.toContain(CANARY);
  expect(line).not.toContain(Buffer.from(CANARY).toString('base64'));
  expect(line).not.toContain(JSON.stringify([...Buffer.from(CANARY)]));
});

test('what was given with line breaks stays on its one line', () => {
  const forged = 'x\n{"level":60,"msg":"forged"}\r\n\u2028';
  const lines = logged({ path: forged, err: new Error(forged) }, forged);
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd()).not.toMatch(/[\n\r]/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ path: forged, msg: forged });
});

test('what is no secret stays as it is', () => {
  const [line = ''] = logged({ batchId: 'bat_1', amount: 5n, ok: true, none: null }, 'paid');
  expect(JSON.parse(line)).toMatchObject({ batchId: 'bat_1', amount: '5', ok: true, none: null });
});
