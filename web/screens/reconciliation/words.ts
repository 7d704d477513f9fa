import {
  IconAlertTriangle,
  IconCircleCheck,
  IconFlag,
  IconHourglass,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import type { Tone } from '../../lib/words.ts';
import type { Case, Report, Run } from './api.ts';

export type CaseKind = Case['kind'];
export type CaseState = Case['status'];
type Comparison = Report['comparisons'][number]['comparison'];

interface Words {
  label: string;
  tone: Tone;
  icon: Icon;
}

export const RUN_WORDS: Readonly<Record<Run['status'], Words>> = {
  RUNNING: { label: 'Running', tone: 'move', icon: IconHourglass },
  DONE: { label: 'Done', tone: 'good', icon: IconCircleCheck },
  FAILED: { label: 'Failed', tone: 'bad', icon: IconX },
};

export const SEVERITY_WORDS: Readonly<Record<Case['severity'], Words>> = {
  medium: { label: 'Medium', tone: 'wait', icon: IconFlag },
  high: { label: 'High', tone: 'doubt', icon: IconAlertTriangle },
  critical: { label: 'Critical', tone: 'bad', icon: IconAlertTriangle },
};

export const CASE_STATE_WORDS: Readonly<Record<CaseState, Words>> = {
  OPEN: { label: 'Open', tone: 'wait', icon: IconHourglass },
  RESOLVED: { label: 'Resolved', tone: 'good', icon: IconCircleCheck },
};
export const CASE_STATES = Object.keys(CASE_STATE_WORDS) as readonly CaseState[];

/** What each kind is called, and what helps. */
export const CASE_WORDS: Readonly<Record<CaseKind, { label: string; help: string }>> = {
  halted: {
    label: 'Batch halted',
    help: 'Do what the summary says, then resume the batch; it goes on where it stopped.',
  },
  unknown_outcome: {
    label: 'Nobody can tell',
    help: 'Ask the provider about the reference, then record what it says under “In doubt”.',
  },
  unknown_status: {
    label: 'Unknown status word',
    help: 'Ask the provider what its word means; the payment stays where it is.',
  },
  unknown_failure: {
    label: 'Unknown failure word',
    help: 'Ask the provider what its word means; the payment is not retried by itself.',
  },
  wrong_answer: {
    label: 'Wrong answer',
    help: 'The answer was about another id, amount or currency. Ask the provider.',
  },
  contradiction: {
    label: 'Contradiction',
    help: 'The provider says the opposite of the books. Ask it before anything is paid again.',
  },
  webhook_attack: {
    label: 'Forged events',
    help: 'Look under Webhooks, “Refused”, where they came from; change the secret where it may be known.',
  },
  partial_return: {
    label: 'Part came back',
    help: 'Decide what the payee still gets; the part waits in the account “returned”.',
  },
  parked_too_long: {
    label: 'Waited too long',
    help: 'The payee had no verified account; have it verified, then pay again.',
  },
  approval_waiting: {
    label: 'Approval waits',
    help: 'Have the batch approved, or cancel it; either closes the case.',
  },
  compliance: { label: 'Compliance', help: 'Do what the provider asks for.' },
  missing_there: {
    label: 'Missing there',
    help: 'Our books say sent; the provider does not have it. Do not pay again before it has answered.',
  },
  missing_here: {
    label: 'Missing here',
    help: 'The provider lists a transfer that is not ours: paid by hand, or by another system.',
  },
  amount_differs: {
    label: 'Amount differs',
    help: 'Ask the provider, and hold further batches until it is clear.',
  },
  status_differs: {
    label: 'Status differs',
    help: 'Settle it with the provider before the payee is paid again.',
  },
  balance_differs: {
    label: 'Balance differs',
    help: 'Money is missing that our books do not explain: fees and withdrawals are among the reasons.',
  },
};
export const CASE_KINDS = Object.keys(CASE_WORDS) as readonly CaseKind[];

export const COMPARISON_WORDS: Readonly<Record<Comparison, { label: string; tone: Tone }>> = {
  matched: { label: 'Matched', tone: 'good' },
  open: { label: 'Still open', tone: 'move' },
  not_created: { label: 'Never made there', tone: 'off' },
  missing_there: { label: 'Missing there', tone: 'bad' },
  missing_here: { label: 'Missing here', tone: 'bad' },
  amount_differs: { label: 'Amount differs', tone: 'bad' },
  status_differs: { label: 'Status differs', tone: 'bad' },
};

/** The name of a kind of case that comes as text. */
export const kindLabel = (kind: string): string =>
  Object.entries(CASE_WORDS).find(([key]) => key === kind)?.[1].label ?? kind;
