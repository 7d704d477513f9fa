import { z } from '@hono/zod-openapi';
import type { MailRow } from '../../db/queries/payee-mails.ts';
import { maskAddress } from '../../domain/mail/address.ts';
import { iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const mailEvent = z.enum(['scheduled', 'paid', 'failed', 'action_needed']);
export const mailStatus = z.enum(['PENDING', 'SENDING', 'SENT', 'FAILED', 'UNKNOWN']);

export const mailOut = z
  .object({
    id: z.string(),
    affiliateId: z.string(),
    address: z.string().meta({
      description: 'Where it goes, by the payee as of now; masked.',
      example: 'j***@a.example',
    }),
    event: mailEvent,
    subject: z
      .string()
      .meta({ description: 'What it is about; there is one mail for each event and subject.' }),
    paymentId: z.string().nullable(),
    batchId: z.string().nullable(),
    status: mailStatus,
    tries: z.int(),
    dueAt: timeOut.meta({ description: 'When it is tried next, while it waits.' }),
    error: z.string().nullable(),
    createdAt: timeOut,
    sentAt: timeOrNull,
  })
  .meta({ id: 'Mail' });

export const toMail = ({ payeeId, email, ...row }: MailRow): z.infer<typeof mailOut> => ({
  ...row,
  affiliateId: payeeId,
  address: maskAddress(email.trim()),
  dueAt: iso(row.dueAt),
  createdAt: iso(row.createdAt),
  sentAt: isoOrNull(row.sentAt),
});
