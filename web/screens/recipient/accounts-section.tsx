import { useState } from 'react';
import { useMay } from '../../lib/may.ts';
import { allOf, no, YES } from '../../lib/verdict.ts';
import { count, providerLabel } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Empty, Note } from '../../ui/note.tsx';
import { Section } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { KycBadge } from '../recipients/kyc.tsx';
import { AccountDialog } from './account-dialog.tsx';
import { DecideDialog, type Decision } from './decide-dialog.tsx';
import type { Account, Person } from './queries.ts';
import { RevealDialog } from './reveal-dialog.tsx';
import classes from './recipient.module.css';

/** Where money goes: each account with its method, its details masked, and whether it is verified. */
export function AccountsSection({ person }: { person: Person }) {
  const may = useMay();
  const [adding, setAdding] = useState(false);
  return (
    <Section
      title="Accounts"
      aside={
        <ActButton
          variant="default"
          size="compact-sm"
          verdict={may('create')}
          onClick={() => setAdding(true)}
        >
          Add account
        </ActButton>
      }
    >
      {person.accounts.length === 0 && (
        <Empty title="No account yet">
          <p>Without one nothing can be paid. Add one, or have the provider invite the payee.</p>
        </Empty>
      )}
      {person.accounts.map((account) => (
        <AccountCard key={account.id} account={account} />
      ))}
      {adding && <AccountDialog person={person} account={null} onClose={() => setAdding(false)} />}
    </Section>
  );
}

type Asked = Decision | 'edit' | 'reveal';

function AccountCard({ account }: { account: Account }) {
  const may = useMay();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const { kycStatus, blockedCode } = account;
  const button = (
    label: string,
    what: Asked,
    verdict: Parameters<typeof ActButton>[0]['verdict'],
  ) => (
    <ActButton variant="default" size="compact-sm" verdict={verdict} onClick={() => setAsked(what)}>
      {label}
    </ActButton>
  );
  return (
    <div className={classes['card']}>
      <div className={classes['cardHead']}>
        <h3>
          {providerLabel(account.provider)}
          <KycBadge state={kycStatus} />
          {blockedCode !== null && <KycBadge state={kycStatus} blocked />}
        </h3>
        <div className={`${classes['acts']} no-print`}>
          {kycStatus !== 'APPROVED' && button('Verify', 'verify', may('verify'))}
          {kycStatus !== 'REJECTED' && button('Reject', 'reject', may('verify'))}
          {blockedCode !== null && button('Lift the block', 'unblock', may('verify'))}
          {button('Edit', 'edit', may('verify'))}
          {button(
            'Reveal',
            'reveal',
            allOf(account.details === null ? no('It has no details.') : YES, may('view_sensitive')),
          )}
        </div>
      </div>
      {blockedCode !== null && (
        <Note tone="doubt">
          <p>
            Nothing is sent to it: the provider refused it for good (
            <span className="mono">{blockedCode}</span>). Correct it, or lift the block.
          </p>
        </Note>
      )}
      {account.sharedWith > 0 && (
        <Note tone="doubt">
          <p>{count(account.sharedWith, 'other recipient')} paid to the same destination.</p>
        </Note>
      )}
      <AccountFacts account={account} />
      {(asked === 'verify' || asked === 'reject' || asked === 'unblock') && (
        <DecideDialog account={account} decision={asked} onClose={close} />
      )}
      {asked === 'edit' && <AccountDialog person={null} account={account} onClose={close} />}
      {asked === 'reveal' && <RevealDialog account={account} onClose={close} />}
    </div>
  );
}

function AccountFacts({ account }: { account: Account }) {
  const details = Object.entries(account.details ?? {}).map(([name, value]) => [
    name,
    <span key={name} className="mono">
      {typeof value === 'object' ? JSON.stringify(value) : String(value)}
    </span>,
  ]);
  return (
    <Facts
      facts={{
        Reference: <span className="mono">{account.accountRef}</span>,
        Method: account.channelCode,
        'E-mail': account.email,
        ...Object.fromEntries(details),
        Added: <Time at={account.createdAt} />,
        Changed: account.changedAt === account.createdAt ? null : <Time at={account.changedAt} />,
        Verified: account.verifiedAt && <Time at={account.verifiedAt} />,
        Asked: account.syncedAt && <Time at={account.syncedAt} />,
        Account: <CopyId id={account.id} label="account id" />,
      }}
    />
  );
}
