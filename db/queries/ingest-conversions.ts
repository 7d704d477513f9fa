import { z } from 'zod';
import { errorCode, isUniqueViolation } from '../errors.ts';
import { newId } from '../new-id.ts';
import { countColumn } from '../rows.ts';
import type { Actor } from './actor.ts';
import {
  checkConversions,
  type CheckedConversion,
  type ConversionOwner,
  type ConversionStep,
  type NewConversion,
} from './check-conversions.ts';
import { laterConversions, queueCalculation } from './queue-calculation.ts';
import type { Runner } from './runner.ts';

const TRIES_MAX = 20;

/** Another call changed one of the conversions after they were checked; nothing was stored. */
export class Overtaken extends Error {
  constructor(options?: { cause: unknown }) {
    super('a conversion was changed in this moment', options);
    this.name = 'Overtaken';
  }
}

/** What became of one item: made, moved on, or as it was. */
export interface StoredConversion {
  id: string;
  created: boolean;
  changed: boolean;
}

/** Either all items are stored, or nothing is and `refused` says of each item what it was found to be. */
export type Ingestion =
  { stored: StoredConversion[]; refused: null } | { stored: null; refused: CheckedConversion[] };

/**
 * Stores at most 1,000 conversions, each once by its external id, and moves those that stand on to a
 * later status; all or nothing. The earnings of their affiliates, and of those whose later conversions
 * may be duplicates by it, are asked to be calculated. Safe to repeat. Not for use in a transaction.
 */
export async function ingestConversions(
  db: Runner,
  items: readonly NewConversion[],
  actor: Actor,
): Promise<Ingestion> {
  for (let tries = 1; ; tries += 1) {
    const checked = await checkConversions(db, items);
    if (checked.some(({ kind }) => kind === 'conflict' || kind === 'unknown'))
      return { stored: null, refused: checked };
    try {
      const stored = await writeConversions(db, items, checked, actor);
      await settleConversions(db, items);
      return { stored, refused: null };
    } catch (error) {
      if (!(error instanceof Overtaken) || tries >= TRIES_MAX) throw error;
    }
  }
}

/**
 * Stores what was checked, in one statement with its audit row and the calculations that it asks for.
 * Throws `Overtaken` where something changed since; in a transaction that ends it.
 */
export async function writeConversions(
  db: Runner,
  items: readonly NewConversion[],
  checked: readonly CheckedConversion[],
  actor: Actor,
): Promise<StoredConversion[]> {
  const fresh = items.flatMap((item, index): FreshConversion[] => {
    const one = checked[index];
    return one?.kind === 'new' ? [{ item, owner: one.owner, id: newId('conversion') }] : [];
  });
  const steps = items.flatMap((item, index): GivenStep[] => {
    const one = checked[index];
    return one?.kind === 'step' ? [{ item, step: one.step }] : [];
  });
  if (fresh.length + steps.length > 0) await write(db, fresh, steps, actor);
  const made = new Map(fresh.map(({ item, id }) => [item.externalId, id]));
  return items.map(({ externalId }, index) => {
    const one = checked[index];
    const id =
      one?.kind === 'step' ? one.step.id : one?.kind === 'same' ? one.id : made.get(externalId);
    const found = id ?? made.get(externalId);
    if (!found) throw new Error('a conversion was neither added nor found');
    return { id: found, created: one?.kind === 'new', changed: one?.kind === 'step' };
  });
}

interface FreshConversion {
  item: NewConversion;
  owner: ConversionOwner;
  id: string;
}

interface GivenStep {
  item: NewConversion;
  step: ConversionStep;
}

async function write(
  db: Runner,
  fresh: readonly FreshConversion[],
  steps: readonly GivenStep[],
  actor: Actor,
): Promise<void> {
  try {
    const rows = await db.run(
      z.object({ complete: z.boolean() }),
      STATEMENT,
      valuesOf(fresh, steps, actor),
    );
    if (rows.every(({ complete }) => complete)) return;
  } catch (error) {
    // An external id that another call took, or a reversal that left less than was seen to be left.
    if (isUniqueViolation(error) || errorCode(error) === '23514')
      throw new Overtaken({ cause: error });
    throw error;
  }
  throw new Overtaken();
}

