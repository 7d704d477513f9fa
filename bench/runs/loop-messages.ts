import type { MockConfig } from '../../providers/mock/provider.ts';
import type { StatementTally } from '../measure/counting-db.ts';

/** What the loop's process is told: first where everything is, then, once it is ready, to go. */
export interface LoopTask {
  databaseUrl: string;
  mock: MockConfig;
  batchId: string;
}

/** What it says: that it is ready, and when the batch has ended, what it took. */
export type LoopNews =
  { kind: 'ready' } | { kind: 'done'; statements: StatementTally[]; peakMemoryMiB: number | null };
