import { oneOf, present, textOf, type Search } from '../../lib/search.ts';
import type { RiskEvent } from './queries.ts';

export const SECURITY_TABS = [
  'people',
  'roles',
  'keys',
  'networks',
  'risk',
  'policy',
  'you',
] as const;
export type SecurityTabName = (typeof SECURITY_TABS)[number];

export const RISK_STATES = ['OPEN', 'RESOLVED'] as const;
export const LEVELS = [
  'low',
  'medium',
  'high',
  'critical',
] as const satisfies readonly RiskEvent['level'][];
/** Whose risk events are shown. */
export const OWNERS = ['nobody', 'you'] as const;
/** What the screen shows. */
export interface SecuritySearch {
  tab?: SecurityTabName | undefined;
  q?: string | undefined;
  /** The role of the people that are shown; the API knows which there are. */
  role?: string | undefined;
  /** The person whose drawer is open. */
  person?: string | undefined;
  status?: (typeof RISK_STATES)[number] | undefined;
  level?: RiskEvent['level'] | undefined;
  owner?: (typeof OWNERS)[number] | undefined;
  /** The risk event whose drawer is open. */
  event?: string | undefined;
}

export const readSecuritySearch = (search: Search): SecuritySearch =>
  present({
    tab: oneOf(search['tab'], SECURITY_TABS),
    q: textOf(search['q']),
    role: textOf(search['role']),
    person: textOf(search['person']),
    status: oneOf(search['status'], RISK_STATES),
    level: oneOf(search['level'], LEVELS),
    owner: oneOf(search['owner'], OWNERS),
    event: textOf(search['event']),
  });