const MOVED = `
  select programme_id, external_id, payee_id, occurred_at, order_id, customer from inserted
  union all select programme_id, external_id, payee_id, occurred_at, order_id, customer from stepped`;

const STATEMENT = `
  with input as materialized (
    select i.id, i.external_id, i.programme_id, i.payee_id, i.affiliate_external_id,
      i.amount_minor::bigint as amount_minor, i.currency, i.occurred_at::timestamptz as occurred_at,
      i.clicked_at::timestamptz as clicked_at, i.status, i.test::boolean as test, i.customer, i.order_id,
      i.source, i.product, i.reversal_id, i.reversed_at::timestamptz as reversed_at
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[])
      as i (id, external_id, programme_id, payee_id, affiliate_external_id, amount_minor, currency, occurred_at,
        clicked_at, status, test, customer, order_id, source, product, reversal_id, reversed_at)
  ),
  steps as materialized (
    select id, was, becomes, reversal_id, reversed_at::timestamptz as reversed_at
    from unnest($18::text[], $19::text[], $20::text[], $21::text[], $22::text[])
      as s (id, was, becomes, reversal_id, reversed_at)
  ),
  standing as materialized (
    select c.id, s.was, s.becomes, s.reversal_id, s.reversed_at from conversions c join steps s on s.id = c.id
    where c.status = s.was order by c.external_id for update of c
  ),
  verdict as materialized (
    select (select count(*) from standing) = (select count(*) from steps) as complete
  ),
  inserted as (
    insert into conversions (id, programme_id, external_id, affiliate_external_id, payee_id, amount_minor, currency,
      occurred_at, clicked_at, status, test, customer, order_id, source, product)
    select i.id, i.programme_id, i.external_id, i.affiliate_external_id, i.payee_id, i.amount_minor, i.currency,
      i.occurred_at, i.clicked_at, i.status, i.test, i.customer, i.order_id, i.source, i.product
    from input i cross join verdict v where v.complete order by i.external_id
    returning id, programme_id, external_id, payee_id, occurred_at, order_id, customer
  ),
  stepped as (
    update conversions c set status = s.becomes
    from standing s cross join verdict v where c.id = s.id and v.complete
    returning c.id, c.programme_id, c.external_id, c.payee_id, c.occurred_at, c.order_id, c.customer, c.amount_minor,
      s.was, s.becomes, s.reversal_id, s.reversed_at
  ),
  reversed as (
    insert into conversion_reversals (id, external_id, conversion_id, kind, amount_minor, occurred_at, created_by)
    select i.reversal_id, n.id || ':refunded', n.id, 'refund', i.amount_minor, i.reversed_at, $23
    from inserted n join input i on i.id = n.id where i.reversal_id is not null
    union all
    select s.reversal_id, s.id || ':refunded', s.id, 'refund', s.amount_minor - coalesce(
      (select sum(r.amount_minor) from conversion_reversals r where r.conversion_id = s.id), 0), s.reversed_at, $23
    from stepped s where s.reversal_id is not null
    returning id
  ),
  queued as (
    ${queueCalculation(`
      select programme_id, payee_id, occurred_at from (${MOVED}) as moved
      union all ${laterConversions(MOVED)}`)}
  ),
  trail as (
    insert into audit_logs (action, status, actor, ip_address, user_agent, details)
    select case when n.count > 0 then 'conversion.created' else 'conversion.changed' end, 'SUCCESS', $23, $24, $25,
      jsonb_build_object('count', n.count, 'withoutAffiliate', n.waiting, 'refunded', (select count(*) from reversed),
        'changed', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'from', was, 'to', becomes)) from stepped), '[]'))
    from (select count(*) as count, count(*) filter (where payee_id is null) as waiting from inserted) n, verdict v
    where v.complete
  )
  select complete from verdict`;

