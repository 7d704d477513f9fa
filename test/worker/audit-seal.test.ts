import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { auditKeys, chainCrypto, publicKeysOf } from '../../db/audit-keys.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { patient, verifyAudit } from '../../db/queries/audit-verify.ts';
import { readAllowedTargets } from '../../domain/target.ts';
import { openOutgoing } from '../../providers/outgoing.ts';
import { makeAnchor, type Anchor } from '../../worker/audit-anchor.ts';
import { startSealing } from '../../worker/audit-seal.ts';
import { temporaryDir } from '../support/temp-dir.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const keys = auditKeys.parse(`a1:${randomBytes(32).toString('base64')}`);
const crypto = chainCrypto(publicKeysOf(keys));

let database: TestDatabase;
let db: Db;
const lines: Record<string, unknown>[] = [];
const log = pino({ level: 'debug' }, { write: (line) => void lines.push(JSON.parse(line)) });

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const write = (): Promise<unknown> =>
  db.run(
    z.never(),
    `insert into audit_logs (action, status, actor) values ('thing.done', 'INFO', 'system')`,
  );
const height = async (): Promise<number> =>
  Number(
    (
      await db.run(
        z.object({ n: z.bigint() }),
        'select coalesce(max(height), 0) as n from audit_blocks',
      )
    )[0]?.n,
  );
const seal = (anchor: Anchor | null, of: Db = db) =>
  startSealing({ db: of, keys, anchor, anchorEveryMs: 1, log, sealEveryMs: 20 });
const outgoing = openOutgoing({
  allowed: readAllowedTargets('127.0.0.1') ?? { hosts: new Set(), ranges: [] },
});

test('several workers seal what is written, nothing twice, and write the head down in a file when they stop', async () => {
  const file = path.join(temporaryDir(), 'heads.jsonl');
  const workers = [1, 2, 3].map(() => seal(makeAnchor(file, undefined, outgoing)));
  for (let row = 0; row < 20; row += 1) await write();
  await expect.poll(height, { timeout: 20_000 }).toBeGreaterThan(0);
  await write();
  await Promise.all(workers.map((worker) => worker.stop()));
  expect(await verifyAudit(patient(db), { crypto })).toMatchObject({ ok: true, unsealedRows: 0 });
  const heads = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => Number(JSON.parse(line).height));
  expect(Math.max(...heads)).toBe(await height());
});

test('nothing is sealed where nothing was written', async () => {
  const before = await height();
  const worker = seal(null);
  await new Promise((resolve) => void setTimeout(resolve, 300));
  await worker.stop();
  expect(await height()).toBe(before);
});

test('a database that is away ends nothing and is told once', async () => {
  const away = openDatabase('postgres://nobody@127.0.0.1:9/none');
  const toldBefore = lines.length;
  const worker = seal(null, away);
  await expect.poll(() => lines.length, { timeout: 30_000 }).toBeGreaterThan(toldBefore);
  await worker.stop();
  await away.close();
  const told = lines.slice(toldBefore).filter(({ msg }) => msg === 'the audit log is not sealed');
  expect(told).toHaveLength(1);
});

test('seals that vanish while a worker runs stop it from sealing, loudly', async () => {
  const worker = seal(null);
  await write();
  const before = await height();
  await expect.poll(height).toBeGreaterThan(before - 1);
  await new Promise((resolve) => void setTimeout(resolve, 200));
  await db.run(z.never(), 'alter table audit_blocks disable trigger audit_blocks_append_only');
  await db.run(
    z.never(),
    'delete from audit_blocks where height >= (select max(height) from audit_blocks)',
  );
  await expect
    .poll(
      () => lines.some(({ err }) => /is gone/.test(String(Reflect.get(Object(err), 'message')))),
      {
        timeout: 10_000,
      },
    )
    .toBe(true);
  await worker.stop();
});

test('over http a head is put under its height, is never meant to overwrite, and no redirect is followed', async () => {
  const calls: { method: string; url: string; headers: NodeJS.Dict<unknown>; body: string }[] = [];
  let status = 201;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      calls.push({ method, url, headers, body });
      response.writeHead(status, { location: 'http://127.0.0.1:9/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const anchor = makeAnchor(`http://127.0.0.1:${port}/heads/`, 'a'.repeat(20), outgoing);
  await write();
  const worker = seal(anchor);
  await expect.poll(() => calls.length, { timeout: 10_000 }).toBeGreaterThan(0);
  await worker.stop();
  const [call] = calls;
  expect(call).toMatchObject({
    method: 'PUT',
    url: expect.stringMatching(/^\/heads\/\d+\.json$/),
    headers: { 'if-none-match': '*', authorization: `Bearer ${'a'.repeat(20)}` },
  });
  const head = JSON.parse(call?.body ?? '');
  expect(head).toMatchObject({ height: expect.any(String), signature: expect.any(String) });

  const block = { ...head, height: 1n } as never;
  status = 412;
  await anchor?.write(block, false);
  status = 302;
  await expect(anchor?.write(block, false)).rejects.toThrow(/302/);
  status = 500;
  await expect(anchor?.write(block, true)).rejects.toThrow(/500/);
  expect(calls.at(-1)?.url).toMatch(/^\/heads\/1-\d+\.json$/);
  const inside = makeAnchor(`http://127.0.0.1:${port}/`, undefined, openOutgoing());
  await expect(inside?.write(block, false)).rejects.toThrow(/target_not_allowed/);
  server.close();
});

test.each([
  ['no base64 of 32 bytes', 'a1:abc'],
  ['zeros', `a1:${Buffer.alloc(32).toString('base64')}`],
  ['typed text', `a1:${Buffer.from('correct horse battery staple 123').toString('base64')}`],
  ['a repeated pattern', `a1:${Buffer.from('deadbeef'.repeat(8), 'hex').toString('base64')}`],
  ['two of one id', [1, 2].map(() => `a1:${randomBytes(32).toString('base64')}`).join(',')],
  ['nothing', ''],
])('BURSAR_AUDIT_KEYS refuses %s', (_what, text) => {
  expect(auditKeys.safeParse(text).success).toBe(false);
});
