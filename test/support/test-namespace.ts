import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { inject } from 'vitest';
import { temporalAnswers } from '../../stack/temporal/client.ts';

const USABLE_WITHIN_MS = 30_000;

/** Makes a Temporal namespace on the run's server, so tests never see each other's workflows. */
export async function createTestNamespace(): Promise<string> {
  const { temporalAddress } = inject('servers');
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
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
