import { z } from '@hono/zod-openapi';
import { findAffiliate } from '../../../db/queries/affiliates.ts';
import { changeAffiliate } from '../../../db/queries/change-affiliate.ts';
import { AFFILIATE_LANGUAGES } from '../../../db/queries/ingest-affiliates.ts';
import { deny } from '../../http/auth.ts';
import { callerHolds } from '../../http/caller.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { idParams, text } from '../../schemas/common.ts';
import { affiliateFields, toAffiliate } from '../../schemas/affiliate.ts';

const body = z
  .strictObject({
    fullName: text(300).optional(),
    email: z.email().max(320).optional(),
    groupName: text(200)
      .nullable()
      .optional()
      .meta({ description: 'Needs the permission `rules`.' }),
    language: z.enum(AFFILIATE_LANGUAGES).optional(),
    suspended: z
      .strictObject({ reason: text(1_000) })
      .nullable()
      .optional()
      .meta({ description: 'From now on; null ends it. Needs the permission `cancel`.' }),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    message: 'give at least one field',
  });

const route = endpoint({
  method: 'patch',
  path: '/api/disbursement/affiliates/{id}',
  tags: ['Affiliates'],
  summary: 'Change an affiliate, or suspend it',
  description:
    'Conversions that occur while an affiliate is suspended earn nothing; what was earned before stays. A change of group holds for conversions that are judged from then on.',
  'x-permission': 'create',
  request: { params: idParams('payee'), body: jsonBody(body) },
  responses: {
    200: json(
      'As it is now.',
      z.object({
        affiliate: z.object({
          ...affiliateFields,
        }),
      }),
    ),
    404: json('No such affiliate.', z.unknown()),
  },
});

/** Changes what is given of one affiliate. */
export const updateAffiliate = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const change = c.req.valid('json');
  if (change.suspended !== undefined && !callerHolds(c.var.caller, 'cancel')) {
    await deny(c, 'cancel');
  }
  const { db } = c.var.deps;
  // The rules of the group decide what is earned, and when and how it is paid.
  if (change.groupName !== undefined && !callerHolds(c.var.caller, 'rules')) await deny(c, 'rules');
  if (!(await changeAffiliate(db, { id, ...change, actor: actorOf(c) }))) {
    throw notFound('affiliate');
  }
  if (change.suspended !== undefined) c.var.deps.temporal.calculateSoon(c.var.log);
  const row = await findAffiliate(db, id);
  if (!row) throw notFound('affiliate');
  return c.json({ affiliate: toAffiliate(row) }, 200);
});
