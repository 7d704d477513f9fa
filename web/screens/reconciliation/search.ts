import { oneOf, present, textOf, type Search } from '../../lib/search.ts';
import { PROVIDER_NAMES, type ProviderName } from '../../lib/words.ts';
import { CASE_KINDS, CASE_STATES, type CaseKind, type CaseState } from './words.ts';

export const RECONCILIATION_VIEWS = ['runs', 'cases', 'doubt'] as const;
export type ReconciliationView = (typeof RECONCILIATION_VIEWS)[number];

/** Whose cases are shown. */
export const OWNERS = ['me', 'none'] as const;
export type Owner = (typeof OWNERS)[number];

/** What the screen shows. */
export interface ReconciliationSearch {
  view?: ReconciliationView | undefined;
  provider?: ProviderName | undefined;
  day?: string | undefined;
  kind?: CaseKind | undefined;
  status?: CaseState | undefined;
  owner?: Owner | undefined;
  /** The run, case or payment whose drawer is open. */
  run?: string | undefined;
  case?: string | undefined;
  payment?: string | undefined;
}

const dayOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined;

export const readReconciliationSearch = (search: Search): ReconciliationSearch =>
  present({
    view: oneOf(search['view'], RECONCILIATION_VIEWS),
    provider: oneOf(search['provider'], PROVIDER_NAMES),
    day: dayOf(search['day']),
    kind: oneOf(search['kind'], CASE_KINDS),
    status: oneOf(search['status'], CASE_STATES),
    owner: oneOf(search['owner'], OWNERS),
    run: textOf(search['run']),
    case: textOf(search['case']),
    payment: textOf(search['payment']),
  });
