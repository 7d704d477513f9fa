import { z } from 'zod';
import { errorCode, isUniqueViolation } from '../errors.ts';
import { noRow } from '../rows.ts';
import type { Actor } from './actor.ts';
import { queueCalculation } from './queue-calculation.ts';
import type { Runner } from './runner.ts';

const TRIES_MAX = 20;

export const REVERSAL_KINDS = ['refund', 'chargeback'] as const;
export type ReversalKind = (typeof REVERSAL_KINDS)[number];

/** A reversal as a caller gives it. */
export interface NewReversal {
  id: string;
  externalId: string;
  conversionId: string;
  kind: ReversalKind;
  /** All that is left of the conversion, where none is given. */
  amountMinor?: bigint | undefined;
  /** Now, where none is given. */
  occurredAt?: Date | undefined;
  reason?: string | undefined;
  actor: Actor;
}

/** What came of it. */
export type Reversed =
  | { kind: 'created' | 'same'; id: string }
  | { kind: 'conflict'; field: string }
  | { kind: 'too_much'; leftMinor: bigint }
  | { kind: 'too_early' }
  | { kind: 'missing' };

const stateRow = z.object({
  early: z.boolean(),
  left_minor: z.bigint(),
  id: z.string().nullable(),
  conversion_id: z.string().nullable(),
  kind: z.string().nullable(),
  amount_minor: z.bigint().nullable(),
  occurred_ms: z.number().nullable(),
  reason: z.string().nullable(),
});

/**
 * Notes that so much of a conversion was given back, once by its external id, and asks for its
 * affiliate's earnings to be calculated. However many come at once, no more is given back than was paid:
 * the database refuses it. Safe to repeat.
 */
export async function reverseConversion(db: Runner, asked: NewReversal): Promise<Reversed> {
  for (let tries = 1; ; tries += 1) {
    const state = await readState(db, asked);
    if (!state) return { kind: 'missing' };
    const { id, left_minor: leftMinor } = state;
    if (id !== null) {
      const field = differingField(asked, state);
      return field ? { kind: 'conflict', field } : { kind: 'same', id };
    }
    const amountMinor = asked.amountMinor ?? leftMinor;
    if (amountMinor <= 0n || amountMinor > leftMinor) return { kind: 'too_much', leftMinor };
    if (state.early) return { kind: 'too_early' };
    try {
      await insertReversal(db, asked, amountMinor);
      return { kind: 'created', id: asked.id };
    } catch (error) {
      // Another call gave back a part, or took the external id, in this moment.
      const overtaken = isUniqueViolation(error) || errorCode(error) === '23514';
      if (!overtaken || tries >= TRIES_MAX) throw error;
    }
  }
}

async function readState(db: Runner, asked: NewReversal) {
  const [state] = await db.run(
    stateRow,
    `select coalesce($3::timestamptz < c.occurred_at, false) as early,
       (c.amount_minor - coalesce(
         (select sum(o.amount_minor) from conversion_reversals o where o.conversion_id = c.id), 0))::bigint as left_minor,
       r.id, r.conversion_id, r.kind, r.amount_minor, r.reason,
       (extract(epoch from date_trunc('milliseconds', r.occurred_at)) * 1000)::float8 as occurred_ms
     from conversions c left join conversion_reversals r on r.external_id = $2
     where c.id = $1`,
    [asked.conversionId, asked.externalId, asked.occurredAt?.toISOString() ?? null],
  );
  return state;
}

const insertReversal = (db: Runner, asked: NewReversal, amountMinor: bigint): Promise<never[]> =>
  db.run(
    noRow,
    `with made as (
       insert into conversion_reversals (id, external_id, conversion_id, kind, amount_minor, occurred_at, reason, created_by)
       values ($1, $2, $3, $4, $5::text::bigint, coalesce($6::timestamptz, now()), $7, $8)
       returning id, conversion_id, kind, amount_minor
     ),
     queued as (
       ${queueCalculation(`
         select c.programme_id, c.payee_id, c.occurred_at from made m join conversions c on c.id = m.conversion_id`)}
     )
     insert into audit_logs (action, status, actor, ip_address, user_agent, details)
     select 'conversion.reversed', 'SUCCESS', $8, $9, $10, jsonb_build_object('conversionId', conversion_id,
       'reversalId', id, 'kind', kind, 'amountMinor', amount_minor)
     from made`,
    [
      asked.id,
      asked.externalId,
      asked.conversionId,
      asked.kind,
      amountMinor.toString(),
      asked.occurredAt?.toISOString() ?? null,
      asked.reason ?? null,
      asked.actor.id,
      asked.actor.ipAddress,
      asked.actor.userAgent,
    ],
  );

/** What a caller leaves out is not compared. */
function differingField(asked: NewReversal, before: z.infer<typeof stateRow>): string | undefined {
  const differs = {
    conversionId: asked.conversionId !== before.conversion_id,
    kind: asked.kind !== before.kind,
    amount: asked.amountMinor !== undefined && asked.amountMinor !== before.amount_minor,
    occurredAt: asked.occurredAt !== undefined && asked.occurredAt.getTime() !== before.occurred_ms,
    reason: asked.reason !== undefined && asked.reason !== before.reason,
  };
  return Object.entries(differs).find(([, differing]) => differing)?.[0];
}
