import { z } from 'zod';
import { BATCH_STATES, type BatchState } from '../../domain/batch.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';

const stateRow = z.object({
  status: z.enum(BATCH_STATES),
  paused: z.boolean(),
  cancel_requested: z.boolean(),
  rejected: z.boolean(),
  approvals_missing: z.number(),
  content_hash: z.string(),
});

/** Where a batch stands, for telling a caller why something cannot be done. Throws `not_found`. */
export async function batchState(db: Db, batchId: string) {
  const rows = await db.run(
    stateRow,
    `select status, paused_at is not null as paused, cancel_requested_at is not null as cancel_requested,
       content_hash,
       exists (select 1 from approvals v where v.batch_id = b.id and v.content_hash = b.content_hash
         and v.decision = 'rejected') as rejected,
       approvals_missing(b.id) as approvals_missing
     from batches b where id = $1 and deleted_at is null`,
    [batchId],
  );
  const [state] = rows;
  if (!state) throw new DomainError('not_found', 'There is no such batch.');
  return state;
}

const COMMANDS = {
  cancel: ['PENDING', 'QUEUED', 'PROCESSING'],
  pause: ['PENDING', 'QUEUED', 'PROCESSING'],
  resume: ['PENDING', 'QUEUED', 'PROCESSING'],
  retry: ['QUEUED', 'PROCESSING', 'SETTLING', 'COMPLETED', 'FAILED'],
  delete: ['PENDING', 'QUEUED'],
  execute: ['PENDING', 'QUEUED', 'PROCESSING', 'SETTLING'],
} as const satisfies Record<string, readonly BatchState[]>;

export type BatchCommand = keyof typeof COMMANDS;

/** The refusal of a command that a batch in this state does not take. */
export const invalidState = (command: BatchCommand, status: BatchState): DomainError =>
  new DomainError(
    'invalid_state',
    `A batch that is ${status} does not take "${command}"; it is taken while ${COMMANDS[command].join(', ')}.`,
  );

/** Throws `not_found` or `invalid_state` where the command cannot be given to this batch now. */
export async function assertCommand(db: Db, batchId: string, command: BatchCommand): Promise<void> {
  const state = await batchState(db, batchId);
  const states: readonly BatchState[] = COMMANDS[command];
  if (!states.includes(state.status)) throw invalidState(command, state.status);
  if (command === 'resume' && !state.paused) {
    throw new DomainError('invalid_state', 'The batch is not paused.');
  }
}
