import { z } from 'zod';
import type { AuditKeys } from '../../db/audit-keys.ts';
import { blockColumns, blockRow, toBlock } from '../../db/queries/audit-blocks.ts';
import { MARKS, rowHash } from '../../db/queries/audit-rows.ts';
import type { Runner } from '../../db/queries/runner.ts';
import type { Block, BlockContent } from '../../domain/audit/block.ts';

type Attack = (run: Run, random: Random, runner: Runner) => Promise<void>;
type Run = (text: string, values?: readonly unknown[]) => Promise<void>;
/** A whole number from 0 to below the bound. */
type Random = (below: number) => number;

/** What the log that is attacked holds at least. */
export const SEALS = 20;
const ROWS = 120;

/** Ways to write something else into a column; `i` is any number, so that none is like another. */
const EDITS: Record<string, readonly string[]> = {
  id: ['id + 100000', 'id - 100000', '(select max(id) + 1 from audit_logs)'],
  action: [`action || 'x'`, `'batch.created'`, 'upper(action)', `' ' || action`],
  status: [`case status when 'SUCCESS' then 'INFO' else 'SUCCESS' end`],
  batch_id: [`coalesce(batch_id, '') || 'x'`, 'null', `''`],
  payment_id: [`coalesce(payment_id, '') || 'x'`, 'null', `''`],
  from_state: [`coalesce(from_state, '') || 'x'`, 'null', 'to_state'],
  to_state: [`coalesce(to_state, '') || 'x'`, 'null', `''`],
  actor: [`'key:' || $1`, `actor || chr(10)`, `replace(actor, ':', '')`],
  ip_address: [`'10.9.9.' || $1`, 'null', `ip_address || ' '`],
  user_agent: [`coalesce(user_agent, '') || $1`, 'null', `''`],
  details: [
    'null',
    `'null'::jsonb`,
    `'{}'::jsonb`,
    `jsonb_build_object('amount', $1::int)`,
    `coalesce(details, '{}') || '{"more": 1}'`,
    `'{"amount": 3.0, "why": "because", "round": 1}'::jsonb`,
  ],
  created_at: [
    `created_at + interval '1 microsecond'`,
    `created_at - $1::int * interval '1 second'`,
    `'infinity'`,
    `'-infinity'`,
  ],
  xact: [
    'xact + 1000000',
    'xact - 1',
    '-xact',
    '(select to_xact from audit_blocks order by height desc limit 1)',
    '(select from_xact from audit_blocks order by random() limit 1)',
  ],
};

const BLOCK_EDITS: readonly string[] = [
  'height = height + 1000',
  'from_xact = from_xact - 1',
  'to_xact = to_xact + 1',
  'row_count = row_count + 1',
  'row_count = -1',
  'last_id = last_id - 1',
  `rows_hash = reverse(rows_hash)`,
  `rows_hash = upper(rows_hash) || ' '`,
  `previous_hash = reverse(previous_hash)`,
  `hash = reverse(hash)`,
  `key_id = key_id || 'x'`,
  `signature = ' ' || signature`,
  `signature = reverse(signature)`,
  `signature = ''`,
  `sealed_at = sealed_at + interval '1 microsecond'`,
  `sealed_at = 'infinity'`,
  `row_marks = set_byte(row_marks, 0, (get_byte(row_marks, 0) + 1) % 256)`,
  `row_marks = ''`,
];

const SEALED = 'select id from audit_logs';
const anyRow = (random: Random): string => `(${SEALED} order by id offset ${random(ROWS)} limit 1)`;
const ofBlock = (height: string): string =>
  `xact >= (select from_xact from audit_blocks where height = ${height}) and xact < (select to_xact from audit_blocks where height = ${height})`;

/** Makes random manipulations of a log of 20 seals and 120 rows, the same for the same seed. */
export function makeAttacks(given: {
  seed: number;
  /** The attacker's own, with the id of the right one. */
  key: AuditKeys;
  sign: (keys: AuditKeys, content: Omit<BlockContent, 'keyId'>) => Block;
}) {
  const random = randomOf(given.seed);
  const attacks: Record<string, Attack> = { ...ROW_ATTACKS, ...BLOCK_ATTACKS, ...forgeries(given) };
  const names = Object.keys(attacks);
  return {
    columns: Object.keys(EDITS),
    /** Makes one, and answers what it was. */
    async next(runner: Runner): Promise<string> {
      // Edits have more variants than the others, and are drawn more often.
      const name = random(3) === 0 ? 'edit' : (names[random(names.length)] ?? '');
      const run: Run = async (text, values) => {
        await runner.run(z.unknown(), text, values);
      };
      await attacks[name]?.(run, random, runner);
      return name;
    },
  };
}

