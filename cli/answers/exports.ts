import { z } from 'zod';

/** A file that was ordered, as far as commands read it. */
export const exportAnswer = z.object({
  export: z
    .object({
      id: z.string(),
      status: z.enum(['QUEUED', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED']),
      rowsExpected: z.number(),
      rowsDone: z.number(),
      sha256: z.string().nullable(),
      failure: z.string().nullable(),
      link: z.string().nullable(),
    })
    .loose(),
});
export type OrderedExport = z.infer<typeof exportAnswer>['export'];

/** A statement, of which the page is shown to people and the rest to programs. */
export const statementAnswer = z.object({ statement: z.record(z.string(), z.unknown()) });
