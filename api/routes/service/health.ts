import { z } from '@hono/zod-openapi';
import { readAuditState } from '../../../db/queries/audit-state.ts';
import { readGauges } from '../../../db/queries/gauges.ts';
import { readProviderStates } from '../../../db/queries/provider-states.ts';
import { lastRunAt } from '../../../db/queries/reconcile-runs.ts';
import { readStuckPayments } from '../../../db/queries/stuck-payments.ts';
import { ProviderError, type Provider } from '../../../providers/port.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { isoOrNull, timeOrNull } from '../../schemas/common.ts';
import { readComponents } from './components.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/health',
  tags: ['Service'],
  summary: 'How each part is, and what does not move',
  'x-permission': 'view',
  responses: {
    200: json(
      'The state of things.',
      z.object({
        status: z.enum(['ok', 'degraded']),
        components: z.object({ postgres: z.boolean(), temporal: z.boolean(), worker: z.boolean() }),
        queueAgeSeconds: z.number(),
        unknownAgeSeconds: z.number(),
        waitingWebhookEvents: z.int(),
        stuckPayments: z
          .int()
          .meta({ description: 'PROCESSING or UNKNOWN for more than an hour.' }),
        auditHeight: z.int().meta({ description: 'The newest seal of the audit log.' }),
        auditUnsealedSeconds: z
          .number()
          .meta({ description: 'Age of the oldest audit row that no seal covers.' }),
        lastReconciliation: timeOrNull,
        providers: z.array(
          z.object({
            name: z.string(),
            reachable: z.boolean().meta({ description: 'It answered this API just now.' }),
            circuit: z
              .enum(['closed', 'open', 'half_open'])
              .nullable()
              .meta({ description: 'As the worker that finds it worst sees it; null: none told.' }),
            failures: z.int(),
            reason: z.string().nullable(),
            since: timeOrNull,
          }),
        ),
      }),
    ),
  },
});

/** The state of every part. Asks each configured provider for its balance to see whether it answers. */
export const getHealth = newApp().openapi(route, async (c) => {
  const { db, providers } = c.var.deps;
  const [components, gauges, audit, stuckPayments, lastReconciliation, circuits, reachable] =
    await Promise.all([
      readComponents(c),
      readGauges(db),
      readAuditState(db),
      readStuckPayments(db),
      lastRunAt(db),
      readProviderStates(db),
      Promise.all(providers.all().map(isReachable)),
    ]);
  const states = reachable.map((one) => {
    const seen = circuits.find(({ provider }) => provider === one.name);
    return {
      ...one,
      circuit: seen?.circuit ?? null,
      failures: seen?.failures ?? 0,
      reason: seen?.reason ?? null,
      since: isoOrNull(seen?.since ?? null),
    };
  });
  const well =
    Object.values(components).every(Boolean) &&
    states.every(({ reachable, circuit }) => reachable && circuit !== 'open');
  const body = {
    status: well && stuckPayments === 0 ? ('ok' as const) : ('degraded' as const),
    components,
    queueAgeSeconds: gauges.queueAgeSeconds,
    unknownAgeSeconds: gauges.unknownAgeSeconds,
    waitingWebhookEvents: gauges.waitingEvents,
    stuckPayments,
    auditHeight: audit.height,
    auditUnsealedSeconds: audit.unsealedSeconds,
    lastReconciliation: isoOrNull(lastReconciliation),
    providers: states,
  };
  return c.json(body, 200);
});

const isReachable = async (provider: Provider) => ({
  name: provider.name,
  reachable: await provider.balance(provider.capabilities.currencies[0] ?? 'USD').then(
    () => true,
    (error: unknown) => error instanceof ProviderError && error.code === 'unsupported',
  ),
});
