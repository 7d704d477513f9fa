import type { Batch } from '../answers.ts';
import type { VerifyReport } from '../verify/verify.ts';
import type { Books } from './books.ts';
import type { StepTime } from './steps.ts';

/** What a run did and how it ended; with `--json` it is the result. Amounts are minor units. */
export interface JobReport {
  readonly run: number;
  readonly batch: Batch;
  readonly workflowUrl: string;
  readonly skipped: readonly { affiliateId: string; name: string; code: string; reason: string }[];
  readonly historyEvents: number | null;
  /** From the execution to the end of the batch. */
  readonly milliseconds: number;
  readonly paymentsPerSecond: number;
  /** From the start of the command to the first payment that was paid; null where none was. */
  readonly firstPaymentAfterMs: number | null;
  readonly workerKilled: boolean;
  /** What this run paid, by three ledgers that are kept apart. */
  readonly books: Books;
  readonly agree: boolean;
  readonly verify: VerifyReport;
  readonly steps: readonly StepTime[];
}
