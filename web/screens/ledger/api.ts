import { hc } from 'hono/client';
import type { getBalances } from '../../../api/routes/ledger/balances.ts';
import type { getLedgerCheck } from '../../../api/routes/ledger/check.ts';
import type { listEntries } from '../../../api/routes/ledger/entries.ts';
import type { getVerify } from '../../../api/routes/service/verify.ts';
import { clientOptions, type AnswerOf, type Group } from '../../lib/api.ts';

export const ledgerApi = hc<
  Group<typeof getBalances | typeof getLedgerCheck | typeof listEntries | typeof getVerify>
>('/', clientOptions).api.disbursement;

export type Balance = AnswerOf<typeof ledgerApi.ledger.balances.$get>['balances'][number];
export type Line = AnswerOf<typeof ledgerApi.ledger.entries.$get>['entries'][number];
export type LedgerCheck = AnswerOf<typeof ledgerApi.ledger.check.$get>;
