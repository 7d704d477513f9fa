import type { Permission } from '../../lib/queries.ts';
import type { Tone } from '../../lib/words.ts';
import type { AllowList, RiskEvent } from './queries.ts';

export const roleLabel = (role: string): string => role.replace('_', ' ');

/** What each permission is for, in a few words. */
export const PERMISSION_WORDS: Readonly<Record<Permission, string>> = {
  view: 'see lists, reports, monitoring',
  verify: 'check who can be paid, preview',
  create: 'make and change drafts',
  process: 'execute what is approved, retry',
  cancel: 'pause, cancel, hold',
  reconcile: 'resolve what is unknown',
  approve: 'approve and reject, never one’s own',
  rules: 'rates, programmes, schedules',
  export: 'take data out',
  high_value: 'approve and execute high value',
  view_sensitive: 'see account details in the clear',
  audit: 'the audit log, risk events',
  manage_roles: 'people and roles below one’s own',
  settings: 'keys, networks, policy',
};

export const LEVEL_TONES: Readonly<Record<RiskEvent['level'], Tone>> = {
  low: 'off',
  medium: 'wait',
  high: 'doubt',
  critical: 'bad',
};

/** A rule of suspicious activity, as people say it. */
export const riskRuleLabel = (rule: string): string => {
  const words = rule.replaceAll('_', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
};

export const RESOLUTIONS = {
  false_alarm: 'A false alarm: what it held goes on',
  accepted: 'Accepted: it is so, and may go on',
  confirmed: 'Confirmed: what it held is cancelled',
} as const satisfies Record<NonNullable<RiskEvent['resolution']>, string>;
export type Resolution = keyof typeof RESOLUTIONS;

/** Networks as somebody typed them, one in a line or with commas between. */
export const readNetworks = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map((each) => each.trim())
    .filter((each) => each !== '');

/** What a browser calls itself, short enough for a list. */
export function deviceLabel(userAgent: string | null): string {
  if (userAgent === null) return 'unknown device';
  const browser = /(Firefox|Edg|Chrome|Safari|curl)\/[\d.]+/.exec(userAgent)?.[1] ?? 'A program';
  const system = /(Windows|Mac OS X|Android|iPhone|iPad|Linux)/.exec(userAgent)?.[1];
  const name = browser === 'Edg' ? 'Edge' : browser;
  return system === undefined ? name : `${name} on ${system.replace('Mac OS X', 'macOS')}`;
}

type Scope = AllowList['scope'];

/** What a list of networks may limit. */
export const SCOPES: Readonly<Record<Scope, string>> = {
  role: 'Role',
  key: 'API key',
  operation: 'Permission',
};
export const SCOPE_NAMES = Object.keys(SCOPES) as readonly Scope[];
