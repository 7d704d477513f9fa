export { assertCommand } from './batch-state.ts';
export { decideBatch } from './approve-batch.ts';
export { cutLine } from './pause-batch.ts';
export { requestExecution } from './queue-batch.ts';
export { countRetryable } from './retry-payments.ts';
export { cancelPayment, deleteBatch } from './stop-batch.ts';
