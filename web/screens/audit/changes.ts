import type { AuditRow } from './api.ts';

/** One field before and after. */
export interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Details that are told as changes, and so not once more beside them. */
const TOLD = new Set(['changes', 'before', 'after']);

/** What a row says has changed: its state, and each field that its details have a before or after of. */
export function changesOf({ fromState, toState, details }: AuditRow): Change[] {
  const state =
    fromState === null && toState === null
      ? []
      : [{ field: 'state', before: fromState, after: toState }];
  const told = isRecord(details?.['changes']) ? details['changes'] : (details ?? {});
  const before = isRecord(told['before']) ? told['before'] : {};
  const after = isRecord(told['after']) ? told['after'] : {};
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return [
    ...state,
    ...fields.map((field) => ({ field, before: before[field], after: after[field] })),
  ];
}

/** What a row says beside that. */
export const otherDetails = ({ details }: AuditRow): [name: string, value: unknown][] =>
  Object.entries(details ?? {}).filter(
    ([name, value]) => !(TOLD.has(name) && isRecord(value)) && value !== null,
  );

/** A value as text; what has parts, part under part. */
export const valueText = (value: unknown): string => {
  if (value === undefined || value === null) return '—';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
};

/** What a row is about, in a few words: its change of state, else the first of its details. */
export function summaryOf(row: AuditRow): string {
  if (row.toState !== null) return `${row.fromState ?? '—'} → ${row.toState}`;
  const changed = changesOf(row).map(({ field }) => field);
  if (changed.length > 0) return `changed ${changed.join(', ')}`;
  return otherDetails(row)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(' · ');
}
