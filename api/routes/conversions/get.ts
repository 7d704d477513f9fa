import { z } from '@hono/zod-openapi';
import { listConversionCommissions } from '../../../db/queries/affiliates.ts';
import { findConversion, listDecisions, listReversals } from '../../../db/queries/conversions.ts';
import { PAGE_ROWS_MAX } from '../../../domain/limits.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { commissionOut, toCommission } from '../../schemas/commission.ts';
import { idParams } from '../../schemas/common.ts';
import {
  conversionOut,
  decisionOut,
  reversalOut,
  toConversion,
  toDecision,
  toReversal,
} from '../../schemas/conversion.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/conversions/{id}',
  tags: ['Conversions'],
  summary: 'A conversion with all that was decided, given back and earned',
  'x-permission': 'view',
  request: { params: idParams('conversion') },
  responses: {
    200: json(
      'The conversion; decisions newest first.',
      z.object({
        conversion: conversionOut,
        decisions: z.array(decisionOut),
        reversals: z.array(reversalOut),
        commissions: z.array(commissionOut),
      }),
    ),
    404: json('No such conversion.', z.unknown()),
  },
});

/** One conversion. */
export const getConversion = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db } = c.var.deps;
  const [row, decisions, reversals, commissions] = await Promise.all([
    findConversion(db, id),
    listDecisions(db, id),
    listReversals(db, id),
    listConversionCommissions(db, id, PAGE_ROWS_MAX),
  ]);
  if (!row) throw notFound('conversion');
  return c.json(
    {
      conversion: toConversion(row),
      decisions: decisions.map(toDecision),
      reversals: reversals.map(toReversal),
      commissions: commissions.map(toCommission),
    },
    200,
  );
});
