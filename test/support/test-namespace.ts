import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterAll, inject } from 'vitest';
import { temporalAnswers } from '../../stack/temporal/client.ts';

const USABLE_WITHIN_MS = 30_000;

const made: string[] = [];

// Its schedules would go on for the rest of the run: with those of a hundred files before, the server
// comes to do nothing else.
afterAll(async () => {
  if (made.length === 0) return;
  const connection = await Connection.connect({ address: inject('servers').temporalAddress });
  try {
    for (const namespace of made.splice(0)) {
      await connection.operatorService.deleteNamespace({ namespace });
    }
  } finally {
    await connection.close();
  }
});

/**
 * Makes a Temporal namespace on the run's server, so tests never see each other's workflows. It is
 * deleted at the end of the file.
 */
export async function createTestNamespace(): Promise<string> {
  const { temporalAddress } = inject('servers');
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    made.push(namespace);
  } finally {
    await connection.close();
  }
  const deadline = Date.now() + USABLE_WITHIN_MS;
  while (!(await temporalAnswers(temporalAddress, namespace))) {
    if (Date.now() > deadline) throw new Error(`namespace ${namespace} did not become usable`);
    await sleep(50);
  }
  return namespace;
}
