import { Skeleton, Tabs } from '@mantine/core';
import { IconBan, IconHandStop } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useFilters } from '../../lib/filters.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { CommissionsTab } from './commissions-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { PaymentsTab } from './payments-tab.tsx';
import { personQuery, type Person } from './queries.ts';
import { RecipientActions } from './recipient-actions.tsx';
import { readRecipientSearch, RECIPIENT_TABS, type RecipientTab } from './search.ts';
import { StatementsTab } from './statements-tab.tsx';
import { TermsTab } from './terms-tab.tsx';
import classes from './recipient.module.css';

const TAB_LABELS: Readonly<Record<RecipientTab, string>> = {
  overview: 'Overview',
  commissions: 'Commissions',
  payments: 'Payments',
  statements: 'Statements',
  terms: 'Terms and forecast',
};

/** One recipient: what is payable and why not, accounts, holds, and all that was earned and paid. */
export function RecipientScreen() {
  const { recipientId } = useParams({ strict: false });
  const { data: person, error, refetch } = useQuery(personQuery(recipientId ?? ''));
  if (error && !person) {
    return (
      <Page title="Recipient">
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  if (!person) {
    return (
      <Page title="Recipient">
        <Skeleton height={52} radius="sm" />
        <TableSkeleton />
      </Page>
    );
  }
  return <Known key={person.id} person={person} />;
}

function Known({ person }: { person: Person }) {
  const [search, change] = useFilters(readRecipientSearch);
  return (
    <Page
      title={person.fullName}
      lead={<Lead person={person} />}
      actions={<RecipientActions person={person} />}
    >
      <Tabs
        value={search.tab ?? 'overview'}
        onChange={(tab) => change({ tab: RECIPIENT_TABS.find((each) => each === tab) })}
        keepMounted={false}
      >
        <Tabs.List mb="sm">
          {RECIPIENT_TABS.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {TAB_LABELS[tab]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <OverviewTab
            person={person}
            provider={search.provider}
            onProvider={(provider) => change({ provider })}
          />
        </Tabs.Panel>
        <Tabs.Panel value="commissions">
          <CommissionsTab personId={person.id} search={search} change={change} />
        </Tabs.Panel>
        <Tabs.Panel value="payments">
          <PaymentsTab personId={person.id} />
        </Tabs.Panel>
        <Tabs.Panel value="statements">
          <StatementsTab personId={person.id} />
        </Tabs.Panel>
        <Tabs.Panel value="terms">
          <TermsTab person={person} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Lead({ person }: { person: Person }) {
  return (
    <span className={classes['lead']}>
      {person.suspendedAt !== null && <Badge label="Suspended" tone="bad" icon={IconBan} />}
      {person.holdReason !== null && <Badge label="On hold" tone="doubt" icon={IconHandStop} />}
      <span>{person.email}</span>
      <span>{person.country}</span>
      {person.groupName !== null && <span>group {person.groupName}</span>}
      <CopyId id={person.externalId} label="your id" whole />
      <CopyId id={person.id} label="recipient id" />
    </span>
  );
}
