import type { RouteApp } from '../../http/endpoint.ts';
import { assignRole } from './assign.ts';
import { roleHistory } from './history.ts';
import { listPeopleRoute } from './list-people.ts';
import { listRolesRoute } from './list-roles.ts';
import { revokeRole } from './revoke.ts';
import { recentSignIns } from './sign-ins.ts';

export const ROLE_ROUTES: readonly RouteApp[] = [
  listPeopleRoute,
  listRolesRoute,
  assignRole,
  revokeRole,
  roleHistory,
  recentSignIns,
];
