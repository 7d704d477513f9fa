import type { RouteApp } from '../../http/endpoint.ts';
import { getBalances } from './balances.ts';
import { getLedgerCheck } from './check.ts';
import { listEntries } from './entries.ts';

export const LEDGER_ROUTES: readonly RouteApp[] = [getBalances, listEntries, getLedgerCheck];
