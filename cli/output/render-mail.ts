import type { Mail } from '../answers/mails.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** Mails, one a line. */
export function mailTable(mails: readonly Mail[], style: Style): string {
  if (mails.length === 0) return 'No mails.';
  return table(
    [{ title: 'ID' }, { title: 'STATE' }, { title: 'EVENT' }, { title: 'TO' }, { title: '' }],
    mails.map(({ id, status, event, address, error, sentAt }) => [
      id,
      mailState(status, style),
      event,
      address,
      error ?? sentAt ?? '',
    ]),
    style.dim,
  );
}

function mailState(status: string, style: Style): string {
  if (status === 'SENT') return style.good(status);
  return status === 'FAILED' || status === 'UNKNOWN' ? style.bad(status) : status;
}
