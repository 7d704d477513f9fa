import { Skeleton, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useFilters } from '../../lib/filters.ts';
import { batchQuery, type BatchDetail } from '../../lib/queries.ts';
import { BATCH_WORDS, providerLabel, withoutStop } from '../../lib/words.ts';
import { waitingOn } from '../../lib/waiting-on.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Money } from '../../ui/money.tsx';
import { Note } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import { BatchBadge } from '../../ui/state-badge.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Age } from '../../ui/time.tsx';
import { PaymentDrawer } from '../payment/payment-drawer.tsx';
import { BATCH_TABS, readBatchSearch, type BatchTab } from '../batches/search.ts';
import { BatchActions } from './actions.tsx';
import { ApprovalsTab } from './approvals-tab.tsx';
import { AuditTab } from './audit-tab.tsx';
import { ChunksTab } from './chunks-tab.tsx';
import { ExcludedTab } from './excluded-tab.tsx';
import { ItemsTab } from './items-tab.tsx';
import { LedgerTab } from './ledger-tab.tsx';
import { StateRail } from './state-rail.tsx';
import { Summary } from './summary.tsx';
import { WebhooksTab } from './webhooks-tab.tsx';

const TAB_LABELS: Readonly<Record<BatchTab, string>> = {
  items: 'Payments',
  chunks: 'Chunks',
  approvals: 'Approvals',
  excluded: 'Left out',
  ledger: 'Ledger',
  webhooks: 'Webhooks',
  audit: 'Audit',
};

/** What to do about a batch that does not move. */
const STALLED_HELP: Readonly<Record<NonNullable<BatchDetail['stalled']>['reason'], string>> = {
  no_worker:
    'No worker is running, so nothing is sent. Start one: it goes on where it stopped, and nothing is paid twice.',
  no_progress:
    'A worker is running, and yet nothing was sent or settled for ten minutes. Look at its workflow in Temporal.',
  provider_silent:
    'All is sent, and the provider has settled nothing for an hour. It is asked again by itself; if that goes on, ask the provider.',
};

function StalledNote({ stalled }: { stalled: NonNullable<BatchDetail['stalled']> }) {
  return (
    <Note tone="doubt">
      <p>
        <strong>
          Stalled for <Age at={stalled.since} />.
        </strong>{' '}
        {STALLED_HELP[stalled.reason]}
      </p>
    </Note>
  );
}

/** One batch: where it stands, what may be done about it, and everything that is in it. */
export function BatchScreen() {
  const { batchId } = useParams({ strict: false });
  const { data: batch, error, refetch } = useQuery(batchQuery(batchId ?? ''));
  if (error && !batch) {
    return (
      <Page title="Batch">
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  if (!batch) {
    return (
      <Page title="Batch">
        <Skeleton height={52} radius="sm" />
        <TableSkeleton />
      </Page>
    );
  }
  return <Known batch={batch} />;
}

function Known({ batch }: { batch: BatchDetail }) {
  const [search, change] = useFilters(readBatchSearch);
  const paused = batch.pausedReason !== null;
  const waits = withoutStop(waitingOn(batch));
  return (
    <Page
      title={`Batch ${batch.batchNumber}`}
      lead={<Lead batch={batch} />}
      actions={<BatchActions batch={batch} />}
    >
      <StateRail batch={batch} />
      <p style={{ margin: 0 }}>
        {paused ? 'Nothing more is sent until it is resumed.' : BATCH_WORDS[batch.status].next}{' '}
        {waits !== '—' && <span className="soft">{paused ? waits : `Waiting on: ${waits}`}.</span>}
      </p>
      {batch.stalled && <StalledNote stalled={batch.stalled} />}
      <Summary batch={batch} />
      <Tabs
        value={search.tab ?? 'items'}
        onChange={(tab) => change({ tab: BATCH_TABS.find((each) => each === tab) })}
        keepMounted={false}
      >
        <Tabs.List mb="sm">
          {BATCH_TABS.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {TAB_LABELS[tab]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="items">
          <ItemsTab
            batch={batch}
            status={search.status}
            onStatus={(status) => change({ status })}
            onOpen={(payment) => change({ payment })}
          />
        </Tabs.Panel>
        <Tabs.Panel value="chunks">
          <ChunksTab batch={batch} />
        </Tabs.Panel>
        <Tabs.Panel value="approvals">
          <ApprovalsTab batchId={batch.id} />
        </Tabs.Panel>
        <Tabs.Panel value="excluded">
          <ExcludedTab batch={batch} />
        </Tabs.Panel>
        <Tabs.Panel value="ledger">
          <LedgerTab batchId={batch.id} />
        </Tabs.Panel>
        <Tabs.Panel value="webhooks">
          <WebhooksTab batch={batch} />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <AuditTab batch={batch} />
        </Tabs.Panel>
      </Tabs>
      <PaymentDrawer
        batchId={batch.id}
        status={search.status}
        paymentId={search.payment}
        onMove={(payment) => change({ payment })}
      />
    </Page>
  );
}

/** What it is at a glance: state, sum, provider. */
function Lead({ batch }: { batch: BatchDetail }) {
  return (
    <span
      style={{
        display: 'inline-flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: '4px 12px',
      }}
    >
      <BatchBadge
        status={batch.status}
        paused={batch.pausedReason !== null}
        stalled={batch.stalled !== null}
      />
      <Money amount={batch.totalAmount} currency={batch.currency} strong />
      <span>by {providerLabel(batch.provider)}</span>
      <CopyId id={batch.id} label="batch id" />
    </span>
  );
}
