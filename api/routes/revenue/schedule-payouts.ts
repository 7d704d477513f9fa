import { z } from '@hono/zod-openapi';
import { platformId } from '../../schemas/revenue.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import {
  amountOut,
  currencyCode,
  instant,
  positiveAmount,
  providerName,
  text,
} from '../../schemas/common.ts';
import { schedulePayouts } from '../../schedule-payouts.ts';

const body = z.strictObject({
  escrowId: platformId,
  projectId: platformId,
  milestoneId: platformId.optional(),
  amount: positiveAmount,
  currency: currencyCode,
  scheduledFor: instant
    .optional()
    .meta({ type: 'string', description: 'Nothing is sent before then.' }),
  provider: providerName.optional().meta({
    description: 'Else the one at which most recipients have a verified account.',
  }),
  note: text(1_000).optional(),
});
export type ScheduleRequest = z.infer<typeof body>;

const route = endpoint({
  method: 'post',
  path: '/revenue/schedule-payouts',
  tags: ['Revenue'],
  summary: "Divide what an escrow releases and schedule the recipients' payments",
  // What it schedules is sent without another person, whatever the amount.
  'x-permission': 'high_value',
  'x-system': true,
  'x-idempotent': true,
  request: { body: jsonBody(body) },
  responses: {
    201: json(
      'Scheduled, once and for ever.',
      z.object({
        batchId: z.string(),
        status: z.literal('scheduled'),
        itemsCount: z.int(),
        estimatedTotalPayout: amountOut,
        message: z.string(),
      }),
    ),
    409: json('The escrow, or this milestone of it, was scheduled before.', z.unknown()),
  },
});

/** Schedules a release; its workflow is started at once, and by the sweep where Temporal is away. */
export const schedulePayoutsRoute = newApp().openapi(route, async (c) => {
  const release = await schedulePayouts(c, c.req.valid('json'));
  const { temporal } = c.var.deps;
  temporal.wakeBatch(release.batchId, c.var.log);
  temporal.deliverSoon(c.var.log);
  const count = release.shares.length;
  const when = release.scheduledFor ? `not before ${release.scheduledFor.toISOString()}` : 'now';
  const waits = release.requiredApprovals > 0 ? ', once it is approved' : '';
  const message = `${count} payment(s) are scheduled and sent ${when}${waits}.`;
  return c.json(
    {
      batchId: release.batchId,
      status: 'scheduled' as const,
      itemsCount: count,
      estimatedTotalPayout: toJsonAmount(release.distributedMinor),
      message,
    },
    201,
  );
});
