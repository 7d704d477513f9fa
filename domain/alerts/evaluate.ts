import { MEASURE_TERMS, type Measure, type Reading } from './measures.ts';

/** What decides when a rule speaks. */
export interface AlertTerms {
  measure: Measure;
  threshold: number;
  /** It must hold so long before it fires; 0 for at once. */
  forMinutes: number;
  /** While it lasts and nobody has acknowledged it, it is told again after so long; null for never. */
  repeatMinutes: number | null;
}

/** An alert of the rule that has not ended. Instants in milliseconds of one clock. */
export interface OpenAlert {
  id: string;
  subject: string;
  status: 'PENDING' | 'FIRING';
  sinceMs: number;
  /** When it was last told; null before it fires. */
  notifiedAtMs: number | null;
  acknowledged: boolean;
}

/** What becomes of one subject of a rule. */
export type AlertStep =
  /** It holds, and has not held long enough. */
  | { do: 'pend'; subject: string; value: number }
  /** It fires and is told; `alertId` of the one that was pending, null where there was none. */
  | { do: 'fire'; alertId: string | null; subject: string; value: number }
  /** It still fires and is told once more. */
  | { do: 'again'; alertId: string; subject: string; value: number }
  /** Nothing but its value is new. */
  | { do: 'keep'; alertId: string; subject: string; value: number }
  /** It is over and that is told; the value is null where nothing was read of the subject any more. */
  | { do: 'resolve'; alertId: string; subject: string; value: number | null }
  /** It was pending and did not hold: nobody hears of it. */
  | { do: 'drop'; alertId: string };

const MINUTE_MS = 60_000;

/** Whether a reading is what the rule warns of. */
export function holds({ measure, threshold }: AlertTerms, value: number): boolean {
  return MEASURE_TERMS[measure].fires === 'below' ? value < threshold : value >= threshold;
}

/**
 * The steps of a rule from what was read just now. `readings` are all there are of the measure, one for
 * each subject: a subject that is open and not among them is fine. At most one step for each subject.
 */
export function evaluate(
  terms: AlertTerms,
  readings: readonly Reading[],
  open: readonly OpenAlert[],
  nowMs: number,
): AlertStep[] {
  const bySubject = new Map(open.map((alert) => [alert.subject, alert]));
  const holding = readings.filter(({ value }) => holds(terms, value));
  const held = new Set(holding.map(({ subject }) => subject));
  const values = new Map(readings.map(({ subject, value }) => [subject, value]));
  const steps: AlertStep[] = holding.map((reading) =>
    stepOfHolding(terms, reading, bySubject.get(reading.subject), nowMs),
  );
  for (const { id, subject, status } of open) {
    if (held.has(subject)) continue;
    steps.push(
      status === 'PENDING'
        ? { do: 'drop', alertId: id }
        : { do: 'resolve', alertId: id, subject, value: values.get(subject) ?? null },
    );
  }
  return steps;
}

function stepOfHolding(
  { forMinutes, repeatMinutes }: AlertTerms,
  { subject, value }: Reading,
  alert: OpenAlert | undefined,
  nowMs: number,
): AlertStep {
  if (!alert)
    return forMinutes === 0
      ? { do: 'fire', alertId: null, subject, value }
      : { do: 'pend', subject, value };
  const { id: alertId, status, sinceMs, notifiedAtMs, acknowledged } = alert;
  if (status === 'PENDING')
    return nowMs - sinceMs >= forMinutes * MINUTE_MS
      ? { do: 'fire', alertId, subject, value }
      : { do: 'keep', alertId, subject, value };
  const quietMs = nowMs - (notifiedAtMs ?? sinceMs);
  const again = repeatMinutes !== null && !acknowledged && quietMs >= repeatMinutes * MINUTE_MS;
  return { do: again ? 'again' : 'keep', alertId, subject, value };
}
