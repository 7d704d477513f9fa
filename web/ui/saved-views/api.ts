import { queryOptions } from '@tanstack/react-query';
import { hc } from 'hono/client';
import type { createSavedViewRoute } from '../../../api/routes/saved-views/create.ts';
import type { deleteSavedViewRoute } from '../../../api/routes/saved-views/delete.ts';
import type { listSavedViewsRoute } from '../../../api/routes/saved-views/list.ts';
import type { updateSavedViewRoute } from '../../../api/routes/saved-views/update.ts';
import { answerOf, clientOptions, type AnswerOf, type Group } from '../../lib/api.ts';

type Routes =
  | typeof createSavedViewRoute
  | typeof deleteSavedViewRoute
  | typeof listSavedViewsRoute
  | typeof updateSavedViewRoute;

export const viewsApi = hc<Group<Routes>>('/', clientOptions).api.disbursement['saved-views'];

export type SavedView = AnswerOf<typeof viewsApi.$get>['savedViews'][number];

/** More views of one screen than that are not offered: nobody would find theirs among them. */
const SHOWN_MAX = '200';

/** The views of one screen: one's own, and those that others share, by name. */
export const savedViewsQuery = (screen: string) =>
  queryOptions({
    queryKey: ['saved-views', screen],
    queryFn: async ({ signal }) =>
      (await answerOf(viewsApi.$get({ query: { screen, limit: SHOWN_MAX } }, { init: { signal } })))
        .savedViews,
    staleTime: 60_000,
  });
