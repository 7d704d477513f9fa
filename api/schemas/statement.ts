import { z } from '@hono/zod-openapi';
import { isZone } from '../../domain/calendar/local-time.ts';
import { amountOut, timeOrNull, timeOut } from './common.ts';

export const STATEMENT_FORMATS = ['json', 'html', 'csv'] as const;

export const statementFormat = z
  .enum(STATEMENT_FORMATS)
  .default('json')
  .meta({ description: '`html` is a page for print; `csv` needs the permission `export`.' });

export const statementZone = z
  .string()
  .max(60)
  .refine(isZone, 'must be a zone of the IANA database, like Europe/Berlin')
  .default('UTC');

const totals = {
  gross: amountOut,
  fees: amountOut.meta({ description: 'Taken off.' }),
  tax: amountOut.meta({ description: 'Withheld.' }),
  clawbacks: amountOut.meta({ description: 'Taken off.' }),
  other: amountOut.meta({
    description: 'Debts written off, and what was carried over to or from other payouts.',
  }),
  net: amountOut.meta({ description: 'What was paid, by the ledger.' }),
};

const payer = z.object({ name: z.string() });
const payee = z.object({
  id: z.string(),
  externalId: z.string(),
  fullName: z.string(),
  country: z.string(),
});

const payout = z.object({
  paymentId: z.string(),
  batchId: z.string(),
  batchNumber: z.int(),
  reference: z.string(),
  provider: z.string(),
  providerPaymentId: z.string().nullable(),
  status: z.enum(['COMPLETED', 'RETURNED']),
  settledAt: timeOut,
  returnedAt: timeOrNull,
  partReturned: amountOut.meta({ description: 'Parts that came back while the rest stands.' }),
  periodFrom: timeOrNull.meta({ description: 'The earliest earning in it.' }),
  periodTo: timeOrNull,
  currency: z.string(),
  ...totals,
});

const statementNumber = z.int().meta({ description: 'Given once, without gaps.' });

/** The statement of one payout. */
export const payoutStatement = z
  .object({
    number: statementNumber,
    issuedAt: timeOut,
    payer,
    payee,
    payout,
    lines: z.array(
      z.object({
        kind: z.string(),
        label: z.string(),
        count: z.int().nullable(),
        amount: amountOut.meta({ description: 'With the sign that it has in the net.' }),
      }),
    ),
  })
  .meta({ id: 'PayoutStatement' });
export type PayoutStatement = z.infer<typeof payoutStatement>;

/** The statement of a year. */
export const yearStatement = z
  .object({
    number: statementNumber
      .nullable()
      .meta({ description: 'None before the year is over, or where nothing was paid.' }),
    issuedAt: timeOrNull,
    year: z.int(),
    zone: z.string(),
    from: timeOut,
    to: timeOut.meta({ description: 'Not included.' }),
    provisional: z.boolean().meta({ description: 'The year is not over.' }),
    payer,
    payee,
    totals: z.array(
      z.object({
        currency: z.string(),
        payouts: z.int(),
        ...totals,
        returned: amountOut.meta({ description: 'Of payouts that came back in the year.' }),
        received: amountOut.meta({ description: '`net` less `returned`.' }),
      }),
    ),
    payouts: z.array(payout.extend({ number: statementNumber.nullable() })),
    returns: z.array(
      z.object({
        paymentId: z.string(),
        reference: z.string(),
        currency: z.string(),
        amount: amountOut,
        settledAt: timeOut,
        returnedAt: timeOut,
      }),
    ),
  })
  .meta({ id: 'YearStatement' });
export type YearStatement = z.infer<typeof yearStatement>;
