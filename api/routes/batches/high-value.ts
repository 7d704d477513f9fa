import { approvalsOf } from '../../../db/queries/batch-approvals.ts';
import { HIGH_VALUE } from '../../../domain/approval/requirements.ts';
import type { AppContext } from '../../http/context.ts';

/** True where the batch, as it was assessed last, needs somebody who holds `high_value`. */
export async function isHighValue(c: AppContext, batchId: string): Promise<boolean> {
  const { requirements } = await approvalsOf(c.var.deps.db, batchId);
  return requirements.some(({ ruleId, name }) => ruleId === null && name === HIGH_VALUE);
}
