import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();

const mailSchema = z.looseObject({
  id: text,
  affiliateId: text,
  address: text,
  event: text,
  paymentId: orNull,
  batchId: orNull,
  status: text,
  tries: z.int(),
  dueAt: text,
  error: orNull,
  createdAt: text,
  sentAt: orNull,
});
/** A mail to a payee, as the CLI reads it. */
export type Mail = z.infer<typeof mailSchema>;

export const oneMail = z.looseObject({ mail: mailSchema });
export const mailPage = z.looseObject({ mails: z.array(mailSchema), nextCursor: orNull });
