import { oneOf, present, textOf, type Search } from '../../lib/search.ts';

export const AUDIT_STATES = ['SUCCESS', 'INFO', 'WARNING', 'FAILURE'] as const;

/** What of the audit log is shown. */
export interface AuditSearch {
  /** One action, or all that begin with it where it ends in a dot. */
  action?: string | undefined;
  status?: (typeof AUDIT_STATES)[number] | undefined;
  actor?: string | undefined;
  ipAddress?: string | undefined;
  /** The id of a batch or of a payment. */
  about?: string | undefined;
  /** Days, both of them included. */
  from?: string | undefined;
  to?: string | undefined;
  /** The row whose drawer is open. */
  row?: string | undefined;
}

const dayOf = (value: unknown): string | undefined => {
  const text = textOf(value);
  return text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
};

export const readAuditSearch = (search: Search): AuditSearch =>
  present({
    action: textOf(search['action']),
    status: oneOf(search['status'], AUDIT_STATES),
    actor: textOf(search['actor']),
    ipAddress: textOf(search['ipAddress']),
    about: textOf(search['about']),
    from: dayOf(search['from']),
    to: dayOf(search['to']),
    row: textOf(search['row']),
  });
