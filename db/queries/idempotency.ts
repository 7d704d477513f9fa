import { z } from 'zod';
import type { Db } from '../client.ts';
import { instantColumn, noRow, onlyRow } from '../rows.ts';

/** How long a call may be silent before its process counts as dead; renewed while it runs. */
const LOCK = "interval '20 seconds'";

const keyRow = z.object({
  request_hash: z.string(),
  response_status: z.number().nullable(),
  response_body: z.string().nullable(),
  created_at: instantColumn,
});

export type IdempotencyClaim = z.infer<typeof keyRow> & { claimed: boolean };

/**
 * Takes the right to run the call of that key. `claimed` is false where it was answered, where
 * another one runs it, or where it belongs to another request; a runner that stopped renewing its
 * lock is taken over. The request is known by any of the hashes, and kept by the first.
 */
export async function claimIdempotencyKey(
  db: Db,
  actor: string,
  key: string,
  [requestHash, ...formerHashes]: readonly [string, ...string[]],
): Promise<IdempotencyClaim> {
  const columns = 'request_hash, response_status, response_body, created_at';
  const [mine] = await db.run(
    keyRow,
    `insert into idempotency_keys as k (actor, key, request_hash, locked_until)
     values ($1, $2, $3, now() + ${LOCK})
     on conflict (actor, key) do update set locked_until = now() + ${LOCK}
       where k.response_status is null and k.locked_until < now() and k.request_hash = any($4::text[])
     returning ${columns}`,
    [actor, key, requestHash, [requestHash, ...formerHashes]],
    { repeatable: false },
  );
  if (mine) return { ...mine, claimed: true };
  const rows = await db.run(
    keyRow,
    `select ${columns} from idempotency_keys where actor = $1 and key = $2`,
    [actor, key],
  );
  return { ...onlyRow(rows), claimed: false };
}

/** Says that the call still runs. */
export async function renewIdempotencyKey(db: Db, actor: string, key: string): Promise<void> {
  await db.run(
    noRow,
    `update idempotency_keys set locked_until = now() + ${LOCK}
     where actor = $1 and key = $2 and response_status is null`,
    [actor, key],
  );
}

/** Keeps the answer for ever. The first one stays. */
export async function answerIdempotencyKey(
  db: Db,
  actor: string,
  key: string,
  answer: { status: number; body: string },
): Promise<void> {
  await db.run(
    noRow,
    `update idempotency_keys set response_status = $3, response_body = $4
     where actor = $1 and key = $2 and response_status is null`,
    [actor, key, answer.status, answer.body],
  );
}

/**
 * Lets the same call run again at once: it ended without an answer to keep. The row stays, because
 * ids of what the call may have made follow from the time it was first seen.
 */
export async function releaseIdempotencyKey(db: Db, actor: string, key: string): Promise<void> {
  await db.run(
    noRow,
    `update idempotency_keys set locked_until = now() - interval '1 second'
     where actor = $1 and key = $2 and response_status is null`,
    [actor, key],
  );
}
