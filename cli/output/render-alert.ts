import type { Alert, AlertNotice } from '../answers/alerts.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** Alerts, one a line. */
export function alertTable(alerts: readonly Alert[], style: Style): string {
  if (alerts.length === 0) return 'No alerts.';
  return table(
    [
      { title: 'ID' },
      { title: 'STATE' },
      { title: 'SEVERITY' },
      { title: 'SEEN TO BY' },
      { title: '' },
    ],
    alerts.map((alert) => [
      alert.id,
      alertState(alert.status, style),
      severityText(alert.severity, style),
      alert.acknowledgedBy ?? (alert.status === 'FIRING' ? 'nobody' : ''),
      alert.summary,
    ]),
    style.dim,
  );
}

/** One alert with all that is known of it, and whom it was told. */
export function alertCard(
  { alert, notices = [] }: { alert: Alert; notices?: readonly AlertNotice[] },
  style: Style,
): string {
  return pairs([
    ['alert', alert.id],
    ['state', `${alertState(alert.status, style)}, ${severityText(alert.severity, style)}`],
    ['rule', `${alert.rule} (${alert.measure})`],
    ...present('about', alert.subject === '' ? null : alert.subject),
    ['summary', alert.summary],
    ['value', `${alert.value}, threshold ${alert.threshold}`],
    ['since', alert.since],
    ...present('fired', alert.firedAt),
    ...present('seen to by', alert.acknowledgedBy),
    ...present('note', alert.note),
    ...present('over', alert.resolvedAt),
    ...notices.map(noticeLine),
  ]);
}

function noticeLine({
  channel,
  word,
  status,
  tries,
  error,
}: AlertNotice): readonly [string, string] {
  const why = error === null ? '' : `: ${error}`;
  return [
    'told',
    `${word} by ${channel}: ${status} after ${tries} ${tries === 1 ? 'try' : 'tries'}${why}`,
  ];
}

const present = (name: string, value: string | null): (readonly [string, string])[] =>
  value === null ? [] : [[name, value]];

const alertState = (status: string, style: Style): string =>
  status === 'FIRING'
    ? style.bad(status)
    : status === 'PENDING'
      ? style.warn(status)
      : style.good(status);

const severityText = (severity: string, style: Style): string =>
  severity === 'critical' ? style.bad(severity) : severity;
