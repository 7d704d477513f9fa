import { z } from 'zod';
import type { BatchSource } from '../../domain/batch.ts';
import { SKIP_REASONS, type SkipCode } from '../../domain/eligibility.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { isConnectionLost, isContention } from '../errors.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { inTransaction, type Tx } from '../transaction.ts';
import type { Actor } from './actor.ts';
import { assessIn } from './assess-batch.ts';
import { batchExclusions } from './batch-exclusions.ts';
import { guardOnce } from './guard-batch.ts';
import { judgedPayees, type BatchRequest } from './judged-payees.ts';
import { makeBatchStatement } from './make-batch.ts';
import { matureCommissions } from './mature-commissions.ts';
import { loadPayoutTable, type PayoutTable } from './payout-table.ts';
import { skipCode, termsAskedBy } from './preview.ts';
import { PayableMoved, splitPayables } from './split-payables.ts';

export interface NewBatch extends BatchRequest {
  /** Chosen by the caller, so that an unknown commit is read back by it. */
  batchId: string;
  actor: Actor;
  note?: string | undefined;
  previewHash?: string | undefined;
  scheduledFor?: Date | undefined;
  /** Approvals that it needs whatever is in it. */
  requiredApprovals: number;
  /** How it came to be, where neither a list nor a schedule makes it; by hand unless told. */
  source?: BatchSource | undefined;
  /** The schedule that makes it, and for which period. */
  scheduleId?: string | undefined;
  period?: string | undefined;
  /** Why a person pays what is below our minimum; the audit log keeps it. */
  overrideReason?: string | undefined;
}

/** A payee who was left out, with the first reason. */
export interface Excluded {
  affiliateId: string;
  code: SkipCode;
  reason: string;
}

/** Nobody could be paid; who was left out why. */
export class NobodyPayable extends DomainError {
  readonly excluded: readonly Excluded[];

  constructor(excluded: readonly Excluded[]) {
    super('no_payable_affiliates', 'Nobody can be paid now; the preview says why for each payee.');
    this.excluded = excluded;
  }
}

/** One creation at a time: two would only block each other row by row. */
export const CREATION_LOCK = 4_770_802;
const DEADLINE_MS = 120_000;
const TRIES_MAX = 5;

/** What else happens in the transaction of a creation: ahead of the judging, and once it is made. */
export interface CreationSteps {
  before?: (tx: Tx) => Promise<unknown>;
  /** What it throws undoes all. */
  after?: (excluded: readonly Excluded[]) => void;
}

/**
 * Makes a batch with its payments and claims what they pay, all or nothing. Two calls at once never
 * claim the same commission: the later one sees what is left. The risk rules judge it then. Returns who
 * was left out and why; the batch keeps that. Whose approval it needs is worked out with it: it is never there without.
 * Throws `NobodyPayable` (`no_payable_affiliates`), or `preview_stale` where `previewHash` does not fit.
 */
export async function createBatch(
  db: Db,
  input: NewBatch,
  steps: CreationSteps = {},
): Promise<{ batchId: string; excluded: Excluded[] }> {
  const made = await make(db, input, steps);
  await guardOnce(db, made.batchId);
  return made;
}

async function make(db: Db, input: NewBatch, steps: CreationSteps) {
  await matureCommissions(db);
  for (let tries = 1; ; tries += 1) {
    try {
      const table = await loadPayoutTable(db, termsAskedBy(input));
      return await inTransaction(db, DEADLINE_MS, (tx) => createIn(tx, input, table, steps));
    } catch (error) {
      const lost = isConnectionLost(error);
      if (lost && (await exists(db, input.batchId))) {
        return { batchId: input.batchId, excluded: await batchExclusions(db, input.batchId) };
      }
      const worthRepeating = lost || isContention(error) || error instanceof PayableMoved;
      if (!worthRepeating || tries >= TRIES_MAX) throw error;
    }
  }
}

async function createIn(
  tx: Tx,
  input: NewBatch,
  table: PayoutTable | null,
  { before, after }: CreationSteps,
) {
  await tx.run(z.unknown(), `select pg_advisory_xact_lock(${CREATION_LOCK})`);
  await before?.(tx);
  await splitPayables(tx, input, table);
  const { text, values } = makeBatchStatement(input, judgedPayees(input, table), table);
  const made = onlyRow(await tx.run(createdRow, text, values));
  const excluded = made.excluded.map(({ id, code }) => ({
    affiliateId: id,
    code,
    reason: SKIP_REASONS[code],
  }));
  if (made.payments === 0) throw new NobodyPayable(excluded);
  if (input.previewHash !== undefined && input.previewHash !== made.hash) {
    throw new DomainError(
      'preview_stale',
      'What is payable has changed since the preview; preview again.',
    );
  }
  if (made.claimed !== made.picked)
    throw new PayableMoved('a payable changed while it was claimed');
  after?.(excluded);
  await assessIn(tx, input.batchId);
  return { batchId: input.batchId, excluded };
}

const createdRow = z.object({
  payments: countColumn,
  picked: countColumn,
  claimed: countColumn,
  hash: z.string(),
  excluded: z.array(z.object({ id: z.string(), code: skipCode })),
});

async function exists(db: Db, batchId: string): Promise<boolean> {
  const rows = await db.run(z.object({ id: z.string() }), 'select id from batches where id = $1', [
    batchId,
  ]);
  return rows.length > 0;
}
