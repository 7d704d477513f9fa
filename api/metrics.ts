import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Db } from '../db/client.ts';
import { readAuditState, type AuditState } from '../db/queries/audit-state.ts';
import { readGauges } from '../db/queries/gauges.ts';
import { RISK_LEVELS } from '../domain/risk/rule.ts';

const READ_EVERY_MS = 5_000;

/** What this process counts, and what it reads from the database when it is asked. */
export interface Metrics {
  httpSeconds: Histogram<'method' | 'route' | 'status'>;
  webhooks: Counter<'provider' | 'result'>;
  webhookSeconds: Histogram<'provider'>;
  webhooksRejected: Counter<'provider' | 'reason'>;
  /** The text that a Prometheus server scrapes. */
  text(): Promise<string>;
}

/** Metrics of one app, in a registry of their own. */
export function makeMetrics(db: Db): Metrics {
  const registers = [new Registry()];
  const [registry = new Registry()] = registers;
  collectDefaultMetrics({ register: registry });
  const gauges = makeGauges(registers);
  let readAt = 0;
  return {
    httpSeconds: new Histogram({
      name: 'bursar_http_request_duration_seconds',
      help: 'Time to answer, by route pattern.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
      registers,
    }),
    webhooks: new Counter({
      name: 'bursar_webhook_events_total',
      help: 'Authentic events by what they did.',
      labelNames: ['provider', 'result'],
      registers,
    }),
    webhookSeconds: new Histogram({
      name: 'bursar_webhook_apply_seconds',
      help: 'Time from receiving an event to its commit.',
      labelNames: ['provider'],
      registers,
    }),
    webhooksRejected: new Counter({
      name: 'bursar_webhooks_rejected_total',
      help: 'Calls refused at the webhook door.',
      labelNames: ['provider', 'reason'],
      registers,
    }),
    async text() {
      if (Date.now() - readAt > READ_EVERY_MS) {
        readAt = Date.now();
        const [read, audit] = await Promise.all([readGauges(db), readAuditState(db)]);
        fillGauges(gauges, read, audit);
      }
      return registry.metrics();
    },
  };
}

const makeGauges = (registers: Registry[]) => ({
  payments: new Gauge({
    name: 'bursar_payments',
    help: 'Payments by state.',
    labelNames: ['state'],
    registers,
  }),
  batches: new Gauge({
    name: 'bursar_batches',
    help: 'Batches by state.',
    labelNames: ['state'],
    registers,
  }),
  mails: new Gauge({
    name: 'bursar_payee_mails',
    help: 'Mails to payees that are not sent, by state.',
    labelNames: ['state'],
    registers,
  }),
  risks: new Gauge({
    name: 'bursar_risk_open',
    help: 'Risk events that nobody has resolved, by level.',
    labelNames: ['level'],
    registers,
  }),
  queueAge: new Gauge({
    name: 'bursar_queue_age_seconds',
    help: 'How long the oldest QUEUED batch has waited.',
    registers,
  }),
  unknownAge: new Gauge({
    name: 'bursar_unknown_age_seconds',
    help: 'How long the oldest UNKNOWN payment has been in doubt.',
    registers,
  }),
  waitingEvents: new Gauge({
    name: 'bursar_webhook_events_waiting',
    help: 'Stored events that have not been applied.',
    registers,
  }),
  auditHeight: new Gauge({
    name: 'bursar_audit_height',
    help: 'The newest seal of the audit log.',
    registers,
  }),
  auditUnsealed: new Gauge({
    name: 'bursar_audit_unsealed_seconds',
    help: 'How long the oldest audit row without a seal has waited for one.',
    registers,
  }),
});

function fillGauges(
  gauges: ReturnType<typeof makeGauges>,
  read: Awaited<ReturnType<typeof readGauges>>,
  audit: AuditState,
): void {
  gauges.payments.reset();
  gauges.batches.reset();
  gauges.mails.reset();
  for (const { state, count } of read.payments) gauges.payments.set({ state }, count);
  for (const { state, count } of read.batches) gauges.batches.set({ state }, count);
  for (const { state, count } of read.mails) gauges.mails.set({ state }, count);
  for (const level of RISK_LEVELS) gauges.risks.set({ level }, 0);
  for (const { state, count } of read.risks) gauges.risks.set({ level: state }, count);
  gauges.queueAge.set(read.queueAgeSeconds);
  gauges.unknownAge.set(read.unknownAgeSeconds);
  gauges.waitingEvents.set(read.waitingEvents);
  gauges.auditHeight.set(audit.height);
  gauges.auditUnsealed.set(audit.unsealedSeconds);
}
