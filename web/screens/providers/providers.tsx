import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { settings } from '../../lib/settings.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Empty } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Age } from '../../ui/time.tsx';
import { ProviderPanel } from './provider-panel.tsx';
import { providersQuery } from './queries.ts';
import { SimulatorHelp } from './simulator-help.tsx';

/** Who moves the money: whether they answer, what they hold, and whether that is enough. */
export function Providers() {
  const { data, error, refetch, isFetching, dataUpdatedAt } = useQuery(providersQuery);
  return (
    <Page
      title="Providers"
      lead={
        dataUpdatedAt === 0 ? (
          'Each is asked for its balance now.'
        ) : (
          <>
            Asked <Age at={new Date(dataUpdatedAt).toISOString()} /> ago.
          </>
        )
      }
      actions={
        <Button loading={isFetching} onClick={() => void refetch()}>
          Test all now
        </Button>
      }
    >
      {error && !data && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!error && !data && <TableSkeleton />}
      {data?.map((provider) => (
        <ProviderPanel key={provider.name} provider={provider} />
      ))}
      {data?.length === 0 && (
        <Empty title="No provider is configured">
          <p>Give Bursar the keys of one, as docs/configuration.md says, and start it again.</p>
        </Empty>
      )}
      {settings.test && <SimulatorHelp />}
    </Page>
  );
}
