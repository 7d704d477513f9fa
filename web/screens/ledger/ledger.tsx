import { SegmentedControl } from '@mantine/core';
import { useFilters } from '../../lib/filters.ts';
import { Bar, Page } from '../../ui/page.tsx';
import { SavedViews } from '../../ui/saved-views/saved-views.tsx';
import { Accounts } from './accounts.tsx';
import { Checks } from './checks.tsx';
import { Entries } from './entries.tsx';
import { LEDGER_VIEWS, readLedgerSearch, type LedgerView } from './search.ts';

const LABELS: Readonly<Record<LedgerView, string>> = {
  accounts: 'Accounts',
  entries: 'Entries',
  checks: 'Checks',
};

const LEADS: Readonly<Record<LedgerView, string>> = {
  accounts: 'What stands in each account, added up from every line. No balance is stored.',
  entries: 'Every line of every event. None is ever changed; corrections are entries of their own.',
  checks: 'Whether the books balance, and whether everything holds that must always hold.',
};

/** The books: accounts, entries, and that they always sum to zero. */
export function Ledger() {
  const [search, change] = useFilters(readLedgerSearch);
  const { view = 'accounts' } = search;
  return (
    <Page title="Ledger" lead={LEADS[view]}>
      <Bar label="View">
        <SegmentedControl
          size="xs"
          aria-label="What is shown"
          value={view}
          data={LEDGER_VIEWS.map((value) => ({ value, label: LABELS[value] }))}
          onChange={(value) => change({ view: LEDGER_VIEWS.find((each) => each === value) })}
        />
        <SavedViews screen="ledger" search={search} />
      </Bar>
      {view === 'accounts' && (
        <Accounts
          onOpen={({ account, currency }) => change({ view: 'entries', account, currency })}
        />
      )}
      {view === 'entries' && <Entries search={search} change={change} />}
      {view === 'checks' && <Checks />}
    </Page>
  );
}
