import type { Db } from '../db/client.ts';
import { openCases, type NewCase } from '../db/queries/cases.ts';
import { freezePayments } from '../db/queries/freeze-payments.ts';
import { toVerdict } from '../db/queries/record-outcomes.ts';
import { closeEvents, type ClosedEvent, type WaitingHint } from '../db/queries/waiting-events.ts';
import { isFound, isUnclear } from '../domain/found.ts';
import { judgeHint, type HintFacts, type HintJudgement, type HintWord } from '../domain/hint.ts';
import { paymentReference } from '../domain/ids.ts';
import { HINT_UNMATCHED_MAX_MS } from '../domain/limits.ts';
import type { LookupResult } from '../domain/outcome.ts';
import type { AboutPayment, HintText } from './read-hint.ts';

/** A waiting event with what it says. */
export type ReadHint = HintText & { row: WaitingHint };

interface Step {
  id: string;
}

/**
 * Ends the events that the provider's own read has confirmed or refuted; the others go on waiting.
 * What contradicts is a case first, so that a crash between the two loses nothing.
 */
export async function closeHints(
  db: Db,
  provider: string,
  hints: readonly ReadHint[],
  found: ReadonlyMap<string, LookupResult>,
  steps: readonly Step[],
): Promise<void> {
  // As many events count as applied as there were steps; the first ones that name the payment.
  const left = new Map<string, number>();
  for (const { id } of steps) left.set(id, (left.get(id) ?? 0) + 1);
  const closed: ClosedEvent[] = [];
  const cases: NewCase[] = [];
  const denied: string[] = [];
  for (const hint of hints) {
    const { row, about } = hint;
    const moved = about !== null && (left.get(about.id) ?? 0) > 0;
    const judgement = judge(hint, found, moved);
    if (judgement.result === 'waiting') continue;
    const paymentId = about?.id ?? null;
    closed.push({ eventId: row.event_id, result: judgement.result, paymentId });
    if (judgement.result === 'applied' && about) left.set(about.id, (left.get(about.id) ?? 0) - 1);
    if (judgement.result === 'contradiction' && about) {
      cases.push(toCase(provider, hint, about, judgement));
      if (judgement.denied) denied.push(about.id);
    }
  }
  await freezePayments(db, denied);
  await openCases(db, cases);
  await closeEvents(db, provider, closed);
}

type Judgement = HintJudgement | { result: 'unmatched' };
type Contradiction = Extract<HintJudgement, { result: 'contradiction' }>;

function judge(
  { row, about, unreadable, ...hint }: ReadHint,
  found: ReadonlyMap<string, LookupResult>,
  moved: boolean,
): Judgement {
  if (unreadable) return { result: 'ignored' };
  if (!about) return { result: row.age_ms < HINT_UNMATCHED_MAX_MS ? 'waiting' : 'unmatched' };
  const { tells, amountMinor, currency } = hint;
  const sameMoney =
    (amountMinor === null || amountMinor === about.amount_minor) &&
    (currency === null || currency === about.currency);
  const newest = about.generation === about.current;
  const reads = wordOf(found.get(paymentReference(about.id, about.generation)));
  const facts = { tells, sameMoney, reads, newest, books: about.status, moved };
  return judgeHint({ ...facts, ageMs: row.age_ms });
}

function wordOf(result: LookupResult | undefined): HintFacts['reads'] {
  if (result?.kind === 'ABSENT') return 'ABSENT';
  if (!isFound(result)) return isUnclear(result) ? 'UNCLEAR' : 'UNREAD';
  const { verdict } = toVerdict({ paymentId: '', generation: 0, failures: 0 }, result);
  const words: readonly HintWord[] = ['ACCEPTED', 'SETTLED', 'FAILED', 'RETURNED'];
  return words.find((word) => word === verdict) ?? 'UNREAD';
}

const toCase = (
  provider: string,
  { row, tells }: ReadHint,
  about: AboutPayment,
  { severity, why }: Contradiction,
): NewCase => ({
  kind: 'contradiction',
  severity,
  subject: paymentReference(about.id, about.generation),
  summary: why,
  provider,
  batchId: about.batch_id,
  paymentId: about.id,
  details: { eventId: row.event_id, tells, payment: about.status },
});
