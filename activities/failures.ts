import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

/** Types of failures that workflows tell apart. Names on the wire: they are for ever. */
export const FAILURE_TYPES = {
  /** Some payments of a slice must be tried again; the others are done. */
  leftBehind: 'LEFT_BEHIND',
  /** Another batch holds the slot, or stands before this one. */
  slotTaken: 'SLOT_TAKEN',
} as const;

/** Expected while a payment is retried: tried again after `waitMs`, which its own count dictates. */
export const leftBehind = (payments: number, waitMs: number): ApplicationFailure =>
  ApplicationFailure.create({
    type: FAILURE_TYPES.leftBehind,
    message: `${payments} payment(s) are tried again`,
    nextRetryDelay: Math.max(50, Math.ceil(waitMs)),
    category: ApplicationFailureCategory.BENIGN,
  });

/** Expected while another batch runs; Temporal's policy paces the next look. */
export const slotTaken = (): ApplicationFailure =>
  ApplicationFailure.create({
    type: FAILURE_TYPES.slotTaken,
    message: 'another batch holds the slot or stands before this one',
    category: ApplicationFailureCategory.BENIGN,
  });

/** Nothing that Temporal repeats would help; a person must look at it. */
export const cannotGoOn = (type: string, message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, type);
