import type { RouteApp } from '../../http/endpoint.ts';
import { createSavedViewRoute } from './create.ts';
import { deleteSavedViewRoute } from './delete.ts';
import { listSavedViewsRoute } from './list.ts';
import { updateSavedViewRoute } from './update.ts';

export const SAVED_VIEW_ROUTES: readonly RouteApp[] = [
  listSavedViewsRoute,
  createSavedViewRoute,
  updateSavedViewRoute,
  deleteSavedViewRoute,
];
