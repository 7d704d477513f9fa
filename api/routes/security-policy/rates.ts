import { z } from '@hono/zod-openapi';
import type { CurrencyRateRow } from '../../../db/queries/currency-rates.ts';
import { iso, timeOut } from '../../schemas/common.ts';

export const rateOut = z
  .object({
    currency: z.string(),
    baseCurrency: z.string(),
    day: z.string(),
    rate: z.string(),
    createdBy: z.string(),
    createdAt: timeOut,
  })
  .meta({ id: 'CurrencyRate' });

export const toRate = (row: CurrencyRateRow): z.infer<typeof rateOut> => ({
  ...row,
  createdAt: iso(row.createdAt),
});
