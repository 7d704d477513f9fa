/** Names on the wire between clients, workers and histories. They are for ever. */
export const TASK_QUEUE = 'bursar';
export const PAYOUT_BATCH = 'payoutBatch';
export const SWEEP = 'sweep';
export const RECONCILE = 'reconcile';
export const DAILY = 'daily';
export const CONFIRM_EVENTS = 'confirmEvents';
export const DELIVER_EVENTS = 'deliverEvents';
export const CALCULATE_EARNINGS = 'calculateEarnings';
export const SEND_MAILS = 'sendMails';
export const AUTO_PAYOUT = 'autoPayout';
export const BACKFILL_PAYOUTS = 'backfillPayouts';
export const SYNC_SCHEDULES = 'syncSchedules';
export const MAKE_EXPORT = 'makeExport';

/** The queue of the activities that talk to one provider, beside the queue of all other work. */
export const queueAt = (queue: string, provider: string): string => `${queue}/${provider}`;
export const providerQueue = (provider: string): string => queueAt(TASK_QUEUE, provider);
/** The queue of what is told to endpoints of users, beside all work that moves money. */
export const outgoingQueueAt = (queue: string): string => queueAt(queue, 'outgoing');
