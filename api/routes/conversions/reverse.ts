import { z } from '@hono/zod-openapi';
import { listReversals } from '../../../db/queries/conversions.ts';
import { REVERSAL_KINDS, reverseConversion } from '../../../db/queries/reverse-conversion.ts';
import { DomainError } from '../../../domain/errors.ts';
import { IN_THE_FUTURE, isFuture } from '../../conversion-times.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { invalid, notFound } from '../../http/problems.ts';
import { idParams, instant, positiveAmount, text } from '../../schemas/common.ts';
import { reversalOut, toReversal } from '../../schemas/conversion.ts';

const body = z.strictObject({
  externalId: text(200),
  kind: z.enum(REVERSAL_KINDS),
  amount: positiveAmount
    .optional()
    .meta({ description: 'Minor units; all that is left, where none is given.' }),
  occurredAt: instant.optional().meta({ type: 'string', description: 'Now, unless told.' }),
  reason: text(1_000).optional(),
});

const answer = z.object({ reversal: reversalOut });

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/conversions/{id}/reversals',
  tags: ['Conversions'],
  summary: 'Note that the customer got money of a conversion back',
  'x-permission': 'create',
  'x-idempotent': true,
  request: { params: idParams('conversion'), body: jsonBody(body) },
  responses: {
    200: json('It stood already.', answer),
    201: json('It is noted, and what was earned by it is calculated anew.', answer),
    404: json('No such conversion.', z.unknown()),
    409: json('This externalId stands with other content.', z.unknown()),
  },
});

/** Notes a refund or a chargeback, once by its `externalId`; never more than was paid. */
export const createReversal = newApp().openapi(route, async (c) => {
  const { id: conversionId } = c.req.valid('param');
  const { amount, ...rest } = c.req.valid('json');
  const { db } = c.var.deps;
  if (rest.occurredAt && isFuture(rest.occurredAt)) throw invalid('occurredAt', IN_THE_FUTURE);
  const outcome = await reverseConversion(db, {
    ...rest,
    id: c.var.newId('reversal'),
    conversionId,
    amountMinor: amount === undefined ? undefined : BigInt(amount),
    actor: actorOf(c),
  });
  switch (outcome.kind) {
    case 'missing':
      throw notFound('conversion');
    case 'too_early':
      throw invalid('occurredAt', 'is before the conversion itself');
    case 'too_much':
      throw invalid(
        'amount',
        outcome.leftMinor > 0n
          ? 'is more than is left of the conversion'
          : 'nothing is left of the conversion',
      );
    case 'conflict':
      throw new DomainError(
        'external_id_conflict',
        'A reversal with this externalId stands already with other content; nothing was changed.',
        [{ path: outcome.field, reason: 'differs from what stands' }],
      );
    default: {
      c.var.deps.temporal.calculateSoon(c.var.log);
      const row = (await listReversals(db, conversionId)).find(({ id }) => id === outcome.id);
      if (!row) throw notFound('reversal');
      return c.json({ reversal: toReversal(row) }, outcome.kind === 'created' ? 201 : 200);
    }
  }
});
