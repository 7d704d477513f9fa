import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { loadRules, type RulesInForce } from '../../db/queries/rules-in-force.ts';
import { noRow } from '../../db/rows.ts';
import type { AffiliateFacts, ConversionFacts } from '../../domain/rules/conversion.ts';
import { earningsOf } from '../../domain/rules/earnings.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import { makeZoneCalendar } from '../../domain/rules/zone-calendar.ts';

const PAGE = 4_000;
const DAY_MS = 86_400_000;

const row = z.object({
  id: z.string(),
  external_id: z.string(),
  payee_id: z.string(),
  payee_external_id: z.string(),
  email: z.string(),
  currency: z.string(),
  amount_minor: z.bigint(),
  occurred_ms: z.number(),
  customer: z.string().nullable(),
});
type Row = z.infer<typeof row>;

interface Earned {
  row: Row;
  netMinor: bigint;
  availableMs: number;
}

/**
 * What one would write without durability: reads all conversions page by page, has the product's engine
 * compute them, inserts commissions; no queue, no decisions, no guard, no audit. When it dies, or runs
 * twice, the books are wrong. Answers how many commissions it made.
 */
export async function plainEarnings(db: Db): Promise<number> {
  const rules = await loadRules(db, DEFAULT_PROGRAMME_ID, null);
  const calendar = makeZoneCalendar('UTC', 0, 0);
  let made = 0;
  let held: Row[] = [];
  const flush = async (rows: readonly Row[]): Promise<void> => {
    const earned = [...byPayee(rows).values()].flatMap((each) => earnedBy(each, rules, calendar));
    await insert(db, earned);
    made += earned.length;
  };
  for (let last: Row | undefined; ;) {
    const page = await read(db, last);
    last = page.at(-1);
    if (!last) break;
    // The last affiliate may go on in the next page.
    const open = last.payee_id;
    const all = [...held, ...page];
    held = all.filter(({ payee_id }) => payee_id === open);
    await flush(all.filter(({ payee_id }) => payee_id !== open));
  }
  await flush(held);
  return made;
}

const read = (db: Db, last: Row | undefined): Promise<Row[]> =>
  db.run(
    row,
    `select c.id, c.external_id, c.payee_id, p.external_id as payee_external_id, p.email, c.currency, c.amount_minor,
       round(date_part('epoch', c.occurred_at) * 1000) as occurred_ms, c.customer
     from conversions c join payees p on p.id = c.payee_id
     where c.programme_id = $1 and (c.payee_id, c.occurred_at) > ($2, $3::timestamptz)
     order by c.payee_id, c.occurred_at limit ${PAGE}`,
    [
      DEFAULT_PROGRAMME_ID,
      last?.payee_id ?? '',
      last ? new Date(last.occurred_ms).toISOString() : '-infinity',
    ],
    { deadlineMs: 60_000 },
  );

function byPayee(rows: readonly Row[]): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const each of rows) {
    const list = found.get(each.payee_id);
    if (list) list.push(each);
    else found.set(each.payee_id, [each]);
  }
  return found;
}

function earnedBy(
  rows: readonly Row[],
  rules: RulesInForce,
  calendar: ReturnType<typeof makeZoneCalendar>,
): Earned[] {
  const [first] = rows;
  if (!first) return [];
  const affiliate: AffiliateFacts = {
    externalId: first.payee_external_id,
    email: first.email,
    suspendedAt: null,
  };
  const facts = rows.map((each): ConversionFacts => ({
    id: each.id,
    externalId: each.external_id,
    status: 'APPROVED',
    test: false,
    currency: each.currency,
    amountMinor: each.amount_minor,
    reversedMinor: 0n,
    occurredAt: each.occurred_ms,
    clickedAt: null,
    customer: each.customer,
    sameOrderAt: null,
    sameCustomerAt: null,
    terms: rules.termsAt({ id: each.payee_id, groupName: null }, each.occurred_ms)?.terms ?? null,
  }));
  return earningsOf(affiliate, facts, calendar).flatMap(({ netMinor }, index) => {
    const [one, fact] = [rows[index], facts[index]];
    if (!one || !fact || netMinor === 0n) return [];
    const availableMs = one.occurred_ms + (fact.terms?.holdingDays ?? 0) * DAY_MS;
    return [{ row: one, netMinor, availableMs }];
  });
}

async function insert(db: Db, earned: readonly Earned[]): Promise<void> {
  await db.run(
    noRow,
    `insert into commissions (id, external_id, payee_id, amount_minor, currency, status, earned_at, available_at, kind,
       programme_id, conversion_id)
     select id, conversion_id || ':1', payee_id, amount_minor, currency, 'PENDING', to_timestamp(earned_ms / 1000),
       to_timestamp(available_ms / 1000), 'commission', $1, conversion_id
     from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::float8[], $8::float8[])
       as i (id, conversion_id, payee_id, amount_minor, currency, earned_ms, available_ms)`,
    [
      DEFAULT_PROGRAMME_ID,
      earned.map(() => newId('commission')),
      earned.map((each) => each.row.id),
      earned.map((each) => each.row.payee_id),
      earned.map(({ netMinor }) => netMinor),
      earned.map((each) => each.row.currency),
      earned.map((each) => each.row.occurred_ms),
      earned.map(({ availableMs }) => availableMs),
    ],
    { deadlineMs: 60_000 },
  );
}
