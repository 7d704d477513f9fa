import { z } from '@hono/zod-openapi';
import type { SignalDefinition } from '@temporalio/common';
import { assertCommand } from '../../../db/queries/batch-state.ts';
import type { AppContext } from '../../http/context.ts';
import { json, optionalJsonBody } from '../../http/endpoint.ts';
import type { Command } from '../../../workflows/messages.ts';
import { idParams, text } from '../../schemas/common.ts';

/** What cancel, pause and resume have in common: why, and what was asked of which batch. */
export const commandBody = optionalJsonBody(
  z.strictObject({ reason: text(500).default('no reason given') }),
);

export const commandAnswer = {
  batchId: z.string(),
  workflowId: z.string(),
};

export const commandProblems = {
  404: json('No such batch.', z.unknown()),
  409: json('The batch cannot take this now (`invalid_state`).', z.unknown()),
};

/** The declaration that cancel, pause and resume share. */
export const commandRequest = { params: idParams('batch'), body: commandBody };

/** Refuses what the batch cannot take, then tells its workflow. Returns the workflow's id. */
export async function sendCommand(
  c: AppContext,
  batchId: string,
  command: 'cancel' | 'pause' | 'resume',
  signal: SignalDefinition<[Command]>,
  reason: string,
): Promise<string> {
  const { db, temporal } = c.var.deps;
  await assertCommand(db, batchId, command);
  return temporal.signalBatch(batchId, signal, { actor: c.var.caller.actor, reason });
}
