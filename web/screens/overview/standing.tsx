import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { payablesQuery, type Batch } from '../../lib/queries.ts';
import { useTimeZone } from '../../lib/time.ts';
import { count, providerLabel } from '../../lib/words.ts';
import { Figure, Figures } from '../../ui/facts.tsx';
import { MoneyList } from '../../ui/money.tsx';
import { Section } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import type { Way } from './api.ts';
import classes from './overview.module.css';
import { nextRunQuery, paidTodayQuery, waysQuery } from './queries.ts';

const WAYS_SHOWN = 6;

/** Money of these batches that is at the provider or in doubt, by currency. */
function flowing(batches: readonly Batch[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { currency, amounts } of batches) {
    sums[currency] = (sums[currency] ?? 0) + amounts.PROCESSING + amounts.UNKNOWN;
  }
  return Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount > 0));
}

/** How the money stands: to be paid, on its way, paid today; and when the next run is. */
export function Standing({ moving }: { moving: readonly Batch[] }) {
  const zone = useTimeZone();
  const payables = useInfiniteQuery(payablesQuery({}));
  const today = useQuery(paidTodayQuery(zone));
  const ways = useQuery(waysQuery(zone));
  const next = useQuery(nextRunQuery);
  const summary = payables.data?.pages[0]?.summary;
  return (
    <Figures>
      <Figure
        label="Payable"
        note={
          summary &&
          `${summary.readyForPayout.toLocaleString('en')} of ${count(summary.totalAffiliates, 'payee')} can be paid now`
        }
      >
        {summary ? <MoneyList amounts={summary.totalPendingAmount} /> : '…'}
      </Figure>
      <Figure label="In flight" note={count(moving.length, 'batch', 'batches')}>
        <MoneyList amounts={flowing(moving)} />
      </Figure>
      <Figure
        label="Paid today"
        note={
          today.data && (
            <>
              {count(today.data.payments, 'payment')}, as of{' '}
              <Time at={new Date(today.dataUpdatedAt).toISOString()} />
            </>
          )
        }
      >
        {today.data ? <MoneyList amounts={today.data.amounts} /> : today.isError ? '—' : '…'}
      </Figure>
      <Figure label="Succeeded" note="of those that ended, 7 days">
        {ways.data ? rateText(ways.data) : ways.isError ? '—' : '…'}
      </Figure>
      <Figure
        label="Next run"
        note={next.data && `${providerLabel(next.data.provider)}, ${next.data.currency}`}
      >
        {next.data ? (
          <Time at={next.data.runAt} />
        ) : next.isPending ? (
          '…'
        ) : (
          <Link to="/rules">none planned</Link>
        )}
      </Figure>
    </Figures>
  );
}

/** The share of paid ones among those that ended, over several ways. */
function rateText(ways: readonly Pick<Way, 'completed' | 'failed' | 'returned'>[]): string {
  const completed = ways.reduce((sum, way) => sum + way.completed, 0);
  const ended = ways.reduce((sum, way) => sum + way.completed + way.failed + way.returned, 0);
  return ended === 0 ? '—' : `${((completed / ended) * 100).toFixed(1)}%`;
}

/** How long it takes from sending to paid, by way: percentiles of several ways are not put together. */
export function Ways() {
  const { data: ways = [] } = useQuery(waysQuery(useTimeZone()));
  if (ways.length === 0) return null;
  return (
    <Section
      title="Time to paid, last 7 days"
      aside={
        <Link to="/reports" search={{}}>
          All reports
        </Link>
      }
    >
      <table className={classes['ways']}>
        <thead>
          <tr>
            <th scope="col">Way</th>
            <th scope="col" className={classes['wide']}>
              Payments
            </th>
            <th scope="col">Succeeded</th>
            <th scope="col">Half within</th>
            <th scope="col">95% within</th>
          </tr>
        </thead>
        <tbody>
          {ways.slice(0, WAYS_SHOWN).map((way) => (
            <tr key={`${way.provider} ${way.channel} ${way.currency}`}>
              <th scope="row">
                {providerLabel(way.provider)}
                {way.channel !== null && `, ${way.channelName ?? way.channel}`}{' '}
                <span className="soft">{way.currency}</span>
              </th>
              <td className={classes['wide']}>{way.payments.toLocaleString('en')}</td>
              <td>{rateText([way])}</td>
              <td>{tookText(way.tookP50Ms)}</td>
              <td>{tookText(way.tookP95Ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A time that something took, with one digit where it is short. */
function tookText(ms: number | null): string {
  if (ms === null) return '—';
  if (ms < MINUTE_MS) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < HOUR_MS) return `${(ms / MINUTE_MS).toFixed(1)} min`;
  return `${(ms / HOUR_MS).toFixed(1)} h`;
}
