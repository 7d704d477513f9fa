import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { signBlock } from '../../db/audit-keys.ts';
import { makeAttacks, SEALS } from '../support/audit-attacks.ts';
import { newAuditKeys, openSealedLog, type SealedLog } from '../support/sealed-log.ts';

const MANIPULATIONS = Number(process.env['AUDIT_MANIPULATIONS'] ?? 10_000);
const SEED = Number(process.env['AUDIT_SEED'] ?? 20_260_807);
/** Each with a database of its own, at the same time. */
const LANES = 4;
const TIDY_EVERY = 100;

const keys = newAuditKeys('a1');
/** The attacker's own key, under the name of the right one. */
const key = newAuditKeys('a1');

let log: SealedLog;

beforeAll(async () => {
  log = await openSealedLog(keys);
});
afterAll(() => log.close());

test('an untouched log is found whole, and what is not sealed is said to be so', async () => {
  const report = await log.verify();
  expect(report).toMatchObject({
    ok: true,
    findings: [],
    from: 1n,
    unsealedRows: 0,
    headsChecked: 1,
  });
  expect(report.to).toBe(BigInt(SEALS));
  const rows = z.object({ n: z.bigint() });
  const [counted] = await log.runner.run(rows, 'select count(*) as n from audit_logs');
  expect(report.rows).toBe(counted?.n);
});

test('every column of the log goes into its hash', async () => {
  const columns = await log.runner.run(
    z.object({ name: z.string() }),
    `select attname as name from pg_attribute where attrelid = 'audit_logs'::regclass and attnum > 0 and not attisdropped`,
  );
  const covered = new Set(makeAttacks({ seed: 1, key, sign: signBlock }).columns);
  expect(columns.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
});

interface Outcome {
  found: Record<string, number>;
  missed: string[];
  /** Attacks that changed nothing, as a swap of equal things: they count as none. */
  idle: number;
}

/** Attacks a log so many times, each attack undone before the next. */
async function attack(lane: SealedLog, seed: number, times: number): Promise<Outcome> {
  const attacks = makeAttacks({ seed, key, sign: signBlock });
  const whole = await lane.contents();
  const outcome: Outcome = { found: {}, missed: [], idle: 0 };
  for (let done = 0; done < times;) {
    await lane.attacker.unsafe('begin');
    const name = await attacks.next(lane.runner);
    const { ok } = await lane.verify(1);
    const idle = ok && (await lane.contents()) === whole;
    if (idle) outcome.idle += 1;
    else if (ok) outcome.missed.push(name);
    else outcome.found[name] = (outcome.found[name] ?? 0) + 1;
    if (!idle) done += 1;
    if (done % TIDY_EVERY > 0) {
      await lane.attacker.unsafe('rollback; begin');
      continue;
    }
    await lane.attacker.unsafe('rollback');
    await lane.tidy();
    const untouched = await lane.verify();
    if (!untouched.ok) throw new Error(`a false alarm: ${untouched.findings[0]?.what}`);
    await lane.attacker.unsafe('begin');
  }
  await lane.attacker.unsafe('rollback');
  return outcome;
}

test(`${MANIPULATIONS} random edits, deletions, cuts, insertions and reorderings: every one is found`, async () => {
  const lanes = await Promise.all(Array.from({ length: LANES }, () => openSealedLog(keys)));
  const startedAtMs = Date.now();
  const outcomes = await Promise.all(
    lanes.map((lane, index) => attack(lane, SEED + index, MANIPULATIONS / LANES)),
  );
  await Promise.all(lanes.map((lane) => lane.close()));
  const found: Record<string, number> = {};
  for (const [name, count] of outcomes.flatMap((each) => Object.entries(each.found))) {
    found[name] = (found[name] ?? 0) + count;
  }
  const sum = Object.values(found).reduce((total, count) => total + count, 0);
  const missed = outcomes.flatMap((each) => each.missed);
  const idle = outcomes.reduce((total, each) => total + each.idle, 0);
  const seconds = Math.round((Date.now() - startedAtMs) / 1_000);
  console.info(JSON.stringify({ seed: SEED, found: sum, missed: missed.length, idle, seconds }));
  console.info(JSON.stringify(found));
  expect(missed).toEqual([]);
  expect(sum).toBe(MANIPULATIONS);
  // Each kind had its share.
  expect(Math.min(...Object.values(found))).toBeGreaterThan(MANIPULATIONS / 150);
}, 1_200_000);

test('a finding names the rows that are missing, changed and added, and the seal they belong to', async () => {
  const [target] = await log.runner.run(
    z.object({ low: z.bigint(), high: z.bigint(), xact: z.bigint() }),
    `select min(id) as low, max(id) as high, xact from audit_logs
     where xact >= (select from_xact from audit_blocks where height = 7)
       and xact < (select to_xact from audit_blocks where height = 7) group by xact`,
  );
  if (!target) throw new Error('there is no seventh seal');
  await log.attacker.unsafe('begin');
  const run = (text: string, ...values: unknown[]) => log.runner.run(z.never(), text, values);
  await run('delete from audit_logs where id = $1', target.low);
  await run(`update audit_logs set actor = 'key:other' where id = $1`, target.high);
  await run(
    `insert into audit_logs (id, action, status, actor, xact) values (999999, 'thing.new', 'INFO', 'system', $1)`,
    target.xact,
  );
  const { findings, ok } = await log.verify();
  await log.attacker.unsafe('rollback');
  expect(ok).toBe(false);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({
    code: 'rows_changed',
    height: 7n,
    missingIds: [String(target.low)],
    changedIds: [String(target.high)],
    addedIds: ['999999'],
  });
});

test('the database refuses changes of seals, as of what they cover', async () => {
  for (const statement of [
    `update audit_blocks set rows_hash = 'x'`,
    'delete from audit_blocks',
    'truncate audit_blocks',
  ]) {
    await expect(log.db.run(z.never(), statement)).rejects.toThrow(/append-only/);
  }
});
