import type { ReactNode } from 'react';
import { useFilters } from '../../lib/filters.ts';
import { useMay } from '../../lib/may.ts';
import type { Permission } from '../../lib/queries.ts';
import { Empty } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import { ScreenTabs } from '../../ui/screen-tabs.tsx';
import { KeysTab } from './keys-tab.tsx';
import { NetworksTab } from './networks-tab.tsx';
import { PeopleTab } from './people-tab.tsx';
import { PolicyTab } from './policy-tab.tsx';
import { RiskTab } from './risk-tab.tsx';
import { RolesTab } from './roles-tab.tsx';
import { readSecuritySearch, SECURITY_TABS, type SecurityTabName } from './search.ts';
import { YouTab } from './you-tab.tsx';

const LABELS: Readonly<Record<SecurityTabName, string>> = {
  people: 'People',
  roles: 'Role matrix',
  keys: 'API keys',
  networks: 'Networks',
  risk: 'Risk events',
  policy: 'Policy',
  you: 'Your sign-in',
};

/** What reading each part asks for; the rest is for everybody. */
const ASKED: Partial<Record<SecurityTabName, Permission>> = {
  people: 'manage_roles',
  keys: 'settings',
  networks: 'settings',
  risk: 'audit',
  policy: 'audit',
};

/** Who may come in, from where, and what they may do; and what looked suspicious. */
export function Security() {
  const [search, change] = useFilters(readSecuritySearch);
  const may = useMay();
  const tab = search.tab ?? (may('manage_roles').allowed ? 'people' : 'you');
  const part = (name: SecurityTabName): ReactNode => {
    switch (name) {
      case 'people':
        return <PeopleTab search={search} change={change} />;
      case 'roles':
        return <RolesTab />;
      case 'keys':
        return <KeysTab />;
      case 'networks':
        return <NetworksTab />;
      case 'risk':
        return <RiskTab search={search} change={change} />;
      case 'policy':
        return <PolicyTab />;
      case 'you':
        return <YouTab />;
    }
  };
  const asked = ASKED[tab];
  const verdict = asked === undefined ? null : may(asked);
  return (
    <Page title="Security" lead="Who comes in, from where, and what they may do.">
      <ScreenTabs
        names={SECURITY_TABS}
        labels={LABELS}
        value={tab}
        onChange={(to) => change({ tab: to, person: undefined, event: undefined })}
      >
        {verdict?.allowed === false ? (
          <Empty title={`${LABELS[tab]}: not for you`}>
            <p>{verdict.reason}</p>
          </Empty>
        ) : (
          part(tab)
        )}
      </ScreenTabs>
    </Page>
  );
}
