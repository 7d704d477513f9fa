import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMay } from '../../lib/may.ts';
import { YES } from '../../lib/verdict.ts';
import { count } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Money } from '../../ui/money.tsx';
import { Note } from '../../ui/note.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import type { LedgerCheck } from './api.ts';
import { checkQuery, verifyQuery } from './queries.ts';
import classes from './ledger.module.css';

/** The checks that read all of it. They run when a person asks, since they take a while. */
export function Checks() {
  return (
    <>
      <BooksCheck />
      <InvariantsCheck />
    </>
  );
}

function BooksCheck() {
  const { data, error, isFetching, refetch, dataUpdatedAt } = useQuery(checkQuery);
  return (
    <Section
      title="The books"
      aside={
        <ActButton verdict={YES} loading={isFetching} onClick={() => void refetch()}>
          Check the books
        </ActButton>
      }
    >
      <p className={classes['text']}>
        Adds up every entry, and holds the accounts against what is stored beside them.
      </p>
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {isFetching && !data && <TableSkeleton />}
      {data && (
        <>
          <p className={classes['text']}>
            {data.balanced ? (
              <Badge label="Balanced" tone="good" icon={IconCircleCheck} />
            ) : (
              <Badge label="Not balanced" tone="bad" icon={IconAlertTriangle} />
            )}{' '}
            {data.entries.toLocaleString('en')} entries, looked at{' '}
            <Time at={new Date(dataUpdatedAt).toISOString()} seconds />
          </p>
          <Found check={data} />
        </>
      )}
    </Section>
  );
}

function Found({ check: { balanced, differences, derived } }: { check: LedgerCheck }) {
  if (balanced) return null;
  return (
    <>
      <Note tone="bad">
        <p>
          The database refuses what would lead here: somebody went past it, or Bursar has a fault.
          Pause the batches, and do as the runbook says (docs/operations.md, “Verify finds a
          breach”).
        </p>
      </Note>
      <ul className={classes['lines']}>
        {differences.map(({ entryId, currency, difference }) => (
          <li key={`${entryId} ${currency}`}>
            <span>
              <span className="mono">{entryId}</span> does not balance
            </span>
            <Money amount={difference} currency={currency} strong />
          </li>
        ))}
        {derived.map((row) => (
          <li key={`${row.what} ${row.entryId} ${row.account} ${row.payeeId} ${row.currency}`}>
            <span>
              {row.what} <span className="mono">{row.entryId ?? row.payeeId}</span> in{' '}
              <span className="mono">{row.account}</span>: the books say{' '}
              <Money amount={row.derived} currency={row.currency} />
            </span>
            <span>
              stored <Money amount={row.stored} currency={row.currency} strong />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function InvariantsCheck() {
  const { data, error, isFetching, refetch, dataUpdatedAt } = useQuery(verifyQuery);
  const may = useMay();
  return (
    <Section
      title="What must always hold"
      aside={
        <ActButton
          verdict={may('audit')}
          variant="default"
          loading={isFetching}
          onClick={() => void refetch()}
        >
          Verify everything
        </ActButton>
      }
    >
      <p className={classes['text']}>
        Nothing paid twice, nothing lost, every state reached by a legal step: over the whole
        database.
      </p>
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {isFetching && !data && <TableSkeleton />}
      {data && (
        <>
          <p className={classes['text']}>
            {data.ok ? (
              <Badge
                label={`${data.invariants.length} of ${data.invariants.length} hold`}
                tone="good"
                icon={IconCircleCheck}
              />
            ) : (
              <Badge label="Something is broken" tone="bad" icon={IconAlertTriangle} />
            )}{' '}
            looked at <Time at={new Date(dataUpdatedAt).toISOString()} seconds />
          </p>
          <ul className={classes['lines']}>
            {data.invariants.map(({ id, title, breaches, examples }) => (
              <li key={id}>
                <span>
                  <strong className="amount">{id}</strong> {title}
                  {examples.length > 0 && <span className="soft mono"> {examples.join(', ')}</span>}
                </span>
                {breaches === 0 ? (
                  <Badge label="Holds" tone="good" icon={IconCircleCheck} />
                ) : (
                  <Badge
                    label={count(breaches, 'breach', 'breaches')}
                    tone="bad"
                    icon={IconAlertTriangle}
                  />
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}
