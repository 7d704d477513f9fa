import { z } from '@hono/zod-openapi';
import { listConversions } from '../../../db/queries/conversions.ts';
import {
  CONVERSION_STATES,
  INELIGIBLE_REASONS,
  type IneligibleCode,
} from '../../../domain/rules/conversion.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { idOf, instant, text } from '../../schemas/common.ts';
import { conversionOut, toConversion } from '../../schemas/conversion.ts';

const CODES = Object.keys(INELIGIBLE_REASONS) as IneligibleCode[];

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/conversions',
  tags: ['Conversions'],
  summary: 'Conversions with what was decided about each, those that came last first',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      programmeId: idOf('programme').optional(),
      affiliateId: idOf('payee').optional(),
      status: z.enum(CONVERSION_STATES).optional(),
      code: z.enum(CODES).optional().meta({ description: 'Why it earns nothing.' }),
      from: instant.optional().meta({ type: 'string', description: 'Occurred then or later.' }),
      to: instant.optional().meta({ type: 'string', description: 'Occurred before then.' }),
      q: text(320).optional().meta({
        description: 'A whole external id (its own or the affiliate’s), order or customer.',
      }),
      ...pageQuery,
    }),
  },
  responses: {
    200: json(
      'A page.',
      z.object({ conversions: z.array(conversionOut), nextCursor: nextCursorField }),
    ),
  },
});

/** Conversions by programme, affiliate, status, reason and time. */
export const getConversions = newApp().openapi(route, async (c) => {
  const { cursor, limit, ...filter } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const found = await listConversions(c.var.deps.db, { ...filter, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ conversions: rows.map(toConversion), nextCursor }, 200);
});
