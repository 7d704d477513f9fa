import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BATCH_STATES, BATCH_TRANSITIONS, decideBatchEnd } from '../../domain/batch.ts';
import { retryDelayMs } from '../../domain/attempt.ts';
import { PAYMENT_STATES, PAYMENT_TRANSITIONS } from '../../domain/payment.ts';
import { canTransition, isLegalPath } from '../../domain/transitions.ts';

test('COMPLETED is left only by RETURNED, and RETURNED never', () => {
  expect(PAYMENT_TRANSITIONS.COMPLETED).toEqual(['RETURNED']);
  expect(PAYMENT_TRANSITIONS.RETURNED).toEqual([]);
  for (const state of PAYMENT_STATES.filter((state) => state !== 'COMPLETED')) {
    expect(canTransition(PAYMENT_TRANSITIONS, state, 'RETURNED')).toBe(false);
  }
});

test('UNKNOWN is never left for a new try: only found, paid or failed', () => {
  expect(PAYMENT_TRANSITIONS.UNKNOWN).toEqual(['PROCESSING', 'COMPLETED', 'FAILED']);
});

test('no state leads to itself, and a batch holds the slot only from the queue', () => {
  for (const state of PAYMENT_STATES) expect(PAYMENT_TRANSITIONS[state]).not.toContain(state);
  for (const state of BATCH_STATES) {
    expect(BATCH_TRANSITIONS[state]).not.toContain(state);
    expect(canTransition(BATCH_TRANSITIONS, state, 'PROCESSING')).toBe(state === 'QUEUED');
  }
});

test('a path is legal exactly when each of its steps is', () => {
  expect(isLegalPath(PAYMENT_TRANSITIONS, ['PENDING', 'PROCESSING', 'UNKNOWN', 'COMPLETED'])).toBe(
    true,
  );
  expect(isLegalPath(PAYMENT_TRANSITIONS, ['PENDING', 'COMPLETED'])).toBe(false);
  expect(isLegalPath(PAYMENT_TRANSITIONS, ['CANCELLED', 'FAILED'])).toBe(false);
});

test('a batch fails exactly when more than a tenth of what was tried failed for good', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.nat(1_000_000), (completed, failed) => {
      const end = decideBatchEnd({ completed, failed, cancelledUnsent: false });
      expect(end === 'FAILED').toBe(BigInt(failed) * 10n > BigInt(completed + failed));
    }),
  );
  expect(decideBatchEnd({ completed: 225, failed: 25, cancelledUnsent: false })).toBe('COMPLETED');
  expect(decideBatchEnd({ completed: 224, failed: 26, cancelledUnsent: false })).toBe('FAILED');
  expect(decideBatchEnd({ completed: 0, failed: 1, cancelledUnsent: false })).toBe('FAILED');
  expect(decideBatchEnd({ completed: 0, failed: 0, cancelledUnsent: false })).toBe('COMPLETED');
  expect(decideBatchEnd({ completed: 5, failed: 1, cancelledUnsent: true })).toBe('CANCELLED');
});

test('the waits between sends are 1, 2 and 4 s', () => {
  expect([1, 2, 3].map(retryDelayMs)).toEqual([1_000, 2_000, 4_000]);
});
