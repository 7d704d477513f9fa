import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useFilters } from '../../lib/filters.ts';
import { useMay } from '../../lib/may.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { Bar, Page } from '../../ui/page.tsx';
import { SavedViews } from '../../ui/saved-views/saved-views.tsx';
import { Cases } from './cases.tsx';
import { Doubt } from './doubt.tsx';
import { Runs } from './runs.tsx';
import {
  readReconciliationSearch,
  RECONCILIATION_VIEWS,
  type ReconciliationView,
} from './search.ts';
import { StartDialog } from './start-dialog.tsx';

const LABELS: Readonly<Record<ReconciliationView, string>> = {
  runs: 'Days',
  cases: 'Cases',
  doubt: 'In doubt',
};

const LEADS: Readonly<Record<ReconciliationView, string>> = {
  runs: 'Each day of each provider, held against its own list and balance.',
  cases: 'What a person must look at. Resolving a case changes no payment.',
  doubt:
    'Payments whose answer was lost. Each is looked up by itself; a person decides only where nobody else can.',
};

/** Provider against ledger, and whatever does not agree. */
export function Reconciliation() {
  const [search, change] = useFilters(readReconciliationSearch);
  const { run: _run, case: _case, payment: _payment, ...filters } = search;
  const { view = 'runs' } = filters;
  const may = useMay();
  const [starting, setStarting] = useState(false);
  return (
    <Page
      title="Reconciliation"
      lead={LEADS[view]}
      actions={
        <ActButton verdict={may('reconcile')} onClick={() => setStarting(true)}>
          Reconcile a day
        </ActButton>
      }
    >
      <Bar label="View">
        <SegmentedControl
          size="xs"
          aria-label="What is shown"
          value={view}
          data={RECONCILIATION_VIEWS.map((value) => ({ value, label: LABELS[value] }))}
          onChange={(value) =>
            change({ view: RECONCILIATION_VIEWS.find((each) => each === value) })
          }
        />
        <SavedViews screen="reconciliation" search={filters} />
      </Bar>
      {view === 'runs' && <Runs search={search} change={change} />}
      {view === 'cases' && <Cases search={search} change={change} />}
      {view === 'doubt' && <Doubt search={search} change={change} />}
      {starting && (
        <StartDialog
          provider={search.provider}
          onClose={() => setStarting(false)}
          onDone={(run) => {
            setStarting(false);
            change({ view: undefined, run });
          }}
        />
      )}
    </Page>
  );
}
