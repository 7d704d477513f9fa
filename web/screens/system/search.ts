import { oneOf, present, type Search } from '../../lib/search.ts';

export const MAIL_STATES = ['PENDING', 'SENDING', 'SENT', 'FAILED', 'UNKNOWN'] as const;

/** What the screen shows. */
export interface SystemSearch {
  /** Mails in that state; those that failed unless told. */
  mails?: (typeof MAIL_STATES)[number] | undefined;
}

export const readSystemSearch = (search: Search): SystemSearch =>
  present({ mails: oneOf(search['mails'], MAIL_STATES) });
