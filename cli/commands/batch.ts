import type { Command } from 'commander';
import { addBatchApproval } from './batch-approve.ts';
import { addBatchControl } from './batch-control.ts';
import { addBatchMaking } from './batch-make.ts';
import { addBatchReading } from './batch-read.ts';
import { addBatchRunning } from './batch-run.ts';

/** Everything about batches. */
export function addBatch(program: Command): void {
  const batch = program.command('batch').description('make, pay, follow and repair batches');
  addBatchReading(batch);
  addBatchMaking(batch);
  addBatchRunning(batch);
  addBatchApproval(batch);
  addBatchControl(batch);
}
