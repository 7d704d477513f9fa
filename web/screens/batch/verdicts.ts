import { allOf, no, YES, type Verdict } from '../../lib/verdict.ts';
import { isOwn } from '../../lib/needs-me.ts';
import type { BatchDetail, Permission, Session } from '../../lib/queries.ts';
import { BATCH_WORDS } from '../../lib/words.ts';

type May = (permission: Permission) => Verdict;
type State = BatchDetail['status'];

/** What may be done with a batch, and why the rest may not. The API judges again when it is done. */
export interface BatchVerdicts {
  execute: Verdict;
  approve: Verdict;
  reject: Verdict;
  pause: Verdict;
  resume: Verdict;
  cancel: Verdict;
  retry: Verdict;
  remove: Verdict;
}

/** Judges all actions of a batch for one person. */
export function judgeBatch(batch: BatchDetail, session: Session, may: May): BatchVerdicts {
  const { status, approvals, counts } = batch;
  const paused = batch.pausedReason !== null;
  const is = (states: readonly State[], does: string): Verdict =>
    states.includes(status)
      ? YES
      : no(`A batch that is ${BATCH_WORDS[status].label.toLowerCase()} cannot be ${does}.`);
  const word = allOf(
    is(['PENDING'], 'approved or rejected'),
    approvals.required > 0 ? YES : no('This batch needs nobody’s approval.'),
    may('approve'),
    isOwn(batch, session)
      ? no('You made or changed this batch; somebody else has to look at it.')
      : YES,
  );
  return {
    execute: allOf(
      is(['PENDING'], 'executed'),
      approvals.missing > 0
        ? no(
            `It lacks ${approvals.missing === 1 ? 'an approval' : `${approvals.missing} approvals`}.`,
          )
        : YES,
      may('process'),
    ),
    approve: approvals.missing > 0 || status !== 'PENDING' ? word : no('Nothing is missing.'),
    reject: word,
    pause: allOf(
      is(['PENDING', 'QUEUED', 'PROCESSING'], 'paused'),
      paused ? no('It is paused already.') : YES,
      may('cancel'),
    ),
    resume: allOf(paused ? YES : no('It is not paused.'), may('cancel')),
    cancel: allOf(is(['PENDING', 'QUEUED', 'PROCESSING'], 'cancelled'), may('cancel')),
    retry: allOf(
      is(['QUEUED', 'PROCESSING', 'SETTLING', 'COMPLETED', 'FAILED'], 'retried'),
      counts.FAILED + counts.CANCELLED > 0 ? YES : no('None of its payments has failed.'),
      may('process'),
    ),
    remove: allOf(is(['PENDING', 'QUEUED'], 'taken back'), may('create')),
  };
}

export type BatchAction = keyof BatchVerdicts;

/** The one action that the screen puts first. */
export function primaryAction({
  status,
  approvals,
  counts,
  ...batch
}: BatchDetail): BatchAction | null {
  if (batch.pausedReason !== null) return 'resume';
  if (status === 'PENDING') return approvals.missing > 0 ? 'approve' : 'execute';
  if (status === 'QUEUED' || status === 'PROCESSING') return 'pause';
  return counts.FAILED > 0 ? 'retry' : null;
}
