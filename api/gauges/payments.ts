import type { Db } from '../../db/client.ts';
import { countPayments, countRetries, readSettleTimes } from '../../db/queries/gauges/payments.ts';
import { readStuckPayments } from '../../db/queries/stuck-payments.ts';
import { QUANTILES, type MakeGauge, type Theme } from './theme.ts';

/** Payments: how many, how fast, and how often it took more than one try. */
export function paymentGauges(db: Db, gauge: MakeGauge): Theme {
  const payments = gauge('bursar_payments', 'Payments by provider and state.', [
    'provider',
    'state',
  ]);
  const times = gauge(
    'bursar_payment_settle_seconds',
    'How long payments took that were settled within the last hour, since they were made or first sent.',
    ['provider', 'since', 'quantile'],
  );
  const retries = gauge(
    'bursar_payment_retries',
    'Attempts of the last hour that were a later generation, and those that were sent more than once.',
    ['provider', 'kind'],
  );
  const stuck = gauge(
    'bursar_payments_stuck',
    'Payments PROCESSING or UNKNOWN for more than an hour without a step.',
  );
  return {
    name: 'payments',
    everyMs: 15_000,
    gauges: [payments, times, retries, stuck],
    async read() {
      const [counts, settled, retried, stuckCount] = await Promise.all([
        countPayments(db),
        readSettleTimes(db),
        countRetries(db),
        readStuckPayments(db),
      ]);
      return () => {
        for (const { provider, state, count } of counts) payments.set({ provider, state }, count);
        for (const { provider, since, ...quantiles } of settled) {
          for (const [quantile, name] of Object.entries(QUANTILES))
            times.set({ provider, since, quantile }, quantiles[name]);
        }
        for (const { provider, generations, sends } of retried) {
          retries.set({ provider, kind: 'generation' }, generations);
          retries.set({ provider, kind: 'send' }, sends);
        }
        stuck.set(stuckCount);
      };
    },
  };
}
