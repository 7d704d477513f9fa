import { setTimeout as sleep } from 'node:timers/promises';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { Db } from '../db/client.ts';
import { batchGauges } from './gauges/batches.ts';
import { bookGauges } from './gauges/books.ts';
import { guardGauges } from './gauges/guards.ts';
import { partGauges, type AskTemporal } from './gauges/parts.ts';
import { paymentGauges } from './gauges/payments.ts';
import { gaugesOf, keepThemeFresh } from './gauges/theme.ts';
import { waitingGauges } from './gauges/waiting.ts';

/** What is not read by then is told the next time; what this process counts is told at once. */
const READ_WITHIN_MS = 4_000;

/** What this process counts, and what it reads from the database when it is asked. */
export interface Metrics {
  httpSeconds: Histogram<'method' | 'route' | 'status'>;
  webhooks: Counter<'provider' | 'result'>;
  webhookSeconds: Histogram<'provider'>;
  webhooksRejected: Counter<'provider' | 'reason'>;
  /** The text that a Prometheus server scrapes. Never throws. */
  text(): Promise<string>;
}

/** What metrics tell beside the database. */
export interface MetricSources {
  askTemporal: AskTemporal;
  /** Streams of events that are open at this process. */
  streamsOpen: () => number;
}

/** Metrics of one app, in a registry of their own. */
export function makeMetrics(db: Db, sources: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = gaugesOf(registry);
  const themes = [
    paymentGauges(db, gauge),
    batchGauges(db, gauge),
    waitingGauges(db, gauge),
    bookGauges(db, gauge),
    partGauges(db, sources.askTemporal, gauge),
    guardGauges(db, gauge),
  ].map(keepThemeFresh);
  const readable = gauge(
    'bursar_metrics_readable',
    'Whether gauges that are read from elsewhere could be read; those of a theme at 0 are not told.',
    ['theme'],
  );
  const streams = gauge('bursar_live_streams', 'Streams of events that are open at this process.');
  return {
    ...makeCounted(registry),
    async text() {
      const waited = new AbortController();
      await Promise.race([
        Promise.all(themes.map((theme) => theme.refresh())),
        sleep(READ_WITHIN_MS, null, { signal: waited.signal, ref: false }).catch(() => {}),
      ]);
      waited.abort();
      for (const theme of themes) readable.set({ theme: theme.name }, Number(theme.readable));
      streams.set(sources.streamsOpen());
      return registry.metrics();
    },
  };
}

const makeCounted = (registry: Registry): Omit<Metrics, 'text'> => {
  const registers = [registry];
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
  };
};
