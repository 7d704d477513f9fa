import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { auditKeys, chainCrypto, publicKeysOf, type AuditKeys } from '../../db/audit-keys.ts';
import { openDatabase, toParameter, type Db } from '../../db/client.ts';
import { openPool, type Pool } from '../../db/pool.ts';
import { lastBlock } from '../../db/queries/audit-seal.ts';
import { verifyAudit, type AuditReport } from '../../db/queries/audit-verify.ts';
import type { Runner } from '../../db/queries/runner.ts';
import { sealNext } from '../../db/seal-audit.ts';
import { SEALS } from './audit-attacks.ts';
import { createTestDatabase } from './test-database.ts';

/** Fresh keys of one key of that id. */
export const newAuditKeys = (id: string): AuditKeys =>
  auditKeys.parse(`${id}:${randomBytes(32).toString('base64')}`);

/** A sealed audit log in a database of its own, and somebody who may do anything to it. */
export interface SealedLog {
  db: Db;
  /** The attacker's one connection, on which no trigger fires. */
  attacker: Pool;
  runner: Runner;
  /** Checks the log as the attacker's transaction leaves it, against the head of the whole log. */
  verify(findingsMax?: number): Promise<AuditReport>;
  /** A digest of both tables: whether an attack has changed anything at all. */
  contents(): Promise<string>;
  /** Takes away what rolled back transactions have left lying about, which slows every look. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

/** Rows of every kind; each differs from all others in its instant. */
const ROWS = `
  insert into audit_logs (action, status, batch_id, payment_id, from_state, to_state, actor, ip_address, user_agent, details, created_at)
  select 'thing.' || i, case when i % 3 = 0 then 'WARNING' else 'SUCCESS' end, case when i % 2 = 0 then 'bat_' || i end,
    case when i % 3 = 0 then 'pay_' || i end, case when i % 4 = 0 then 'PENDING' end, case when i % 4 = 0 then 'QUEUED' end,
    'key:' || i, '10.0.0.' || i, case when i % 5 = 0 then 'agent' end,
    case when i % 4 = 1 then null when i % 4 = 2 then 'null'::jsonb else jsonb_build_object('amount', i, 'why', 'because', 'round', $1::int) end,
    now() + (i + $1::int * 100) * interval '1 second'
  from generate_series(1, 4 + $1::int % 5) i`;

const CONTENTS = `select md5(
  coalesce((select string_agg(l::text, '|' order by id, xact) from audit_logs l), '')
  || coalesce((select string_agg(b::text, '|' order by height) from audit_blocks b), '')) as digest`;

/** Makes a log of 20 seals and 120 rows. */
export async function openSealedLog(keys: AuditKeys): Promise<SealedLog> {
  const database = await createTestDatabase();
  const db = openDatabase(database.databaseUrl);
  for (let seal = 1; seal <= SEALS; seal += 1) {
    await db.run(z.never(), ROWS, [seal]);
    // A transaction of another database of the cluster may hold the seal back for a moment.
    for (let height = 0n; height < BigInt(seal);) {
      height = (await sealNext(db, keys)).last?.height ?? 0n;
    }
  }
  const head = await lastBlock(db);
  if (!head) throw new Error('nothing was sealed');
  const attacker = openPool(database.databaseUrl, { max: 1 });
  // Whoever may do this to the table may also write ids.
  await attacker.unsafe('alter table audit_logs alter column id drop identity');
  // Set once: each change of it throws all prepared plans away.
  await attacker.unsafe('set session_replication_role = replica');
  const runner: Runner = {
    run: async (row, text, values = []) =>
      z
        .array(row)
        .parse(await attacker.unsafe(text, values.map(toParameter) as never[], { prepare: true })),
  };
  const crypto = chainCrypto(publicKeysOf(keys));
  return {
    db,
    attacker,
    runner,
    verify: (findingsMax) => verifyAudit(runner, { crypto, heads: [head], findingsMax }),
    contents: async () =>
      (await runner.run(z.object({ digest: z.string() }), CONTENTS))[0]?.digest ?? '',
    tidy: async () => {
      await attacker.unsafe('vacuum audit_logs, audit_blocks');
    },
    close: async () => {
      await attacker.end();
      await db.close();
      await database.drop();
    },
  };
}
