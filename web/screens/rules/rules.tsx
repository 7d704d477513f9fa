import { useFilters } from '../../lib/filters.ts';
import { Page } from '../../ui/page.tsx';
import { ScreenTabs } from '../../ui/screen-tabs.tsx';
import { ApprovalRulesTab } from './approval-rules-tab.tsx';
import { CalendarsTab } from './calendars-tab.tsx';
import { ProgrammesTab } from './programmes-tab.tsx';
import { RulesTab } from './rules-tab.tsx';
import { SchedulesTab } from './schedules-tab.tsx';
import { readRulesSearch, RULES_TABS, type RulesTabName } from './search.ts';

const LABELS: Readonly<Record<RulesTabName, string>> = {
  rules: 'Commission rules',
  schedules: 'Schedules',
  programmes: 'Programmes',
  calendars: 'Holidays',
  approvals: 'Approval rules',
};

/** By which terms payees earn, when they are paid, and whose word a batch needs. */
export function Rules() {
  const [search, change] = useFilters(readRulesSearch);
  const tab = search.tab ?? 'rules';
  return (
    <Page
      title="Rules and schedules"
      lead="What is earned, when it is paid, and who has to agree. Nothing that was earned changes by a new rule."
    >
      <ScreenTabs
        names={RULES_TABS}
        labels={LABELS}
        value={tab}
        onChange={(to) =>
          change({ tab: to, rule: undefined, schedule: undefined, calendar: undefined })
        }
      >
        {tab === 'rules' && <RulesTab search={search} change={change} />}
        {tab === 'schedules' && <SchedulesTab search={search} change={change} />}
        {tab === 'programmes' && <ProgrammesTab />}
        {tab === 'calendars' && <CalendarsTab search={search} change={change} />}
        {tab === 'approvals' && <ApprovalRulesTab />}
      </ScreenTabs>
    </Page>
  );
}
