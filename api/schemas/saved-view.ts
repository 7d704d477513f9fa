import { z } from '@hono/zod-openapi';
import type { SavedViewRow } from '../../db/queries/saved-views.ts';
import { fitsView, VIEW_NAME_LENGTH_MAX, VIEW_SEARCH_BYTES_MAX } from '../../domain/saved-view.ts';
import { iso, line, text, timeOut } from './common.ts';

/** The name of a screen, as its address has it. */
export const screenName = z
  .string()
  .regex(/^[a-z][a-z-]{0,39}$/, 'must be the name of a screen, like batches')
  .meta({ example: 'batches' });

const value = text(VIEW_SEARCH_BYTES_MAX);

/** A view as callers write it. */
export const savedViewFields = {
  name: line(VIEW_NAME_LENGTH_MAX),
  search: z
    .record(line(100), z.union([value, z.array(value).max(200)]))
    .refine(fitsView, `must not take more than ${VIEW_SEARCH_BYTES_MAX} bytes as JSON`)
    .meta({ description: "The query of the screen's address.", example: { status: 'FAILED' } }),
  shared: z.boolean().meta({ description: 'Everybody may look at it; only you may change it.' }),
};

export const savedViewOut = z
  .object({
    id: z.string(),
    screen: z.string(),
    name: z.string(),
    search: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
    shared: z.boolean(),
    own: z.boolean().meta({ description: 'It is yours, to change and delete.' }),
    owner: z.string().meta({ description: 'Who keeps it, as in the audit log.' }),
    createdAt: timeOut,
    updatedAt: timeOut,
  })
  .meta({ id: 'SavedView' });

/** A view as `actor` sees it. */
export const toSavedView = (row: SavedViewRow, actor: string): z.infer<typeof savedViewOut> => ({
  id: row.id,
  screen: row.screen,
  name: row.name,
  search: row.search,
  shared: row.shared,
  own: row.owner === actor,
  owner: row.owner,
  createdAt: iso(row.created_at),
  updatedAt: iso(row.updated_at),
});