const valuesOf = (
  fresh: readonly FreshConversion[],
  steps: readonly GivenStep[],
  actor: Actor,
): unknown[] => [
  fresh.map(({ id }) => id),
  fresh.map(({ item }) => item.externalId),
  fresh.map(({ owner }) => owner.programmeId),
  fresh.map(({ owner }) => owner.payeeId),
  fresh.map(({ owner }) => owner.affiliateExternalId),
  fresh.map(({ item }) => item.amountMinor.toString()),
  fresh.map(({ item }) => item.currency),
  fresh.map(({ item }) => item.occurredAt.toISOString()),
  fresh.map(({ item }) => item.clickedAt?.toISOString() ?? null),
  fresh.map(({ item }) => item.status),
  fresh.map(({ item }) => String(item.test ?? false)),
  fresh.map(({ item }) => item.customer ?? null),
  fresh.map(({ item }) => item.orderId ?? null),
  fresh.map(({ item }) => item.source ?? null),
  fresh.map(({ item }) => item.product ?? null),
  fresh.map(({ item }) => (item.refundedAt ? newId('reversal') : null)),
  fresh.map(({ item }) => item.refundedAt?.toISOString() ?? null),
  steps.map(({ step }) => step.id),
  steps.map(({ step }) => step.from),
  steps.map(({ step }) => step.to),
  steps.map(({ step }) => (step.refunds ? newId('reversal') : null)),
  steps.map(({ item }) => item.refundedAt?.toISOString() ?? null),
  actor.id,
  actor.ipAddress,
  actor.userAgent,
];

/**
 * What a statement cannot see of others that ran in the same moment is looked at once more behind it:
 * affiliates that were registered, and conversions that may be duplicates. Safe to repeat; in a
 * transaction it is to be done after the commit.
 */
export async function settleConversions(
  db: Runner,
  items: readonly Pick<
    NewConversion,
    'externalId' | 'affiliateExternalId' | 'customer' | 'orderId'
  >[],
): Promise<void> {
  const affiliates = items.flatMap(({ affiliateExternalId }) => affiliateExternalId ?? []);
  if (affiliates.length > 0) await adoptConversions(db, [...new Set(affiliates)]);
  const linked = items.filter(({ customer, orderId }) => customer ?? orderId);
  if (linked.length === 0) return;
  await db.run(
    z.unknown(),
    queueCalculation(
      laterConversions('select * from conversions where external_id = any($1::text[])'),
    ),
    [linked.map(({ externalId }) => externalId)],
  );
}

/** Conversions that are given their affiliate at once. */
const ADOPTED_MAX = 5_000;

/**
 * Gives conversions that came before their affiliate was registered to it, and asks for its earnings to
 * be calculated; answers how many. Looks only at affiliates of these external ids, at all where there
 * are none given. Safe to repeat at any time.
 */
export async function adoptConversions(
  db: Runner,
  affiliateExternalIds: readonly string[] | null = null,
): Promise<number> {
  for (let total = 0; ;) {
    const [row] = await db.run(
      z.object({ adopted: countColumn }),
      `with waiting as materialized (
         select c.id, y.id as payee_id
         from conversions c join payees y on y.external_id = c.affiliate_external_id and y.registered
         where c.payee_id is null and ($1::text[] is null or c.affiliate_external_id = any($1::text[]))
         order by c.external_id limit ${ADOPTED_MAX} for update of c
       ),
       adopted as (
         update conversions c set payee_id = w.payee_id from waiting w where c.id = w.id and c.payee_id is null
         returning c.programme_id, c.payee_id, c.occurred_at
       ),
       queued as (${queueCalculation('select programme_id, payee_id, occurred_at from adopted')}),
       trail as (
         insert into audit_logs (action, status, actor, details)
         select 'conversion.adopted', 'INFO', 'system', jsonb_build_object('count', count(*))
         from adopted having count(*) > 0
       )
       select count(*) as adopted from adopted`,
      [affiliateExternalIds],
    );
    const adopted = row?.adopted ?? 0;
    total += adopted;
    if (adopted < ADOPTED_MAX) return total;
  }
}
