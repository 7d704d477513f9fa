import type { RouteApp } from '../../http/endpoint.ts';
import { getCheckPermissions, postCheckPermissions } from './check-permissions.ts';
import { createKey } from './create.ts';
import { listKeys } from './list.ts';
import { revokeKey } from './revoke.ts';
import { rotateKey } from './rotate.ts';
import { updateKey } from './update.ts';

export const KEY_ROUTES: readonly RouteApp[] = [
  createKey,
  listKeys,
  updateKey,
  rotateKey,
  revokeKey,
  getCheckPermissions,
  postCheckPermissions,
];
