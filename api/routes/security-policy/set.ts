import { z } from '@hono/zod-openapi';
import { changePolicy } from '../../../db/queries/security-policy.ts';
import { riskSettings } from '../../../domain/risk/settings.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { observeRuleChange } from '../../risk-guard.ts';
import { currencyCode, positiveAmount } from '../../schemas/common.ts';
import { policyOut, toPolicy } from './policy.ts';

/** Kept as it is given, so that what is not given follows the defaults also of later versions. */
const risk = z
  .record(z.string().max(100), z.unknown())
  .superRefine((given, c) => {
    for (const { path, message } of riskSettings.safeParse(given).error?.issues ?? [])
      c.addIssue({ code: 'custom', path, message });
  })
  .meta({ description: 'What is set otherwise than the defaults of the risk rules; all of it.' });

const body = z.strictObject({
  version: z.int().min(1).meta({ description: 'The one that was looked at.' }),
  baseCurrency: currencyCode.optional(),
  highValueAmount: positiveAmount
    .optional()
    .meta({ description: 'From this on a payment needs an administrator; minor units.' }),
  secondApproverFactor: z.int().min(1).max(1_000_000).optional(),
  undoWindowSeconds: z.int().min(0).max(604_800).optional(),
  accountCooldownHours: z.int().min(0).max(8_760).optional(),
  risk: risk.optional(),
});

const route = endpoint({
  method: 'put',
  path: '/api/admin/security-policy',
  tags: ['Administration'],
  summary: 'Change how careful this installation is; what is not given stays',
  'x-permission': 'settings',
  'x-step-up': true,
  request: { body: jsonBody(body) },
  responses: {
    200: json('The policy as it is now.', z.object({ policy: policyOut })),
    409: json('Somebody else changed it meanwhile (`content_changed`).', z.unknown()),
  },
});

/** Changes the policy; batches that are there keep what was asked of them until they are judged anew. */
export const setPolicyRoute = newApp().openapi(route, async (c) => {
  const { version, highValueAmount, ...given } = c.req.valid('json');
  const change = {
    ...given,
    ...(highValueAmount !== undefined && { highValueMinor: BigInt(highValueAmount) }),
  };
  const policy = await changePolicy(c.var.deps.db, { version, change, actor: actorOf(c) });
  await observeRuleChange(c, null);
  return c.json({ policy: toPolicy(policy) }, 200);
});
