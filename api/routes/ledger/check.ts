import { z } from '@hono/zod-openapi';
import { checkLedger } from '../../../db/queries/ledger.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { amountOut } from '../../schemas/common.ts';

const difference = z.object({ entryId: z.string(), currency: z.string(), difference: amountOut });

const derived = z.object({
  what: z.enum(['payable', 'release', 'refund', 'payment']),
  entryId: z.string().nullable().meta({ description: 'Null for `payable`, a sum over entries.' }),
  account: z.string(),
  payeeId: z.string().nullable(),
  escrowId: z.string().nullable(),
  currency: z.string(),
  derived: amountOut.meta({ description: 'By the ledger: debit less credit, in minor units.' }),
  stored: amountOut.meta({ description: 'By what is stored beside it, counted the same way.' }),
});

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/ledger/check',
  tags: ['Ledger'],
  summary: 'Whether the books balance, and agree with what is stored beside them',
  'x-permission': 'view',
  responses: {
    200: json(
      'Entries that do not balance, and places where the books say another amount than what is stored: the first 100 of each; none is as it must be.',
      z.object({
        balanced: z.boolean(),
        entries: z.int(),
        differences: z.array(difference),
        derived: z.array(derived),
      }),
    ),
  },
});

/** Adds up every entry of the ledger and compares it with what it was made from. */
export const getLedgerCheck = newApp().openapi(route, async (c) => {
  const { entries, ...found } = await checkLedger(c.var.deps.db);
  const differences = found.differences.map(({ entry_id, currency, difference_minor }) => ({
    entryId: entry_id,
    currency,
    difference: toJsonAmount(difference_minor),
  }));
  const derived = found.derived.map((row) => ({
    what: row.what,
    entryId: row.entry_id,
    account: row.account,
    payeeId: row.payee_id,
    escrowId: row.escrow_id,
    currency: row.currency,
    derived: toJsonAmount(row.derived_minor),
    stored: toJsonAmount(row.stored_minor),
  }));
  const balanced = differences.length === 0 && derived.length === 0;
  return c.json({ balanced, entries, differences, derived }, 200);
});
