import { SegmentedControl } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useFilters } from '../../lib/filters.ts';
import { useMay } from '../../lib/may.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Choice } from '../../ui/filters.tsx';
import { listProps, WHOLE_LIST } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar, Page } from '../../ui/page.tsx';
import { ALERT_COLUMNS, RULE_COLUMNS } from './alert-columns.tsx';
import { AlertDrawer } from './alert-drawer.tsx';
import type { Alert, AlertRule } from './api.ts';
import { alertRulesQuery, alertsQuery } from './queries.ts';
import { RuleDialog } from './rule-dialog.tsx';
import { RuleDrawer } from './rule-drawer.tsx';
import {
  ALERT_VIEWS,
  readAlertsSearch,
  SEVERITIES,
  type AlertsSearch,
  type AlertView,
} from './search.ts';

const NOTHING: readonly Alert[] = [];
const NO_RULES: readonly AlertRule[] = [];
const LABELS: Readonly<Record<AlertView, string>> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  rules: 'Rules',
};

/** What is wrong by Bursar's own watch, who sees to it, and what is watched. */
export function Alerts() {
  const [search, change] = useFilters(readAlertsSearch);
  const { view = 'open' } = search;
  const [adding, setAdding] = useState(false);
  const may = useMay();
  return (
    <Page
      title="Alerts"
      lead="Bursar watches itself and tells whom a rule names. What is fine again ends by itself."
      actions={
        view === 'rules' && (
          <ActButton verdict={may('settings')} onClick={() => setAdding(true)}>
            New rule
          </ActButton>
        )
      }
    >
      <Bar label="View">
        <SegmentedControl
          size="xs"
          value={view}
          data={ALERT_VIEWS.map((each) => ({ value: each, label: LABELS[each] }))}
          onChange={(to) => change({ view: ALERT_VIEWS.find((each) => each === to) })}
        />
        {view !== 'rules' && (
          <Choice
            label="Severity"
            value={search.severity}
            values={SEVERITIES}
            labelOf={(severity) => severity}
            onChange={(severity) => change({ severity })}
          />
        )}
      </Bar>
      {view === 'rules' ? (
        <Rules search={search} change={change} />
      ) : (
        <AlertList view={view} search={search} change={change} />
      )}
      <AlertDrawer id={search.alert} onClose={() => change({ alert: undefined })} />
      {adding && <RuleDialog rule={null} onClose={() => setAdding(false)} />}
    </Page>
  );
}

interface ListProps {
  search: AlertsSearch;
  change: (changed: Partial<AlertsSearch>) => void;
}

function AlertList({ view, search, change }: ListProps & { view: Exclude<AlertView, 'rules'> }) {
  const status = view === 'resolved' ? 'RESOLVED' : 'FIRING';
  const list = useInfiniteQuery(alertsQuery({ status, severity: search.severity }));
  const rows = useMemo(
    () =>
      list.data?.pages
        .flatMap(({ alerts }) => alerts)
        .filter(
          ({ acknowledgedAt }) =>
            view === 'resolved' || (acknowledgedAt !== null) === (view === 'acknowledged'),
        ) ?? NOTHING,
    [list.data, view],
  );
  return (
    <DataTable
      label="Alerts"
      columns={ALERT_COLUMNS}
      rows={rows}
      {...listProps(list)}
      onOpen={({ id }) => change({ alert: id })}
      empty={
        <Empty
          title={
            view === 'open'
              ? 'Nothing is wrong'
              : view === 'acknowledged'
                ? 'Nobody sees to an alert now'
                : 'No alert has ended yet'
          }
        >
          <p>
            {view === 'open'
              ? 'What the rules watch is fine. See what they watch, and whom they tell, under “Rules”.'
              : 'Alerts that fire come under “Open” first.'}
          </p>
        </Empty>
      }
    />
  );
}

function Rules({ search, change }: ListProps) {
  const verdict = useMay()('settings');
  const list = useQuery({ ...alertRulesQuery, enabled: verdict.allowed });
  const rules = list.data ?? NO_RULES;
  if (!verdict.allowed) {
    return (
      <Empty title="The rules are not yours to read">
        <p>{verdict.reason} Who knows where an alarm begins can stay below it.</p>
      </Empty>
    );
  }
  return (
    <>
      <DataTable
        label="Alert rules"
        columns={RULE_COLUMNS}
        rows={rules}
        {...WHOLE_LIST}
        isPending={list.isPending}
        error={list.error}
        onRetry={() => void list.refetch()}
        onOpen={({ id }) => change({ rule: id })}
        empty={
          <Empty title="Nothing is watched">
            <p>Make a rule with “New rule”.</p>
          </Empty>
        }
      />
      <RuleDrawer
        rule={rules.find(({ id }) => id === search.rule) ?? null}
        onClose={() => change({ rule: undefined })}
        onAlert={(alert) => change({ rule: undefined, alert })}
      />
    </>
  );
}