const ROW_ATTACKS: Record<string, Attack> = {
  edit: async (run, random) => {
    const columns = Object.keys(EDITS);
    const column = columns[random(columns.length)] ?? '';
    const edits = EDITS[column] ?? [];
    const edit = edits[random(edits.length)] ?? '';
    const values = edit.includes('$1') ? [String(random(1_000))] : [];
    await run(`update audit_logs set ${column} = ${edit} where id = ${anyRow(random)}`, values);
  },
  delete: (run, random) => run(`delete from audit_logs where id = ${anyRow(random)}`),
  deleteMany: (run, random) =>
    run(
      `delete from audit_logs where id in (${SEALED} order by id offset ${random(ROWS - 2)} limit ${2 + random(60)})`,
    ),
  cutTailOfRows: (run, random) =>
    run(
      `delete from audit_logs where id > (select max(id) from audit_logs) - ${1 + random(SEALS)}`,
    ),
  insertCopy: (run, random) =>
    run(`insert into audit_logs select (l).* from (
      select jsonb_populate_record(a, jsonb_build_object('id', 900000 + ${random(1_000)})) as l
      from audit_logs a where id = ${anyRow(random)}) c`),
  insertEarly: (run, random) =>
    run(`insert into audit_logs (id, action, status, actor, xact)
      values (${-random(1_000)}, 'thing.new', 'INFO', 'system', ${random(2) === 0 ? -5 : 5})`),
  swapIds: async (run, random, runner) => {
    const [one, other] = await runner.run(
      z.object({ id: z.bigint() }),
      `(${SEALED} order by id offset ${firstOf(random)} limit 1)
       union all (${SEALED} order by id offset ${secondOf(random)} limit 1)`,
    );
    await run('update audit_logs set id = -1 where id = $1', [one?.id]);
    await run('update audit_logs set id = $1 where id = $2', [one?.id, other?.id]);
    await run('update audit_logs set id = $1 where id = -1', [other?.id]);
  },
  swapTimes: (run, random) => swap(run, random, 'created_at'),
  swapTransactions: (run, random) => swap(run, random, 'xact'),
  swapActors: (run, random) => swap(run, random, 'actor'),
  reverseOrder: (run, random) =>
    run(
      `update audit_logs l set created_at = o.created_at from audit_logs o
       where ${ofBlock(String(1 + random(SEALS)))
         .replaceAll('xact >=', 'l.xact >=')
         .replaceAll('xact <', 'l.xact <')}
         and o.xact = l.xact and o.id = (select min(id) + max(id) - l.id from audit_logs m where m.xact = l.xact)`,
    ),
};

const firstOf = (random: Random): number => random(ROWS / 2);
const secondOf = (random: Random): number => ROWS / 2 + random(ROWS / 2);

/** Exchanges what stands in a column of two rows. */
const swap = (run: Run, random: Random, column: string): Promise<void> =>
  run(`with pair as (
      (select id, ${column} as value from audit_logs order by id offset ${firstOf(random)} limit 1)
      union all (select id, ${column} from audit_logs order by id offset ${secondOf(random)} limit 1)
    )
    update audit_logs l set ${column} = o.value from pair p, pair o where l.id = p.id and o.id <> p.id`);

const BLOCK_ATTACKS: Record<string, Attack> = {
  editBlock: (run, random) =>
    run(
      `update audit_blocks set ${BLOCK_EDITS[random(BLOCK_EDITS.length)]} where height = ${1 + random(SEALS)}`,
    ),
  deleteBlock: (run, random) => run(`delete from audit_blocks where height = ${1 + random(SEALS)}`),
  cutTail: async (run, random) => {
    const height = String(1 + random(SEALS));
    await run(
      `delete from audit_logs where xact >= (select from_xact from audit_blocks where height = ${height})`,
    );
    await run(`delete from audit_blocks where height >= ${height}`);
  },
  cutBlockWithRows: async (run, random) => {
    const height = String(1 + random(SEALS));
    await run(`delete from audit_logs where ${ofBlock(height)}`);
    await run(`delete from audit_blocks where height = ${height}`);
  },
  cutBlockAndRenumber: async (run, random) => {
    const height = String(1 + random(SEALS - 1));
    await run(`delete from audit_logs where ${ofBlock(height)}`);
    await run(`delete from audit_blocks where height = ${height}`);
    await run(`update audit_blocks set height = height + 100000 where height > ${height}`);
    await run('update audit_blocks set height = height - 100001 where height > 100000');
  },
  swapSignatures: (run, random) => swapBlocks(run, random, 'signature'),
  swapRowHashes: (run, random) => swapBlocks(run, random, 'rows_hash'),
  swapMarks: (run, random) => swapBlocks(run, random, 'row_marks'),
  clearAll: async (run) => {
    await run('delete from audit_logs');
    await run('delete from audit_blocks');
  },
};

const swapBlocks = (run: Run, random: Random, column: string): Promise<void> => {
  const [a, b] = [1 + random(SEALS / 2), 1 + SEALS / 2 + random(SEALS / 2)];
  return run(
    `update audit_blocks b set ${column} = o.${column} from audit_blocks o
     where (b.height, o.height) in ((${a}, ${b}), (${b}, ${a}))`,
  );
};

/** Rows changed and all seals from there on made anew, as they should be but for the key. */
const forgeries = ({ key, sign }: Parameters<typeof makeAttacks>[0]): Record<string, Attack> => ({
  editAndSealAgain: async (run, random, runner) => {
    const from = SEALS - random(6);
    await run(
      `update audit_logs set actor = 'key:forged' where id = (select min(id) from audit_logs where ${ofBlock(String(from))})`,
    );
    const rows = await runner.run(
      blockRow,
      `select ${blockColumns('b')} from audit_blocks b where height >= $1 order by height`,
      [from],
    );
    let previousHash = rows[0]?.previous_hash ?? '';
    for (const { keyId: _key, hash: _hash, signature: _signed, ...content } of rows.map(toBlock)) {
      const marks = `(select ${MARKS} from (select id, ${rowHash('l')} as hash from audit_logs l where ${ofBlock('$1')}) h)`;
      const [found] = await runner.run(
        z.object({ hash: z.string() }),
        `select encode(sha256(${marks}), 'hex') as hash`,
        [content.height],
      );
      const forged = sign(key, { ...content, rowsHash: found?.hash ?? '', previousHash });
      await run(
        `update audit_blocks set row_marks = ${marks}, rows_hash = $2, previous_hash = $3, hash = $4, signature = $5 where height = $1`,
        [forged.height, forged.rowsHash, previousHash, forged.hash, forged.signature],
      );
      previousHash = forged.hash;
    }
  },
});

/** Mulberry32. */
function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}
