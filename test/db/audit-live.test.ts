import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { auditKeys, chainCrypto, publicKeysOf } from '../../db/audit-keys.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { openPool } from '../../db/pool.ts';
import { restartAudit } from '../../db/queries/audit-restart.ts';
import { AuditClockWentBack } from '../../db/queries/audit-seal.ts';
import { patient, verifyAudit } from '../../db/queries/audit-verify.ts';
import { sealNext, SealNotOurs } from '../../db/seal-audit.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const VERIFIES = 1_000;

const newKeys = (id: string) => auditKeys.parse(`${id}:${randomBytes(32).toString('base64')}`);
const keys = newKeys('a1');
const crypto = chainCrypto(publicKeysOf(keys));

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const insert = (what: string): string =>
  `insert into audit_logs (action, status, actor, details) values ('${what}', 'INFO', 'system', '{"a": 1}')`;

const verify = () => verifyAudit(patient(db), { crypto });
const sealAll = async (by = keys): Promise<void> => {
  while ((await sealNext(db, by)).more);
};
const countRows = async (text: string): Promise<number> =>
  Number((await db.run(z.object({ n: z.bigint() }), text))[0]?.n);

/** Repeats until told to stop; what it does may fail. */
async function again(signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) await work();
}

test(`${VERIFIES} checks of a log that several write and seal find nothing, and every row is sealed once`, async () => {
  const over = new AbortController();
  const { signal } = over;
  const others = [1, 2, 3].map(() => openDatabase(database.databaseUrl));
  const slow = [1, 2, 3].map(() => openPool(database.databaseUrl, { max: 1 }));
  let turn = 0;
  const work = [
    again(signal, () => db.run(z.never(), insert('quick'))),
    again(signal, () => db.run(z.never(), insert('quick'))),
    // Small seals, so that they are cut within what is there too.
    ...others.map((other) => again(signal, () => sealNext(other, keys, { rowsMax: 7 }))),
    ...slow.map((connection) =>
      again(signal, async () => {
        turn += 1;
        await connection.unsafe('begin');
        await connection.unsafe(insert('slow'));
        await sleep((turn % 7) * 40);
        await connection.unsafe(insert('slow'));
        await connection.unsafe(turn % 3 === 0 ? 'rollback' : 'commit');
      }),
    ),
  ];
  const alarms: unknown[] = [];
  for (let done = 0; done < VERIFIES; done += 1) {
    const recent = done % 10 !== 0;
    const height = recent
      ? await countRows('select coalesce(max(height), 0) as n from audit_blocks')
      : 0;
    const report = await verifyAudit(patient(db), {
      crypto,
      from: BigInt(Math.max(1, height - 20)),
    });
    if (!report.ok) alarms.push(report.findings);
  }
  over.abort();
  await Promise.all(work);
  await sealAll();
  expect(alarms).toEqual([]);
  expect(await verify()).toMatchObject({ ok: true, unsealedRows: 0 });
  const rows = await countRows('select count(*) as n from audit_logs');
  expect(rows).toBeGreaterThan(500);
  expect(await countRows('select sum(row_count)::bigint as n from audit_blocks')).toBe(rows);
  expect(await countRows('select count(*) as n from audit_blocks')).toBeGreaterThan(50);
  await Promise.all([...others.map((other) => other.close()), ...slow.map((each) => each.end())]);
}, 600_000);

test('what an open transaction has written is sealed only once it is over, with all that came after', async () => {
  await sealAll();
  const before = await countRows('select count(*) as n from audit_blocks');
  const open = openPool(database.databaseUrl, { max: 1 });
  await open.unsafe('begin');
  await open.unsafe(insert('late'));
  await db.run(z.never(), insert('early'));
  await sealAll();
  expect(await countRows('select count(*) as n from audit_blocks')).toBe(before);
  expect((await verify()).unsealedRows).toBe(1);
  await open.unsafe('commit');
  await open.end();
  await sealAll();
  expect(await verify()).toMatchObject({ ok: true, unsealedRows: 0 });
});

test('a new key signs on, and the old seals stand by the old key', async () => {
  const [newKey] = newKeys('a2').keys;
  const both = { keys: [newKey, ...keys.keys] } as const;
  await db.run(z.never(), insert('rotated'));
  await sealAll(both);
  const report = await verifyAudit(patient(db), { crypto: chainCrypto(publicKeysOf(both)) });
  expect(report.ok).toBe(true);
  const without = await verify();
  expect(without.findings.map(({ code }) => code)).toEqual(['key_unknown']);
  await db.run(z.never(), insert('rotated back'));
  await expect(sealNext(db, keys)).rejects.toThrow(SealNotOurs);
  const [oldKey] = keys.keys;
  await sealAll({ keys: [oldKey, newKey] });
});

test('in a copy of the database in another cluster sealing stops, and goes on after a restart', async () => {
  const copy = await createTestDatabase();
  const restored = openDatabase(copy.databaseUrl);
  const fill = openPool(copy.databaseUrl, { max: 1 });
  // What a restore brings: rows and seals of a cluster that has counted far more transactions.
  await fill.unsafe(
    `create or replace function audit_offset() returns bigint language sql stable as 'select 5000000000::bigint'`,
  );
  await fill.unsafe(insert('of the other cluster'));
  while ((await sealNext(restored, keys)).more);
  await fill.unsafe(insert('of the other cluster, not sealed'));
  await fill.unsafe(
    `create or replace function audit_offset() returns bigint language sql stable as 'select 0::bigint'`,
  );
  await expect(sealNext(restored, keys)).rejects.toThrow(AuditClockWentBack);
  await fill.unsafe(insert('written here before the restart'));
  expect((await verifyAudit(patient(restored), { crypto })).ok).toBe(false);

  expect((await restartAudit(restored, 'restored from a backup')).movedRows).toBe(1);
  await restored.run(z.never(), insert('after'));
  while ((await sealNext(restored, keys)).more);
  expect(await verifyAudit(patient(restored), { crypto })).toMatchObject({
    ok: true,
    unsealedRows: 0,
    rows: 5n,
  });
  await expect(restartAudit(restored, 'again')).rejects.toThrow(/nothing to do/);
  await expect(restored.run(z.never(), 'delete from audit_logs')).rejects.toThrow(/append-only/);
  await fill.end();
  await restored.close();
  await copy.drop();
});
