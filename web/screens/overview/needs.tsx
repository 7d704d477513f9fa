import { Link } from '@tanstack/react-router';
import {
  IconAlertTriangle,
  IconBell,
  IconIdBadge2,
  IconPlayerPause,
  IconPlugConnectedX,
  IconRosetteDiscountCheck,
  IconUserExclamation,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { AnswerOf, serviceApi } from '../../lib/api.ts';
import type { Batch, Health, Payable } from '../../lib/queries.ts';
import { waitingOn } from '../../lib/waiting-on.ts';
import { count, providerLabel } from '../../lib/words.ts';
import type { Alert } from './api.ts';

/** Something that waits for a person. */
export interface Need {
  id: string;
  icon: Icon;
  tone: 'bad' | 'doubt' | 'move';
  text: ReactNode;
  action?: ReactNode;
}

type Case = AnswerOf<typeof serviceApi.cases.$get>['cases'][number];

/** More than the API was asked for is told as that many and more. */
const counted = (n: number, more: boolean, one: string, many: string): string =>
  more ? `${n.toLocaleString('en')}+ ${many}` : count(n, one, many);

/** Whether a worker was heard of just now. */
export const workerIsThere = ({ workers }: Health): boolean => workers.some(({ alive }) => alive);

/** Words that are this person's to give. */
export const approvalNeeds = (mine: readonly Batch[]): Need[] =>
  mine.length === 0
    ? []
    : [
        {
          id: 'approvals',
          icon: IconRosetteDiscountCheck,
          tone: 'move',
          text: `${count(mine.length, 'batch waits', 'batches wait')} for your approval.`,
          action: <Link to="/approvals">Look at them</Link>,
        },
      ];

/** Parts that are away, and payments that do not move. */
export function healthNeeds(health: Health): Need[] {
  const { components, providers, stuckPayments } = health;
  const toSystem = <Link to="/system">System</Link>;
  const away = (id: string, text: string): Need => ({
    id: `away ${id}`,
    icon: IconPlugConnectedX,
    tone: 'bad',
    text,
    action: toSystem,
  });
  return [
    ...(components.postgres ? [] : [away('postgres', 'The database is away.')]),
    ...(components.temporal ? [] : [away('temporal', 'Temporal is away: nothing new is begun.')]),
    ...(workerIsThere(health)
      ? []
      : [
          away(
            'worker',
            'Stalled: no worker is running, so nothing is sent. Start one; it goes on where it stopped.',
          ),
        ]),
    ...providers
      .filter(({ reachable, circuit }) => !reachable || circuit === 'open')
      .map(({ name, reason }): Need => ({
        id: `provider ${name}`,
        icon: IconPlugConnectedX,
        tone: 'bad',
        text: `${providerLabel(name)} does not answer${reason === null ? '' : ` (${reason})`}; its payments wait.`,
        action: <Link to="/providers">Providers</Link>,
      })),
    ...(stuckPayments > 0
      ? [
          {
            id: 'stuck',
            icon: IconAlertTriangle,
            tone: 'doubt' as const,
            text: `Stalled: ${count(stuckPayments, 'payment')} without an answer for more than an hour.`,
            action: (
              <Link to="/batches" search={{ status: 'SETTLING' }}>
                Look at them
              </Link>
            ),
          },
        ]
      : []),
  ];
}

/** Batches that are paused, or do not move though they should. That no worker is there is told once. */
export const batchNeeds = (batches: readonly Batch[]): Need[] =>
  batches.flatMap((batch): Need[] => {
    const { id, batchNumber, pausedReason, stalled } = batch;
    if (pausedReason === null && (stalled === null || stalled.reason === 'no_worker')) return [];
    return [
      {
        id: `batch ${id}`,
        icon: pausedReason === null ? IconAlertTriangle : IconPlayerPause,
        tone: 'doubt',
        text: `Batch ${batchNumber} ${pausedReason === null ? 'is stalled' : 'is paused'}: ${waitingOn(batch).replace(/^Paused: /, '')}`,
        action: (
          <Link to="/batches/$batchId" params={{ batchId: id }}>
            Look at it
          </Link>
        ),
      },
    ];
  });

type Failed = { payments: readonly { batchId: string }[]; nextCursor: string | null } | undefined;

/** Failed payments, batch by batch: that is how they are retried. */
export function failedNeeds(failed: Failed): Need[] {
  const more = (failed?.nextCursor ?? null) !== null;
  const perBatch = Object.entries(Object.groupBy(failed?.payments ?? [], ({ batchId }) => batchId));
  return perBatch.map(([batchId, payments = []]) => ({
    id: `failed ${batchId}`,
    icon: IconX,
    tone: 'bad',
    text: `${counted(payments.length, more, 'payment', 'payments')} of one batch failed.`,
    action: (
      <Link to="/batches/$batchId" params={{ batchId }} search={{ status: 'FAILED' }}>
        See why
      </Link>
    ),
  }));
}

/** Payees with money who cannot be paid for want of a KYC. */
export function kycNeeds(blocked: readonly Payable[], more: boolean): Need[] {
  const waiting = blocked.filter(({ reasons }) =>
    reasons.some(({ code }) => code === 'kyc_pending' || code === 'kyc_rejected'),
  );
  if (waiting.length === 0) return [];
  return [
    {
      id: 'kyc',
      icon: IconIdBadge2,
      tone: 'doubt',
      text: `${counted(waiting.length, more, 'payee has', 'payees have')} money waiting for their KYC.`,
      action: (
        <Link to="/payables" search={{ show: 'blocked' }}>
          See who
        </Link>
      ),
    },
  ];
}

export const caseNeeds = (cases: readonly Case[]): Need[] =>
  cases.map((each) => ({
    id: each.id,
    icon: IconUserExclamation,
    tone: 'doubt',
    text: each.summary,
    action:
      each.batchId === null ? (
        <Link to="/reconciliation">Look at it</Link>
      ) : (
        <Link
          to="/batches/$batchId"
          params={{ batchId: each.batchId }}
          search={each.paymentId === null ? {} : { payment: each.paymentId }}
        >
          Look at it
        </Link>
      ),
  }));

/** Alerts that nobody sees to yet; that no worker is there stands above by itself. */
export const alertNeeds = (alerts: readonly Alert[], health: Health | undefined): Need[] =>
  alerts
    .filter(({ measure }) => measure !== 'worker_missing' || !health || workerIsThere(health))
    .map(({ id, severity, summary }) => ({
      id,
      icon: IconBell,
      tone: severity === 'critical' ? 'bad' : severity === 'warning' ? 'doubt' : 'move',
      text: summary,
      action: (
        <Link to="/alerts" search={{ alert: id }}>
          See to it
        </Link>
      ),
    }));
