import { hc } from 'hono/client';
import type { listMailsRoute } from '../../../api/routes/mails/list.ts';
import type { retryMailRoute } from '../../../api/routes/mails/retry.ts';
import { clientOptions, type AnswerOf, type Group } from '../../lib/api.ts';

export const mailsApi = hc<Group<typeof listMailsRoute | typeof retryMailRoute>>('/', clientOptions)
  .api.disbursement.mails;

export type Mail = AnswerOf<typeof mailsApi.$get>['mails'][number];
