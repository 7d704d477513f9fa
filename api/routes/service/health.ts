import { z } from '@hono/zod-openapi';
import { readAuditState } from '../../../db/queries/audit-state.ts';
import { readGauges } from '../../../db/queries/gauges.ts';
import { readProviderStates } from '../../../db/queries/provider-states.ts';
import { lastRunAt } from '../../../db/queries/reconcile-runs.ts';
import { countMigrations } from '../../../db/queries/migrations.ts';
import { readStuckPayments } from '../../../db/queries/stuck-payments.ts';
import { readWorkers, type WorkerSighting } from '../../../db/queries/worker-sightings.ts';
import { knownMigrations } from '../../../db/known-migrations.ts';
import { readProcessName } from '../../../domain/process-name.ts';
import { WORKER_SILENT_SECONDS } from '../../../domain/stalled.ts';
import { VERSION } from '../../../domain/version.ts';
import { ProviderError, type Provider } from '../../../providers/port.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { workflowsUrlFor } from '../../http/workflow-url.ts';
import { iso, isoOrNull, timeOrNull, timeOut } from '../../schemas/common.ts';
import { readComponents } from './components.ts';

const worker = z.object({
  name: z.string().meta({ description: 'Its host and process id.' }),
  version: z.string().nullable(),
  seenAt: timeOut,
  alive: z.boolean().meta({
    description: `It was heard of within ${WORKER_SILENT_SECONDS} seconds; each tells so every five.`,
  }),
});

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
        version: z.string().meta({ description: 'Of this API.' }),
        workers: z.array(worker).meta({ description: 'Those heard of within the last hour.' }),
        migrations: z
          .object({ applied: z.int().nullable(), known: z.int() })
          .meta({ description: 'Steps that the database has seen, and that this API knows.' }),
        taskQueue: z
          .object({ tasks: z.int(), ageSeconds: z.number() })
          .nullable()
          .meta({ description: 'What waits in Temporal for a worker; null where it cannot tell.' }),
        temporalUi: z
          .string()
          .nullable()
          .meta({ description: "Temporal's Web UI; for those who hold `process`." }),
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
  const { db, providers, temporal } = c.var.deps;
  const [
    components,
    taskQueue,
    gauges,
    audit,
    workers,
    applied,
    stuckPayments,
    lastReconciliation,
    circuits,
    reachable,
  ] = await Promise.all([
    readComponents(c),
    temporal.backlog(),
    readGauges(db),
    readAuditState(db),
    readWorkers(db),
    countMigrations(db),
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
    version: VERSION,
    workers: workers.map(toWorker),
    migrations: { applied, known: knownMigrations() },
    taskQueue,
    temporalUi: workflowsUrlFor(c),
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

const toWorker = ({ process, seen_at, silent_seconds }: WorkerSighting) => ({
  ...readProcessName(process),
  seenAt: iso(seen_at),
  alive: silent_seconds < WORKER_SILENT_SECONDS,
});

const isReachable = async (provider: Provider) => ({
  name: provider.name,
  reachable: await provider.balance(provider.capabilities.currencies[0] ?? 'USD').then(
    () => true,
    (error: unknown) => error instanceof ProviderError && error.code === 'unsupported',
  ),
});
