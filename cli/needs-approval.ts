import type { Batch } from './answers.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { stepsInWords } from './output/render-approvals.ts';

/**
 * Ends a command that would follow a batch which only waits for people: it runs by itself once they
 * have approved it. @throws CliError (exit 3) where approvals are missing.
 */
export function assertApproved({ id, status, approvals }: Batch): void {
  if (status !== 'PENDING' || !approvals || approvals.missing === 0) return;
  throw new CliError(`Batch ${id} waits for approvals; it runs by itself once it has them.`, {
    why: [stepsInWords(approvals.lacking)],
    next: [`bursar batch approvals ${id}`, `bursar batch watch ${id}`],
    code: 'approval_required',
    exitCode: EXIT.needsApproval,
  });
}
