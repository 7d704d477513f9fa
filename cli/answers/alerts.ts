import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();

const alertSchema = z.looseObject({
  id: text,
  rule: text,
  measure: text,
  subject: text,
  severity: text,
  status: text,
  value: z.number(),
  threshold: z.number(),
  summary: text,
  since: text,
  firedAt: orNull,
  acknowledgedBy: orNull,
  acknowledgedAt: orNull,
  note: orNull,
  resolvedAt: orNull,
});
/** What an alert rule found, as the CLI reads it. */
export type Alert = z.infer<typeof alertSchema>;

const noticeSchema = z.looseObject({
  channel: text,
  word: text,
  status: text,
  tries: z.number(),
  error: orNull,
});
export type AlertNotice = z.infer<typeof noticeSchema>;

export const oneAlert = z.looseObject({ alert: alertSchema });
export const toldAlert = oneAlert.extend({ notices: z.array(noticeSchema) });
export const alertPage = z.looseObject({ alerts: z.array(alertSchema), nextCursor: orNull });
