import { z } from '@hono/zod-openapi';
import { checkCommissions, type CheckedCommission } from '../../../db/queries/check-commissions.ts';
import { insertCommissions } from '../../../db/queries/ingest-commissions.ts';
import { DomainError, type ErrorDetail } from '../../../domain/errors.ts';
import { BULK_ITEMS_MAX } from '../../../domain/limits.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { invalid } from '../../http/problems.ts';
import { currencyCode, idOf, instant, signedAmount, text } from '../../schemas/common.ts';
import { ingestedOut } from '../../schemas/ingested.ts';

const commission = z
  .strictObject({
    externalId: text(200),
    affiliateId: idOf('payee').optional(),
    affiliateExternalId: text(200).optional(),
    amount: signedAmount.meta({ description: 'Minor units; negative for a clawback.' }),
    currency: currencyCode,
    status: z.enum(['PENDING', 'APPROVED']).default('APPROVED'),
    earnedAt: instant.optional().meta({ type: 'string' }),
    availableAt: instant.optional().meta({ type: 'string', description: 'Payable from then on.' }),
    description: text(1_000).optional(),
  })
  .refine((item) => (item.affiliateId === undefined) !== (item.affiliateExternalId === undefined), {
    message: 'give either affiliateId or affiliateExternalId',
    path: ['affiliateId'],
  });

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/commissions',
  tags: ['Commissions'],
  summary: 'Add commissions',
  'x-permission': 'create',
  'x-idempotent': true,
  request: {
    body: jsonBody(
      z.union([
        commission,
        z.strictObject({ items: z.array(commission).min(1).max(BULK_ITEMS_MAX) }),
      ]),
    ),
  },
  responses: {
    200: json('All of them stood already.', ingestedOut),
    201: json('At least one is new.', ingestedOut),
    409: json('One stands with other content; nothing was added.', z.unknown()),
  },
});

/** Adds one commission or up to 1,000, each once by its `externalId`. */
export const createCommissions = newApp().openapi(route, async (c) => {
  const { db } = c.var.deps;
  const body = c.req.valid('json');
  const given = 'items' in body ? body.items : [body];
  const items = given.map(({ amount, ...rest }) => ({ ...rest, amountMinor: BigInt(amount) }));
  const checked = await checkCommissions(db, items);
  refuse(checked, 'items' in body);
  const added = items.flatMap((item, index) => {
    const one = checked[index];
    return one?.kind === 'new' ? [{ ...item, payeeId: one.payeeId }] : [];
  });
  const { byExternalId, tooLarge } = await insertCommissions(db, added, actorOf(c));
  if (tooLarge)
    throw invalid('amount', 'makes what the affiliate is owed larger than an amount may be');
  const answers = items.map(({ externalId }, index) => {
    const one = checked[index];
    const made = byExternalId.get(externalId);
    const id = made?.id ?? (one?.kind === 'same' ? one.id : null);
    if (!id) throw new Error('a commission was neither added nor found');
    return { id, externalId, created: made?.created === true && one?.kind === 'new' };
  });
  return c.json({ items: answers }, answers.some(({ created }) => created) ? 201 : 200);
});

/** All or nothing: one item that cannot be taken refuses the call. */
function refuse(checked: readonly CheckedCommission[], bulk: boolean): void {
  const at = (index: number, field: string) => (bulk ? `items.${index}.${field}` : field);
  const unknown = checked.flatMap((one, index): ErrorDetail[] =>
    one.kind === 'unknown_affiliate'
      ? [{ path: at(index, 'affiliateId'), reason: 'there is no such affiliate' }]
      : [],
  );
  if (unknown.length > 0) {
    throw new DomainError(
      'validation_error',
      'A commission names an affiliate that is not there.',
      unknown,
    );
  }
  const conflicts = checked.flatMap((one, index): ErrorDetail[] =>
    one.kind === 'conflict'
      ? [{ path: at(index, one.field), reason: 'differs from what stands' }]
      : [],
  );
  if (conflicts.length === 0) return;
  throw new DomainError(
    'external_id_conflict',
    'A commission with this externalId stands already with other content; nothing was changed.',
    conflicts,
  );
}
