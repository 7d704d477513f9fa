import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import { WORKFLOW_EVENTS_MAX } from '../domain/limits.ts';
import { exporting } from './activities.ts';

export interface MakeExportInput {
  exportId: string;
}

/** Makes a file of rows that was ordered. How far it is stands in Postgres, where it is stopped, too. */
export async function makeExport(input: MakeExportInput): Promise<void> {
  while (!(await exporting.exportParts(input)).done) {
    if (workflowInfo().historyLength >= WORKFLOW_EVENTS_MAX)
      await continueAsNew<typeof makeExport>(input);
  }
}
