import { oneOf, present, textOf, type Search } from '../../lib/search.ts';

export const ALERT_VIEWS = ['open', 'acknowledged', 'resolved', 'rules'] as const;
export type AlertView = (typeof ALERT_VIEWS)[number];
export const SEVERITIES = ['critical', 'warning', 'info'] as const;

/** What the screen shows. */
export interface AlertsSearch {
  view?: AlertView | undefined;
  severity?: (typeof SEVERITIES)[number] | undefined;
  /** The alert whose drawer is open. */
  alert?: string | undefined;
  /** The rule whose drawer is open. */
  rule?: string | undefined;
}

export const readAlertsSearch = (search: Search): AlertsSearch =>
  present({
    view: oneOf(search['view'], ALERT_VIEWS),
    severity: oneOf(search['severity'], SEVERITIES),
    alert: textOf(search['alert']),
    rule: textOf(search['rule']),
  });
