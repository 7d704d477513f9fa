import { z } from '@hono/zod-openapi';
import type { RiskEventRow } from '../../db/queries/work-risk-events.ts';
import { RISK_ACTIONS } from '../../domain/risk/finding.ts';
import { RISK_LEVELS, RISK_RULES } from '../../domain/risk/rule.ts';
import { iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const riskRule = z.enum(RISK_RULES);
export const riskLevel = z.enum(RISK_LEVELS);
/** Of a batch: the worst of its open events. */
export const batchRisk = riskLevel
  .nullable()
  .meta({ description: 'The worst level of its open risk events; null where there is none.' });
export const riskStatus = z.enum(['OPEN', 'RESOLVED']);
export const riskResolution = z.enum(['false_alarm', 'confirmed', 'accepted']);

export const riskEventOut = z
  .object({
    id: z.string(),
    rule: riskRule,
    level: riskLevel,
    action: z.enum(RISK_ACTIONS).meta({ description: 'What was done about it at once.' }),
    status: riskStatus,
    subject: z.string().meta({ description: 'What it is about: a payment, a batch, an actor.' }),
    actor: z.string().nullable(),
    payeeId: z.string().nullable(),
    accountId: z.string().nullable(),
    paymentId: z.string().nullable(),
    batchId: z.string().nullable(),
    explanation: z.string().meta({ description: 'Why the rule spoke, with its figures.' }),
    evidence: z.record(z.string(), z.unknown()),
    owner: z.string().nullable(),
    resolution: riskResolution.nullable(),
    resolutionReason: z.string().nullable(),
    resolvedBy: z.string().nullable(),
    createdAt: timeOut,
    resolvedAt: timeOrNull,
  })
  .meta({ id: 'RiskEvent' });

export const riskEventAnswer = z.object({ riskEvent: riskEventOut });

/** An event as the API shows it. The database holds no other action than these. */
export const toRiskEvent = (row: RiskEventRow): z.infer<typeof riskEventOut> => ({
  ...row,
  action: z.enum(RISK_ACTIONS).parse(row.action),
  createdAt: iso(row.createdAt),
  resolvedAt: isoOrNull(row.resolvedAt),
});
