import { z } from '@hono/zod-openapi';
import type { AlertRuleRow } from '../../db/queries/alert-rules.ts';
import type { AlertNoticeRow, AlertRow } from '../../db/queries/alerts.ts';
import { ALERT_CHANNELS_MAX, readChannel } from '../../domain/alerts/channel.ts';
import { ALERT_SEVERITIES, ALERT_STATES, MEASURES } from '../../domain/alerts/measures.ts';
import { NOTICE_WORDS } from '../../domain/alerts/words.ts';
import { currencyCode, iso, isoOrNull, line, providerName, timeOrNull, timeOut } from './common.ts';

export const alertStatus = z.enum(ALERT_STATES);
export const alertSeverity = z.enum(ALERT_SEVERITIES);

const WINDOW_MINUTES_MAX = 10_080;
const DAY_MINUTES = 1_440;

const channel = line(300)
  .refine(
    (text) => readChannel(text) !== null,
    'must be log, mail:<address> or endpoint:<id of a webhook endpoint>',
  )
  .meta({ example: 'log' });

/** What may be changed of an alert rule. */
export const alertRuleFields = {
  name: line(200),
  threshold: z
    .number()
    .meta({ description: 'It fires at this value and beyond; `low_balance` below it.' }),
  windowMinutes: z
    .int()
    .min(1)
    .max(WINDOW_MINUTES_MAX)
    .meta({ description: 'What the measure looks back on; of slow ones how often they are read.' }),
  forMinutes: z
    .int()
    .min(0)
    .max(DAY_MINUTES)
    .meta({ description: 'It fires once it held so long.' }),
  severity: alertSeverity,
  channels: z
    .array(channel)
    .max(ALERT_CHANNELS_MAX)
    .transform((channels) => [...new Set(channels)])
    .meta({ description: 'Whom it is told; nobody where empty.' }),
  repeatMinutes: z
    .int()
    .min(1)
    .max(WINDOW_MINUTES_MAX)
    .nullable()
    .meta({ description: 'Told again after so long until it is acknowledged; null for once.' }),
  enabled: z.boolean(),
};

/** What is said of an alert rule once and for all. */
export const alertRuleScope = {
  measure: z.enum(MEASURES),
  provider: providerName.nullable(),
  currency: currencyCode.nullable(),
};

export const alertRuleOut = z
  .object({
    id: z.string(),
    name: z.string(),
    measure: z.enum(MEASURES),
    provider: z.string().nullable(),
    currency: z.string().nullable(),
    threshold: z.number(),
    windowMinutes: z.int(),
    forMinutes: z.int(),
    severity: alertSeverity,
    channels: z.array(z.string()),
    repeatMinutes: z.int().nullable(),
    enabled: z.boolean(),
    lookedAt: timeOrNull.meta({ description: 'When it was last looked at.' }),
    updatedBy: z.string(),
    createdAt: timeOut,
    updatedAt: timeOut,
  })
  .meta({ id: 'AlertRule' });

export const toAlertRule = ({
  deletedAt: _gone,
  ...row
}: AlertRuleRow): z.infer<typeof alertRuleOut> => ({
  ...row,
  lookedAt: isoOrNull(row.lookedAt),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

export const alertOut = z
  .object({
    id: z.string(),
    ruleId: z.string(),
    rule: z.string(),
    measure: z.enum(MEASURES),
    subject: z
      .string()
      .meta({ description: 'A provider, `provider/currency`, or empty for the whole.' }),
    severity: alertSeverity,
    status: alertStatus,
    value: z.number().meta({ description: 'As it was last read.' }),
    threshold: z.number().meta({ description: 'Of the rule as it is now.' }),
    summary: z.string(),
    since: timeOut,
    firedAt: timeOrNull,
    notifiedAt: timeOrNull,
    seenAt: timeOut,
    acknowledgedBy: z.string().nullable(),
    acknowledgedAt: timeOrNull,
    note: z.string().nullable(),
    resolvedAt: timeOrNull,
  })
  .meta({ id: 'Alert' });

export const toAlert = (row: AlertRow): z.infer<typeof alertOut> => ({
  ...row,
  since: iso(row.since),
  firedAt: isoOrNull(row.firedAt),
  notifiedAt: isoOrNull(row.notifiedAt),
  seenAt: iso(row.seenAt),
  acknowledgedAt: isoOrNull(row.acknowledgedAt),
  resolvedAt: isoOrNull(row.resolvedAt),
});

export const noticeOut = z
  .object({
    id: z.int(),
    channel: z.string(),
    word: z.enum(NOTICE_WORDS),
    status: z.enum(['PENDING', 'SENT', 'GIVEN_UP']),
    tries: z.int(),
    error: z.string().nullable(),
    dueAt: timeOut,
    createdAt: timeOut,
    sentAt: timeOrNull,
  })
  .meta({ id: 'AlertNotice' });

export const toNotice = ({
  alertId: _whose,
  ...row
}: AlertNoticeRow): z.infer<typeof noticeOut> => ({
  ...row,
  dueAt: iso(row.dueAt),
  createdAt: iso(row.createdAt),
  sentAt: isoOrNull(row.sentAt),
});
