import type { Db } from '../../db/client.ts';
import { readGauges } from '../../db/queries/gauges.ts';
import { readWaitingNews } from '../../db/queries/gauges/news.ts';
import type { MakeGauge, Theme } from './theme.ts';

/** What waits: how much of it, and how long the oldest. */
export function waitingGauges(db: Db, gauge: MakeGauge): Theme {
  const queueAge = gauge(
    'bursar_queue_age_seconds',
    'How long the oldest QUEUED batch has waited.',
  );
  const unknownAge = gauge(
    'bursar_unknown_age_seconds',
    'How long the oldest UNKNOWN payment has been in doubt.',
  );
  const webhooks = gauge(
    'bursar_webhook_events_waiting',
    'Stored events that have not been applied.',
  );
  const webhookAge = gauge(
    'bursar_webhook_lag_seconds',
    'How long the oldest stored event has waited to be applied.',
  );
  const deliveries = gauge(
    'bursar_event_deliveries_waiting',
    'Events that have not reached their endpoint.',
  );
  const deliveryAge = gauge(
    'bursar_event_delivery_lag_seconds',
    'How long the oldest event has waited for its endpoint.',
  );
  const mails = gauge('bursar_payee_mails', 'Mails to payees that are not sent, by state.', [
    'state',
  ]);
  return {
    name: 'waiting',
    everyMs: 5_000,
    gauges: [queueAge, unknownAge, webhooks, webhookAge, deliveries, deliveryAge, mails],
    async read() {
      const [ages, news] = await Promise.all([readGauges(db), readWaitingNews(db)]);
      return () => {
        queueAge.set(ages.queueAgeSeconds);
        unknownAge.set(ages.unknownAgeSeconds);
        webhooks.set(ages.waitingEvents);
        webhookAge.set(news.webhook_seconds);
        deliveries.set(news.deliveries);
        deliveryAge.set(news.delivery_seconds);
        for (const { state, count } of news.mails) mails.set({ state }, count);
      };
    },
  };
}
