import { z } from '@hono/zod-openapi';
import {
  AFFILIATE_LANGUAGES,
  checkAffiliates,
  insertAffiliates,
  type NewAffiliate,
} from '../../../db/queries/ingest-affiliates.ts';
import { DomainError } from '../../../domain/errors.ts';
import { BULK_ITEMS_MAX } from '../../../domain/limits.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { currencyCode, text } from '../../schemas/common.ts';
import { ingestedOut } from '../../schemas/ingested.ts';

const affiliate = z.strictObject({
  externalId: text(200),
  fullName: text(300),
  email: z.email().max(320),
  country: z.string().regex(/^[A-Z]{2}$/, 'must be an ISO-3166 code of two upper-case letters'),
  currency: currencyCode.default('USD'),
  groupName: text(200).optional().meta({ description: 'The group whose rules hold for it.' }),
  language: z
    .enum(AFFILIATE_LANGUAGES)
    .optional()
    .meta({ description: 'Of mails to it; en unless told.' }),
});

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/affiliates',
  tags: ['Affiliates'],
  summary: 'Add affiliates',
  'x-permission': 'create',
  'x-idempotent': true,
  request: {
    body: jsonBody(
      z.union([
        affiliate,
        z.strictObject({ items: z.array(affiliate).min(1).max(BULK_ITEMS_MAX) }),
      ]),
    ),
  },
  responses: {
    200: json('All of them stood already.', ingestedOut),
    201: json('At least one is new.', ingestedOut),
    409: json('One stands with other content; nothing was added.', z.unknown()),
  },
});

/** Adds one affiliate or up to 1,000, each once by its `externalId`. */
export const createAffiliates = newApp().openapi(route, async (c) => {
  const { db } = c.var.deps;
  const body = c.req.valid('json');
  const items = 'items' in body ? body.items : [body];
  refuseConflicts(await checkAffiliates(db, items), items);
  const found = await insertAffiliates(db, items, actorOf(c));
  c.var.deps.temporal.calculateSoon(c.var.log);
  const answers = items.map(({ externalId }) => {
    const one = found.get(externalId);
    if (!one) throw new Error('an affiliate was neither added nor found');
    return { externalId, ...one };
  });
  return c.json({ items: answers }, answers.some(({ created }) => created) ? 201 : 200);
});

function refuseConflicts(
  checked: Awaited<ReturnType<typeof checkAffiliates>>,
  items: readonly NewAffiliate[],
): void {
  const details = checked.flatMap((one, index) =>
    one?.kind === 'conflict'
      ? [
          {
            path: items.length > 1 ? `items.${index}.${one.field}` : one.field,
            reason: 'differs from what stands',
          },
        ]
      : [],
  );
  if (details.length === 0) return;
  throw new DomainError(
    'external_id_conflict',
    'An affiliate with this externalId stands already with other content; nothing was changed.',
    details,
  );
}
