import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';

interface Earned {
  amountMinor: bigint;
  currency?: string;
  programmeId?: string | null;
  earnedAt?: Date;
  availableAt?: Date | null;
  /** On hold: it stands in a payable that nothing claims. */
  held?: boolean;
}

/** Writes a commission that has matured, in a payable of its own and with its ledger lines. */
export async function insertEarned(db: Db, payeeId: string, earned: Earned) {
  const { amountMinor, currency = 'USD', programmeId = null, held = false } = earned;
  const commissionId = newId('commission');
  const payableId = newId('payable');
  await db.run(
    z.unknown(),
    `with payable as (
       insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open, held)
       values ($2, $3, $5, $4, 1, coalesce($7::timestamptz, now()), false, $9::text::boolean) returning id
     ),
     books as (
       insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id)
       values ($1 || ':earned', 1, 'commission_expense', case when $4::bigint > 0 then 'debit' else 'credit' end, abs($4::bigint), $5, $3),
              ($1 || ':earned', 2, 'payee_payable', case when $4::bigint > 0 then 'credit' else 'debit' end, abs($4::bigint), $5, $3)
     )
     insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at, available_at, programme_id, held)
     select $1, $1, $3, $4, $5, 'APPROVED', id, coalesce($7::timestamptz, now()), $8::timestamptz, $6, $9::text::boolean from payable`,
    [
      commissionId,
      payableId,
      payeeId,
      amountMinor,
      currency,
      programmeId,
      earned.earnedAt?.toISOString() ?? null,
      earned.availableAt?.toISOString() ?? null,
      String(held),
    ],
  );
  return { commissionId, payableId };
}

/** Writes a commission that has not matured. */
export async function insertMaturing(db: Db, payeeId: string, amountMinor: bigint, at: Date) {
  const id = newId('commission');
  await db.run(
    z.unknown(),
    `insert into commissions (id, external_id, payee_id, amount_minor, currency, status, earned_at, available_at)
     values ($1, $1, $2, $3, 'USD', 'PENDING', now(), $4::timestamptz)`,
    [id, payeeId, amountMinor, at.toISOString()],
  );
  return id;
}

/** A rule that holds from 2026 on: of a programme, or of a group or an affiliate in it. */
export async function insertRule(
  db: Db,
  terms: Record<string, unknown>,
  given: { programmeId?: string; groupName?: string; payeeId?: string } = {},
) {
  const ruleId = newId('rule');
  const { programmeId = DEFAULT_PROGRAMME_ID, groupName = null, payeeId = null } = given;
  await db.run(
    z.unknown(),
    `with rule as (
       insert into payout_rules (id, programme_id, group_name, payee_id, created_by) values ($1, $2, $3, $4, 'test') returning id
     )
     insert into payout_rule_versions (rule_id, version, effective_from, terms, created_by)
     select id, 1, '2026-01-01', $5::text::jsonb, 'test' from rule`,
    [ruleId, programmeId, groupName, payeeId, JSON.stringify(terms)],
  );
  return ruleId;
}

/** A programme of that name. */
export async function insertProgramme(db: Db, name: string): Promise<string> {
  const id = newId('programme');
  await db.run(
    z.unknown(),
    `insert into programmes (id, external_id, name, zone, created_by) values ($1, $1, $2, 'UTC', 'test')`,
    [id, name],
  );
  return id;
}
