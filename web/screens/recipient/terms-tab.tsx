import { useQueries, useQuery } from '@tanstack/react-query';
import { CopyId } from '../../ui/copy-id.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Money } from '../../ui/money.tsx';
import { Section } from '../../ui/page.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { forecastQuery, termsQuery, type Forecast, type Person, type Terms } from './queries.ts';
import { termLines } from './term-lines.ts';
import classes from './recipient.module.css';

/** When the recipient is paid next and how much, and the terms by which it earns and is paid. */
export function TermsTab({ person }: { person: Person }) {
  const terms = useQuery(termsQuery(person.id));
  const currencies = [...new Set([person.currency, ...Object.keys(person.totals)])];
  const forecasts = useQueries({
    queries: currencies.map((currency) => forecastQuery(person.id, currency)),
  });
  return (
    <div className={classes['stack']}>
      <Section title="Forecast">
        {forecasts.map(({ data, error, refetch }, place) =>
          data ? (
            <ForecastOf key={data.currency} forecast={data} />
          ) : error ? (
            <ErrorPanel key={place} error={error} onRetry={() => void refetch()} />
          ) : (
            <TableSkeleton key={place} />
          ),
        )}
      </Section>
      <Section title="Terms">
        {terms.error && !terms.data && (
          <ErrorPanel error={terms.error} onRetry={() => void terms.refetch()} />
        )}
        {terms.data ? <TermList terms={terms.data} /> : !terms.error && <TableSkeleton />}
      </Section>
    </div>
  );
}

function ForecastOf({ forecast }: { forecast: Forecast }) {
  const { currency, nextRun, nextPayout, maturing } = forecast;
  const money = (amount: number) => <Money amount={amount} currency={currency} />;
  return (
    <div className={classes['card']}>
      <h3 style={{ margin: 0, fontSize: '0.875rem' }}>{currency}</h3>
      {nextRun === null ? (
        <p className="soft" style={{ margin: 0 }}>
          No schedule pays {currency}; it is paid when somebody makes a batch.
        </p>
      ) : (
        <Facts
          facts={{
            'Next run': <Time at={nextRun.runAt} />,
            'Matured by then': money(nextRun.amount),
            Minimum: money(nextRun.minimum),
            'Paid next': nextPayout ? (
              <>
                <Time at={nextPayout.runAt} />, {money(nextPayout.amount)}
              </>
            ) : (
              'not within the next twelve runs'
            ),
          }}
        />
      )}
      {maturing.length > 0 && (
        <Facts
          facts={Object.fromEntries(
            maturing.map(({ day, amount }) => [`Matures ${day}`, money(amount)]),
          )}
        />
      )}
    </div>
  );
}

function TermList({ terms }: { terms: Terms }) {
  return (
    <ul className={classes['list']}>
      {termLines(terms.terms).map(({ section, label, lines }) => {
        const source = terms.sources[section];
        return (
          <li key={section}>
            <div>
              <strong>{label}</strong>
              {lines.map((line) => (
                <div key={line}>{line}</div>
              ))}
            </div>
            {source ? (
              <span className="soft">
                rule <CopyId id={source.ruleId} label="rule id" /> version {source.version}
              </span>
            ) : (
              <span className="soft">default</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
