import { NativeSelect, Tabs } from '@mantine/core';
import { useState } from 'react';
import { useFilters } from '../../lib/filters.ts';
import { useMay } from '../../lib/may.ts';
import { useNow } from '../../lib/now.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { Page } from '../../ui/page.tsx';
import { AffiliatesView } from './affiliates-view.tsx';
import { AgingView } from './aging-view.tsx';
import { queryOf, type ReportQuery } from './asked.ts';
import { useDownloads } from './downloads.tsx';
import { ExportsView } from './exports-view.tsx';
import { FailuresView } from './failures-view.tsx';
import { FeesView } from './fees-view.tsx';
import { MethodsView } from './methods-view.tsx';
import { OrderDialog } from './order-dialog.tsx';
import { proposedBy } from './order.ts';
import { PayoutView } from './payout-view.tsx';
import { ReconciliationView } from './reconciliation-view.tsx';
import { AffiliateChoices, TimeSeriesChoices } from './report-choices.tsx';
import { ReportFilters } from './report-filters.tsx';
import {
  readReportsSearch,
  REPORT_TABS,
  type ReportName,
  type ReportsSearch,
  type ReportTab,
} from './search.ts';
import { SummaryView } from './summary-view.tsx';
import { TimeSeriesView } from './time-series-view.tsx';
import { TAB_WORDS } from './words.ts';

/** Figures of a period, each report at an address of its own; and files of the rows behind them. */
export function Reports() {
  const [search, change] = useFilters(readReportsSearch);
  const tab = search.report ?? 'summary';
  return <Known key={tab} tab={tab} search={search} change={change} />;
}

interface Props {
  tab: ReportTab;
  search: ReportsSearch;
  change: (changed: Partial<ReportsSearch>) => void;
}

function Known({ tab, search, change }: Props) {
  const nowMs = useNow();
  const may = useMay();
  const [ordering, setOrdering] = useState(false);
  const name = tab === 'exports' ? null : tab;
  const query = queryOf(name ?? 'summary', search, nowMs);
  const { buttons, note } = useDownloads(name, query);
  const { label, lead } = TAB_WORDS[tab];
  return (
    <Page
      title={name === null ? 'Exports' : `Reports: ${label}`}
      lead={lead}
      actions={
        <>
          {buttons}
          <ActButton verdict={may('export')} onClick={() => setOrdering(true)}>
            Order rows
          </ActButton>
        </>
      }
    >
      <Ways tab={tab} onChange={(report) => change({ report })} />
      {name === null ? (
        <ExportsView onOrder={() => setOrdering(true)} />
      ) : (
        <>
          <ReportFilters name={name} search={search} change={change} nowMs={nowMs} />
          {name === 'time-series' && <TimeSeriesChoices search={search} change={change} />}
          {name === 'affiliates' && <AffiliateChoices search={search} change={change} />}
          {note}
          <View name={name} query={query} search={search} />
        </>
      )}
      {ordering && (
        <OrderDialog
          proposed={proposedBy(search, nowMs)}
          onClose={() => setOrdering(false)}
          onOrdered={() => change({ report: 'exports' })}
        />
      )}
    </Page>
  );
}

/** From report to report: tabs where there is room, one field where there is not. */
function Ways({ tab, onChange }: { tab: ReportTab; onChange: (tab: ReportTab) => void }) {
  const go = (chosen: string | null) => {
    const next = REPORT_TABS.find((each) => each === chosen);
    if (next) onChange(next);
  };
  return (
    <>
      <Tabs value={tab} onChange={go} visibleFrom="lg" className="no-print">
        <Tabs.List>
          {REPORT_TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {TAB_WORDS[each].label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <NativeSelect
        label="Report"
        hiddenFrom="lg"
        className="no-print"
        value={tab}
        data={REPORT_TABS.map((each) => ({ value: each, label: TAB_WORDS[each].label }))}
        onChange={(event) => go(event.currentTarget.value)}
      />
    </>
  );
}

function View({
  name,
  query,
  search,
}: {
  name: ReportName;
  query: ReportQuery;
  search: ReportsSearch;
}) {
  switch (name) {
    case 'summary':
      return <SummaryView query={query} />;
    case 'time-series':
      return <TimeSeriesView query={query} measure={search.measure ?? 'amount'} />;
    case 'affiliates':
      return <AffiliatesView query={query} />;
    case 'methods':
      return <MethodsView query={query} />;
    case 'failures':
      return <FailuresView query={query} />;
    case 'aging':
      return <AgingView query={query} />;
    case 'reconciliation':
      return <ReconciliationView query={query} />;
    case 'fees-and-tax':
      return <FeesView query={query} />;
    case 'payout-report':
      return <PayoutView query={query} />;
  }
}
