import { z } from '@hono/zod-openapi';
import type { LedgerLine } from '../../db/queries/ledger.ts';
import { toJsonAmount } from '../../domain/money.ts';
import { amountOut, idOf, iso, text, timeOut } from './common.ts';
import { platformId } from './revenue.ts';

const account = text(100)
  .regex(/^\w+(\/(\w+|\*))?$/, 'must be an account, or all of a kind like provider_clearing/*')
  .meta({ description: 'An account, or all of a kind: `provider_clearing/*`.' });

/** The filters that balances and entries share. */
export const lineFilter = {
  account: account.optional(),
  payeeId: idOf('payee').optional(),
  batchId: idOf('batch').optional(),
  escrowId: platformId.optional().meta({ description: "The platform's own id of the escrow." }),
};

export const entryId = text(200)
  .regex(/^[\w:]+$/, 'must be an entry like pay_…:settled')
  .meta({ description: 'The event: `<payment id>:settled`.' });

export const lineOut = z
  .object({
    entryId: z.string(),
    line: z.int(),
    account: z.string(),
    side: z.enum(['debit', 'credit']),
    amount: amountOut,
    currency: z.string(),
    payeeId: z.string().nullable(),
    paymentId: z.string().nullable(),
    batchId: z.string().nullable(),
    escrowId: z.string().nullable(),
    corrects: z
      .string()
      .nullable()
      .meta({ description: 'The entry that this one corrects; entries never change.' }),
    createdAt: timeOut,
  })
  .meta({ id: 'LedgerLine' });

export const toLine = ({
  amountMinor,
  createdAt,
  ...line
}: LedgerLine): z.infer<typeof lineOut> => ({
  ...line,
  amount: toJsonAmount(amountMinor),
  createdAt: iso(createdAt),
});
