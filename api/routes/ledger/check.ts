import { z } from '@hono/zod-openapi';
import { checkLedger } from '../../../db/queries/ledger.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { amountOut } from '../../schemas/common.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/ledger/check',
  tags: ['Ledger'],
  summary: 'Whether the books balance',
  'x-permission': 'view',
  responses: {
    200: json(
      'Every entry that does not balance; none is as it must be.',
      z.object({
        balanced: z.boolean(),
        entries: z.int(),
        differences: z.array(
          z.object({ entryId: z.string(), currency: z.string(), difference: amountOut }),
        ),
      }),
    ),
  },
});

/** Adds up every entry of the ledger. */
export const getLedgerCheck = newApp().openapi(route, async (c) => {
  const { entries, differences } = await checkLedger(c.var.deps.db);
  const body = {
    balanced: differences.length === 0,
    entries,
    differences: differences.map(({ entry_id, currency, difference_minor }) => ({
      entryId: entry_id,
      currency,
      difference: toJsonAmount(difference_minor),
    })),
  };
  return c.json(body, 200);
});
