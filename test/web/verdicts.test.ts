import { expect, test } from 'vitest';
import { no, YES, type Verdict } from '../../web/lib/verdict.ts';
import type { BatchDetail, Session } from '../../web/lib/queries.ts';
import { judgeBatch, primaryAction } from '../../web/screens/batch/verdicts.ts';

const counts = {
  PENDING: 3,
  PROCESSING: 0,
  UNKNOWN: 0,
  ON_HOLD: 0,
  FAILED: 0,
  COMPLETED: 0,
  CANCELLED: 0,
  RETURNED: 0,
};

const batch = (given: Partial<BatchDetail> = {}): BatchDetail =>
  ({
    status: 'PENDING',
    pausedReason: null,
    createdBy: 'user:maker',
    editedBy: null,
    counts,
    approvals: {
      required: 1,
      missing: 1,
      lacking: [{ role: 'manager', count: 1 }],
      requirements: [],
    },
    ...given,
  }) as BatchDetail;

const person = (actor: string): Session => ({ actor, role: 'super_admin' }) as Session;
const everything = (): Verdict => YES;
const reasonOf = (verdict: Verdict): string => (verdict.allowed ? '' : verdict.reason);

test('who made or changed a batch is told that others approve it, whatever their role', () => {
  for (const given of [{}, { createdBy: 'user:other', editedBy: 'user:maker' }]) {
    const { approve, reject } = judgeBatch(batch(given), person('user:maker'), everything);
    expect(reasonOf(approve)).toMatch(/somebody else/);
    expect(reasonOf(reject)).toMatch(/somebody else/);
  }
  expect(judgeBatch(batch(), person('user:other'), everything).approve).toEqual(YES);
});

test('a batch that lacks approvals is not executed, and the likely next step is to approve it', () => {
  expect(reasonOf(judgeBatch(batch(), person('user:other'), everything).execute)).toMatch(
    /lacks an approval/,
  );
  expect(primaryAction(batch())).toBe('approve');
});

test('what the API does not allow is refused with its reason, in every state', () => {
  const reason = 'Not for you.';
  const verdicts = judgeBatch(batch(), person('user:other'), () => no(reason));
  for (const verdict of [verdicts.approve, verdicts.pause, verdicts.cancel, verdicts.remove]) {
    expect(reasonOf(verdict)).toBe(reason);
  }
});

test('nothing is done with a batch that was cancelled', () => {
  const verdicts = judgeBatch(batch({ status: 'CANCELLED' }), person('user:other'), everything);
  expect(Object.values(verdicts).filter(({ allowed }) => allowed)).toEqual([]);
});

test('a paused batch is resumed before anything else', () => {
  const paused = batch({ status: 'PROCESSING', pausedReason: 'low balance' });
  expect(primaryAction(paused)).toBe('resume');
  expect(judgeBatch(paused, person('user:other'), everything).resume).toEqual(YES);
});
