export { confirmEvents } from './confirm-events.ts';
export { deliverEvents } from './deliver-events.ts';
export { payoutBatch } from './payout-batch.ts';
export { resolveUnknown } from './resolve-unknown.ts';
export { sweep } from './sweep.ts';
export { daily } from './daily.ts';
export { reconcile } from './reconcile.ts';
export { watchReturns } from './watch-returns.ts';
