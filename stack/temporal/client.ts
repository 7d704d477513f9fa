import type { Connection } from '@temporalio/client';
import { readTemporalAccess } from '../../temporal/access.ts';

/** Whether a Temporal server answers at `address` and has that namespace. */
export async function temporalAnswers(address: string, namespace: string): Promise<boolean> {
  // Loaded when needed: it takes long, and most commands that import the stack never start one.
  const client = await import('@temporalio/client');
  let connection: Connection | undefined;
  try {
    const { access } = readTemporalAccess(process.env);
    connection = await client.Connection.connect({ address, connectTimeout: '2s', ...access });
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}
