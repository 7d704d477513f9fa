import type { Case } from '../answers/cases.ts';
import { detailsText } from './render-payment.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** Cases, one a line. */
export function caseTable(
  cases: readonly Pick<Case, 'id' | 'kind' | 'severity' | 'status' | 'summary'>[],
  style: Style,
): string {
  if (cases.length === 0) return 'No cases.';
  return table(
    [{ title: 'ID' }, { title: 'STATE' }, { title: 'SEVERITY' }, { title: 'KIND' }, { title: '' }],
    cases.map(({ id, kind, severity, status, summary }) => [
      id,
      caseState(status, style),
      severityText(severity, style),
      kind,
      summary,
    ]),
    style.dim,
  );
}

/** One case with all that is known of it. */
export function caseCard(shown: Case, style: Style): string {
  const details = detailsText(shown.details);
  return pairs([
    ['case', shown.id],
    ['state', caseState(shown.status, style)],
    ['kind', `${shown.kind}, ${severityText(shown.severity, style)}`],
    ['about', shown.subject],
    ['summary', shown.summary],
    ...present('provider', shown.provider),
    ...present('batch', shown.batchId),
    ...present('payment', shown.paymentId),
    ...present('reconciliation', shown.reconciliationId),
    ...present('details', details === '' ? null : details),
    ['owner', shown.owner ?? 'nobody'],
    ...present('note', shown.note),
    ...present('resolution', shown.resolution),
    ...present('resolved by', shown.resolvedBy),
    ['opened', shown.createdAt],
    ...present('resolved', shown.resolvedAt),
  ]);
}

const present = (name: string, value: string | null): (readonly [string, string])[] =>
  value === null ? [] : [[name, value]];

const caseState = (status: string, style: Style): string =>
  status === 'OPEN' ? style.warn(status) : style.good(status);

const severityText = (severity: string, style: Style): string =>
  severity === 'medium' ? severity : style.bad(severity);
