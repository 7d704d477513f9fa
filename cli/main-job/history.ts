import type { StackInfo } from '../../stack/index.ts';

/** Events in the history of a workflow's newest run, or null where Temporal does not say. */
export async function historyEvents(info: StackInfo, workflowId: string): Promise<number | null> {
  const { Client, Connection } = await import('@temporalio/client');
  const connection = await Connection.connect({ address: info.temporalAddress });
  try {
    const client = new Client({ connection, namespace: info.temporalNamespace });
    return (await client.workflow.getHandle(workflowId).describe()).historyLength;
  } catch {
    return null;
  } finally {
    await connection.close();
  }
}
