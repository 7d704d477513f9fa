export { confirmEvents } from './confirm-events.ts';
export { payoutBatch } from './payout-batch.ts';
export { resolveUnknown } from './resolve-unknown.ts';
export { sweep } from './sweep.ts';
