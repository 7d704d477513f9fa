import { oneOf, present, textOf, type Search } from '../../lib/search.ts';

export const RULES_TABS = ['rules', 'schedules', 'programmes', 'calendars', 'approvals'] as const;
export type RulesTabName = (typeof RULES_TABS)[number];

/** What the screen shows. */
export interface RulesSearch {
  tab?: RulesTabName | undefined;
  /** The programme that alone is shown. */
  programme?: string | undefined;
  /** The rule whose versions are open. */
  rule?: string | undefined;
  /** The schedule that is open. */
  schedule?: string | undefined;
  /** The holiday calendar that is open. */
  calendar?: string | undefined;
}

export const readRulesSearch = (search: Search): RulesSearch =>
  present({
    tab: oneOf(search['tab'], RULES_TABS),
    programme: textOf(search['programme']),
    rule: textOf(search['rule']),
    schedule: textOf(search['schedule']),
    calendar: textOf(search['calendar']),
  });
