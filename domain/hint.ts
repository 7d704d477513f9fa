import { HINT_LAG_MAX_MS, HINT_WAIT_MAX_MS } from './limits.ts';
import type { CaseSeverity } from './case.ts';
import type { PaymentState } from './payment.ts';

export type HintWord = 'ACCEPTED' | 'SETTLED' | 'FAILED' | 'RETURNED';

/** A hint beside what the provider's own read said of the same payment. */
export interface HintFacts {
  /** What the event tells; null where it is not one of the four. */
  tells: HintWord | null;
  /** Whether its amount and currency, where it has any, are the payment's. */
  sameMoney: boolean;
  /** What was read: a word; `ABSENT`; `UNCLEAR` for words that nobody knows; `UNREAD` for no answer. */
  reads: HintWord | 'ABSENT' | 'UNCLEAR' | 'UNREAD';
  /** Whether it is about the newest generation of the payment. */
  newest: boolean;
  /** Where the payment stood in our books before the read. */
  books: PaymentState;
  /** Whether the read moved the payment on. */
  moved: boolean;
  ageMs: number;
}

/** What becomes of a hint; `denied`: the provider says paid or under way, and we were about to pay again. */
export type HintJudgement =
  | { result: 'waiting' | 'applied' | 'ignored' }
  | { result: 'contradiction'; severity: CaseSeverity; why: string; denied: boolean };

const NOT_PAID: ReadonlySet<PaymentState> = new Set(['PENDING', 'ON_HOLD', 'FAILED', 'CANCELLED']);
const WAITS = { result: 'waiting' } as const;

/**
 * The provider's own read decides about the payment; the hint only says when to read. Where the two
 * disagree for good, or the read disagrees with our books, a person must look.
 */
export function judgeHint(facts: HintFacts): HintJudgement {
  const { reads, tells, books } = facts;
  if (reads === 'UNCLEAR') return { result: 'ignored' };
  if (reads === 'UNREAD' || reads === 'ABSENT') {
    if (facts.ageMs < HINT_WAIT_MAX_MS) return WAITS;
    return review('The provider itself never confirmed an event, for 24 hours.', 'high');
  }
  const alive = reads === 'SETTLED' || reads === 'ACCEPTED';
  if (!facts.newest) {
    return alive
      ? review(
          'The provider holds or paid an earlier try of a payment that had failed.',
          'critical',
          true,
        )
      : { result: 'ignored' };
  }
  if (!facts.sameMoney)
    return review('An event tells another amount or currency than the payment has.', 'critical');
  if (alive && NOT_PAID.has(books))
    return review(`The provider says ${reads} of a payment that is ${books}.`, 'critical', true);
  const said = `An event tells ${tells ?? 'nothing'}; the provider itself says ${reads}.`;
  if (isOpposed(tells, reads)) return review(said, 'critical');
  if (isAhead(tells, reads))
    return facts.ageMs < HINT_LAG_MAX_MS ? WAITS : review(said, 'critical');
  return { result: facts.moved ? 'applied' : 'ignored' };
}

const review = (why: string, severity: CaseSeverity, denied = false): HintJudgement => ({
  result: 'contradiction',
  severity,
  why,
  denied,
});

const isOpposed = (tells: HintWord | null, reads: HintWord): boolean =>
  (tells === 'SETTLED' && reads === 'FAILED') ||
  (tells === 'FAILED' && reads === 'SETTLED') ||
  (tells === 'RETURNED' && reads === 'FAILED');

/** The event may simply have been faster than the provider's own read. */
const isAhead = (tells: HintWord | null, reads: HintWord): boolean =>
  (tells !== null && tells !== 'ACCEPTED' && reads === 'ACCEPTED') ||
  (tells === 'RETURNED' && reads === 'SETTLED');
