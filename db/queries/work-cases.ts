import { and, desc, eq, isNull, lt } from 'drizzle-orm';
import { z } from 'zod';
import type { CaseKind } from '../../domain/case.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { cases } from '../schema/cases.ts';
import type { Actor } from './actor.ts';

export type CaseRow = typeof cases.$inferSelect;

export interface CaseFilter {
  status?: CaseRow['status'] | undefined;
  kind?: CaseKind | undefined;
  provider?: string | undefined;
  /** Null for those that nobody owns. */
  owner?: string | null | undefined;
  paymentId?: string | undefined;
  batchId?: string | undefined;
  /** Only ids below: the last one of the page before. */
  before?: string | undefined;
  limit: number;
}

/** Cases, newest first. */
export const listCases = (db: Db, filter: CaseFilter): Promise<CaseRow[]> =>
  db.orm
    .select()
    .from(cases)
    .where(
      and(
        filter.status && eq(cases.status, filter.status),
        filter.kind && eq(cases.kind, filter.kind),
        filter.provider ? eq(cases.provider, filter.provider) : undefined,
        filter.owner === null ? isNull(cases.owner) : undefined,
        filter.owner ? eq(cases.owner, filter.owner) : undefined,
        filter.paymentId ? eq(cases.paymentId, filter.paymentId) : undefined,
        filter.batchId ? eq(cases.batchId, filter.batchId) : undefined,
        filter.before ? lt(cases.id, filter.before) : undefined,
      ),
    )
    .orderBy(desc(cases.id))
    .limit(filter.limit);

/** One case. Throws `not_found`. */
export async function findCase(db: Db, id: string): Promise<CaseRow> {
  const [row] = await db.orm.select().from(cases).where(eq(cases.id, id)).limit(1);
  if (!row) throw new DomainError('not_found', 'There is no such case.');
  return row;
}

const noted = z.object({ id: z.string() });

/** What a person does with a case; each is refused with `invalid_state` once it is resolved. */
export type CaseStep =
  | { do: 'assign'; owner: string | null }
  | { do: 'note'; note: string }
  | { do: 'resolve'; resolution: string };

const CHANGES: Record<CaseStep['do'], string> = {
  assign: 'owner = $5',
  note: 'note = $5',
  resolve: "status = 'RESOLVED', resolution = $5, resolved_by = $2, resolved_at = now()",
};
const ACTIONS = { assign: 'case.assigned', note: 'case.noted', resolve: 'case.resolved' } as const;
const FIELDS = { assign: 'owner', note: 'note', resolve: 'resolution' } as const;

/** Works on an open case, with its audit row. Throws `not_found`, or `invalid_state` where it is resolved. */
export async function workCase(db: Db, id: string, step: CaseStep, actor: Actor): Promise<CaseRow> {
  const value =
    step.do === 'assign' ? step.owner : step.do === 'note' ? step.note : step.resolution;
  const rows = await db.run(
    noted,
    `with changed as (
       update cases set ${CHANGES[step.do]}, updated_at = now()
       where id = $1 and status = 'OPEN' returning id, batch_id, payment_id
     ),
     trail as (
       insert into audit_logs (action, status, batch_id, payment_id, actor, ip_address, user_agent, details)
       select $6, 'INFO', batch_id, payment_id, $2, $3, $4,
         jsonb_build_object('caseId', id, $7::text, $5::text)
       from changed
     )
     select id from changed`,
    [id, actor.id, actor.ipAddress, actor.userAgent, value, ACTIONS[step.do], FIELDS[step.do]],
  );
  const row = await findCase(db, id);
  if (rows.length > 0) return row;
  throw new DomainError(
    'invalid_state',
    'The case is resolved; what comes up again is a case of its own.',
  );
}
