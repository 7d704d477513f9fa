/** Names on the wire between clients, workers and histories. They are for ever. */
export const TASK_QUEUE = 'bursar';
export const PAYOUT_BATCH = 'payoutBatch';
export const SWEEP = 'sweep';
