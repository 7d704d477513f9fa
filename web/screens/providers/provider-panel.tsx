import { notifications } from '@mantine/notifications';
import {
  IconCircleCheck,
  IconHelpCircle,
  IconPlugConnectedX,
  IconPlugOff,
  IconRefresh,
  type Icon,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answerOf } from '../../lib/api.ts';
import { useMay } from '../../lib/may.ts';
import { count, providerLabel, type Tone } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Note } from '../../ui/note.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { Age, Time } from '../../ui/time.tsx';
import { providerApi, type Provider } from './api.ts';
import { Balances } from './balances.tsx';
import classes from './providers.module.css';

const CIRCUIT: Readonly<
  Record<NonNullable<Provider['circuit']>, { label: string; tone: Tone; icon: Icon }>
> = {
  closed: { label: 'Calls go through', tone: 'good', icon: IconCircleCheck },
  half_open: { label: 'Trying again', tone: 'doubt', icon: IconRefresh },
  open: { label: 'Cut off: nothing is sent', tone: 'bad', icon: IconPlugOff },
};

/** One provider: how it answers, its balances, and what is known of it. */
export function ProviderPanel({ provider }: { provider: Provider }) {
  const { name, reachable, problem, answeredMs, circuit, openCases, lastReconciliation } = provider;
  const state = circuit && CIRCUIT[circuit];
  return (
    <Section
      title={providerLabel(name)}
      aside={
        !reachable ? (
          <Badge label="Does not answer" tone="bad" icon={IconPlugConnectedX} />
        ) : circuit === 'open' ? (
          <Badge {...CIRCUIT.open} />
        ) : (
          <Badge label="Well" tone="good" icon={IconCircleCheck} />
        )
      }
    >
      <div className={classes['panel']}>
        {problem !== null && (
          <Note tone="bad">
            <p>{problem}</p>
            <p>Batches by it wait; nothing is lost. Look at its keys and at its status page.</p>
          </Note>
        )}
        <Balances provider={provider} />
        <Facts
          facts={{
            Circuit: state ? (
              <Badge {...state} />
            ) : (
              <Badge label="No worker has told" tone="off" icon={IconHelpCircle} />
            ),
            'Answered in': reachable ? `${answeredMs} ms` : null,
            'Circuit so for': provider.since && <Age at={provider.since} />,
            'Failures in a row': circuit === 'closed' ? null : provider.failures,
            'What went wrong': provider.reason,
            Accounts: provider.accounts.toLocaleString('en'),
            'Last word of an account': provider.syncedAt && <Time at={provider.syncedAt} />,
            'Last reconciled': lastReconciliation ? (
              <Link to="/reconciliation" search={{ provider: name, run: lastReconciliation.id }}>
                the day {lastReconciliation.day}
              </Link>
            ) : (
              'never'
            ),
            'Open cases':
              openCases === 0 ? (
                'none'
              ) : (
                <Link to="/reconciliation" search={{ view: 'cases', provider: name }}>
                  {count(openCases, 'case')}
                </Link>
              ),
            Pays:
              provider.currencies.length === 0 ? 'any currency' : provider.currencies.join(', '),
            'Its events': provider.eventsProve
              ? 'count once their signature is right'
              : 'are hints; it is read before they count',
          }}
        />
        <SyncAccounts name={name} accounts={provider.accounts} />
      </div>
    </Section>
  );
}

/** Asks the provider about all of its accounts: who is verified, and who no more. */
function SyncAccounts({ name, accounts }: Pick<Provider, 'name' | 'accounts'>) {
  const may = useMay();
  const queries = useQueryClient();
  const sync = useMutation({
    mutationFn: () =>
      answerOf(providerApi[':provider'].sync.$post({ param: { provider: name }, json: {} })),
    onSuccess: async ({ synced, changed, failed }) => {
      notifications.show({
        message: `${providerLabel(name)}: ${count(synced, 'account')} told, ${changed.toLocaleString('en')} changed, ${failed.toLocaleString('en')} without an answer`,
      });
      await queries.invalidateQueries({ queryKey: ['providers'] });
      await queries.invalidateQueries({ queryKey: ['payables'] });
    },
  });
  const verdict =
    accounts === 0
      ? { allowed: false as const, reason: 'There is no account at this provider yet.' }
      : may('reconcile');
  return (
    <div className={`${classes['actions']} no-print`}>
      <ActButton
        verdict={verdict}
        variant="default"
        loading={sync.isPending}
        onClick={() => sync.mutate()}
      >
        Sync accounts
      </ActButton>
      <Link to="/batches" search={{ provider: name }}>
        Its batches
      </Link>
      <Link to="/webhooks" search={{ provider: name }}>
        Its events
      </Link>
      {sync.error && <ErrorPanel error={sync.error} />}
    </div>
  );
}
