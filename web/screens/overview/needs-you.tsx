import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMay, useSession } from '../../lib/may.ts';
import { pendingForMe, waitingBatchesQuery } from '../../lib/needs-me.ts';
import {
  failedPaymentsQuery,
  healthQuery,
  openCasesQuery,
  payablesQuery,
  type Batch,
} from '../../lib/queries.ts';
import { Section } from '../../ui/page.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import {
  alertNeeds,
  approvalNeeds,
  batchNeeds,
  caseNeeds,
  failedNeeds,
  healthNeeds,
  kycNeeds,
  type Need,
} from './needs.tsx';
import classes from './overview.module.css';
import { openAlertsQuery } from './queries.ts';

/** That a part falls silent is no event; each look asks every provider too. */
const LOOK_EVERY_MS = 20_000;

/** What needs this person first: words that are theirs to give, then what went wrong. */
export function NeedsYou({ moving }: { moving: readonly Batch[] }) {
  const needs = useNeeds(moving);
  return (
    <Section title="Needs you">
      {needs === null ? (
        <TableSkeleton />
      ) : needs.length === 0 ? (
        <p className={classes['fine']}>
          <IconCircleCheck size={18} aria-hidden /> Nothing waits for you. Everything runs.
        </p>
      ) : (
        <ul className={classes['needs']}>
          {needs.map(({ id, icon: Sign, tone, text, action }) => (
            <li key={id}>
              <Sign size={18} data-tone={tone} aria-hidden />
              <span>{text}</span>
              {action}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** Null until everything has been asked: a list that is short for want of answers would mislead. */
function useNeeds(moving: readonly Batch[]): Need[] | null {
  const session = useSession();
  const may = useMay();
  const waiting = useQuery(waitingBatchesQuery);
  const failed = useQuery(failedPaymentsQuery);
  const cases = useQuery(openCasesQuery);
  const alerts = useQuery(openAlertsQuery);
  const blocked = useInfiniteQuery(payablesQuery({ ready: 'false' }));
  const health = useQuery({ ...healthQuery, refetchInterval: LOOK_EVERY_MS });
  const asked = [waiting, failed, cases, alerts, blocked, health];
  if (asked.some(({ isPending }) => isPending)) return null;
  const mine = may('approve').allowed ? pendingForMe(waiting.data ?? [], session) : [];
  return [
    ...approvalNeeds(mine),
    ...(health.data ? healthNeeds(health.data) : []),
    ...batchNeeds(moving),
    ...failedNeeds(failed.data),
    ...alertNeeds(alerts.data ?? [], health.data),
    ...caseNeeds(cases.data?.cases ?? []),
    ...kycNeeds(
      blocked.data?.pages.flatMap(({ affiliates }) => affiliates) ?? [],
      blocked.hasNextPage,
    ),
  ];
}
