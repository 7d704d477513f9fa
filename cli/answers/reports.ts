import { z } from 'zod';

const cell = z.union([z.string(), z.number(), z.null()]);

export const reportAnswer = z.looseObject({
  report: z.looseObject({
    name: z.string(),
    from: z.string(),
    to: z.string(),
    zone: z.string(),
    rows: z.int(),
    hash: z.string(),
  }),
  rows: z.array(z.record(z.string(), cell)),
  nextCursor: z.string().nullable().optional(),
});
/** A report with its rows; amounts are minor units of the row's currency. */
export type ReportAnswer = z.infer<typeof reportAnswer>;
