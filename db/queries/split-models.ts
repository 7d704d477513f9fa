import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { assertSplitModel, type SplitModel } from '../../domain/split-model.ts';
import type { Db } from '../client.ts';
import { DatabaseUnavailable } from '../errors.ts';
import { instantColumn } from '../rows.ts';
import type { Actor } from './actor.ts';

/** Who stored a version, and when. */
export interface SplitModelVersion {
  version: number;
  createdBy: string;
  createdAt: Date;
}

/** A version with what it says. */
export interface StoredSplitModel extends SplitModelVersion {
  model: SplitModel;
}

/** Races that one caller loses in a row before it gives up; others have won each of them. */
const RACES_MAX = 30;
const RACE_WAIT_MS = 20;

/** Models of more recipients are told by their hash: the versions themselves stay. */
const RECIPIENTS_SHOWN_MAX = 100;

const shown = (row: string): string =>
  `jsonb_build_object('version', ${row}.version,
    'sha256', encode(sha256(convert_to(${row}.model::text, 'UTF8')), 'hex'), 'model',
    case when jsonb_array_length(${row}.model->'recipients') <= ${RECIPIENTS_SHOWN_MAX} then ${row}.model end)`;

/** Two callers at once count to the same version; the key lets one of them have it. */
const storeStatement = `
  with made as (
    insert into split_models (project_id, version, model, created_by)
    select $1, coalesce(max(version), 0) + 1, $2::text::jsonb, $3 from split_models where project_id = $1
    on conflict do nothing returning project_id, version, model
  ),
  trail as (
    insert into audit_logs (action, status, actor, ip_address, user_agent, details)
    select 'split_model.stored', 'SUCCESS', $3, $4, $5,
      jsonb_build_object('projectId', m.project_id, 'version', m.version, 'after', ${shown('m')}, 'before',
        (select ${shown('o')} from split_models o where o.project_id = m.project_id order by o.version desc limit 1))
    from made m
  )
  select version from made`;

/**
 * Keeps a model as the next version of its project, with its audit row, and answers that version.
 * Throws `split_invalid` for a model that cannot divide amounts. A statement sent again after its
 * answer was lost keeps the same model twice: the newest counts, and it says the same.
 */
export async function storeSplitModel(
  db: Db,
  given: { projectId: string; model: SplitModel; actor: Actor },
): Promise<number> {
  const { projectId, model, actor } = given;
  assertSplitModel(model);
  const values = [projectId, writeModel(model), actor.id, actor.ipAddress, actor.userAgent];
  for (let races = 0; races < RACES_MAX; races += 1) {
    const [made] = await db.run(z.object({ version: z.int() }), storeStatement, values);
    if (made) return made.version;
    await sleep(Math.random() * RACE_WAIT_MS * (races + 1));
  }
  throw new DatabaseUnavailable('others stored split models of the project all the time');
}

/** A version of a project's model, the newest unless told; null where there is none. */
export async function findSplitModel(
  db: Db,
  projectId: string,
  version?: number,
): Promise<StoredSplitModel | null> {
  const [row] = await db.run(
    storedRow,
    `select version, model, created_by, created_at from split_models
     where project_id = $1 and ($2::int is null or version = $2::int)
     order by version desc limit 1`,
    [projectId, version ?? null],
  );
  return row ? { ...toVersion(row), model: row.model } : null;
}

/** Versions of a project, newest first, without what they say: only those below `before`. */
export async function listSplitModels(
  db: Db,
  projectId: string,
  before: number | undefined,
  limit: number,
): Promise<SplitModelVersion[]> {
  const rows = await db.run(
    versionRow,
    `select version, created_by, created_at from split_models
     where project_id = $1 and ($2::int is null or version < $2::int)
     order by version desc limit $3`,
    [projectId, before ?? null, limit],
  );
  return rows.map(toVersion);
}

/** Amounts stand in the JSON as decimal strings, which no reader rounds. */
const writeModel = (model: SplitModel): string =>
  JSON.stringify(model, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );

const storedAmount = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(BigInt);

const storedModel = z.object({
  recipients: z.array(
    z.object({ recipientId: z.string(), shareBps: z.int(), capMinor: storedAmount.nullable() }),
  ),
  platformFeeBps: z.int(),
  platformFeeTiers: z.array(z.object({ fromMinor: storedAmount, feeBps: z.int() })),
  platformFeeCapMinor: storedAmount.nullable(),
  taxWithholdingBps: z.record(z.string(), z.int()),
  fixedAmounts: z.array(z.object({ recipientId: z.string(), amountMinor: storedAmount })),
  currency: z.string().nullable(),
});

const versionRow = z.object({
  version: z.int(),
  created_by: z.string(),
  created_at: instantColumn,
});
const storedRow = versionRow.extend({ model: storedModel });

const toVersion = (row: z.infer<typeof versionRow>): SplitModelVersion => ({
  version: row.version,
  createdBy: row.created_by,
  createdAt: row.created_at,
});
