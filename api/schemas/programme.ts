import { z } from '@hono/zod-openapi';
import type { Programme } from '../../db/queries/programmes.ts';
import { isZone } from '../../domain/calendar/local-time.ts';
import { iso, line, timeOut } from './common.ts';
import { platformId } from './revenue.ts';

/** What callers say of a programme. */
export const programmeFields = {
  externalId: platformId.meta({ description: "The platform's own name for it.", example: 'main' }),
  name: line(200),
  zone: z
    .string()
    .max(60)
    .refine(isZone, 'must be the name of an IANA time zone, like Europe/Berlin')
    .meta({
      description: 'In which its days and months begin; it never changes.',
      example: 'Europe/Berlin',
    }),
  automatic: z.boolean().meta({
    description: 'Conversions become commissions by themselves; else only when that is asked for.',
  }),
};

export const programmeOut = z
  .object({
    id: z.string(),
    externalId: z.string(),
    name: z.string(),
    zone: z.string(),
    automatic: z.boolean(),
    createdBy: z.string(),
    createdAt: timeOut,
  })
  .meta({ id: 'Programme' });

export const toProgramme = (programme: Programme): z.infer<typeof programmeOut> => ({
  ...programme,
  createdAt: iso(programme.createdAt),
});
