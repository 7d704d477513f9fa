import type { ProviderName } from '../../lib/words.ts';
import { AccountsSection } from './accounts-section.tsx';
import { DebtsSection } from './debts-section.tsx';
import { HoldsSection } from './holds-section.tsx';
import { PayableSection } from './payable-section.tsx';
import type { Person } from './queries.ts';
import classes from './recipient.module.css';

/** What is payable and why not, where it goes, and what holds it. */
export function OverviewTab({
  person,
  provider,
  onProvider,
}: {
  person: Person;
  provider: ProviderName | undefined;
  onProvider: (provider: ProviderName | undefined) => void;
}) {
  return (
    <div className={classes['stack']}>
      <PayableSection person={person} provider={provider} onProvider={onProvider} />
      <AccountsSection person={person} />
      <HoldsSection person={person} provider={provider} />
      <DebtsSection person={person} />
    </div>
  );
}
