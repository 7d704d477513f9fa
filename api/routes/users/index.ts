import type { RouteApp } from '../../http/endpoint.ts';
import { createUserRoute } from './create.ts';
import { inviteUser } from './invite.ts';
import { listUsersRoute } from './list.ts';
import { updateUser } from './update.ts';

export const USER_ROUTES: readonly RouteApp[] = [
  listUsersRoute,
  createUserRoute,
  updateUser,
  inviteUser,
];
