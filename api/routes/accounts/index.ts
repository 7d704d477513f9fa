import type { RouteApp } from '../../http/endpoint.ts';
import { createAccountRoute } from './create.ts';
import { inviteUsers } from './invite.ts';
import { listAccountsRoute } from './list.ts';
import { revealAccount } from './reveal.ts';
import { syncAccounts } from './sync.ts';
import { updateAccountRoute } from './update.ts';

export const ACCOUNT_ROUTES: readonly RouteApp[] = [
  listAccountsRoute,
  createAccountRoute,
  updateAccountRoute,
  revealAccount,
  syncAccounts,
  inviteUsers,
];
