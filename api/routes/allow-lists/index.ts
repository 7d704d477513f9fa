import type { RouteApp } from '../../http/endpoint.ts';
import { deleteAllowListRoute } from './delete.ts';
import { getAllowLists } from './list.ts';
import { putAllowList } from './set.ts';

export const ALLOW_LIST_ROUTES: readonly RouteApp[] = [
  getAllowLists,
  putAllowList,
  deleteAllowListRoute,
];
