import { CANCELLED_UNSENT } from '../../domain/payment.ts';

/** Whether the payment `p` failed for good, which counts against its batch: a condition in SQL. */
export const failedForGood = (p: string): string =>
  `(${p}.status = 'FAILED' or (${p}.status = 'CANCELLED' and ${p}.failure_code not in ('${CANCELLED_UNSENT.join("', '")}')))`;
