import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { PROVIDER_NAMES, providerLabel, type ProviderName } from '../../lib/words.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { accountApi } from './api.ts';
import { providerOf } from './decide-dialog.tsx';
import type { Account, Person } from './queries.ts';
import { useRefreshRecipient } from './use-refresh-recipient.ts';
import classes from './recipient.module.css';

interface Line {
  key: number;
  name: string;
  value: string;
}

const detailsOf = (lines: readonly Line[]): Record<string, string> =>
  Object.fromEntries(
    lines
      .map(({ name, value }) => [name.trim(), value.trim()] as const)
      .filter(([name, value]) => name !== '' && value !== ''),
  );

type Whose = { person: Person; account: null } | { person: null; account: Account };

/** What is filled in of an account, and what of it is sent. */
function useAccountForm({ person, account }: Whose) {
  const [once] = useState(idempotencyKey);
  const taken = new Set(person?.accounts.map((each) => each.provider));
  const free = PROVIDER_NAMES.filter((name) => !taken.has(name));
  const [provider, setProvider] = useState<ProviderName | undefined>(free[0]);
  const [accountRef, setAccountRef] = useState(account?.accountRef ?? '');
  const [email, setEmail] = useState(account?.email ?? '');
  const [lines, setLines] = useState<readonly Line[]>([]);
  const reference = accountRef.trim();
  const details = detailsOf(lines);
  const given = {
    ...(email.trim() !== (account?.email ?? '') && { email: email.trim() }),
    ...(Object.keys(details).length > 0 && { details }),
  };
  const changed = {
    ...given,
    ...(reference !== account?.accountRef && { accountRef: reference }),
  };
  const save = () =>
    account
      ? answerOf(
          accountApi[':provider'].accounts[':id'].$patch({
            param: { provider: providerOf(account), id: account.id },
            json: changed,
          }),
        )
      : answerOf(
          accountApi[':provider'].accounts.$post(
            {
              param: { provider: provider ?? 'generic' },
              json: { affiliateId: person.id, accountRef: reference, ...given },
            },
            once,
          ),
        );
  const complete = account ? Object.keys(changed).length > 0 : provider !== undefined;
  return {
    free,
    provider,
    setProvider,
    accountRef,
    setAccountRef,
    email,
    setEmail,
    lines,
    setLines,
    save,
    ready: reference !== '' && complete,
  };
}

/** Adds an account of a person, or changes one. Details are given anew as a whole, or left as they are. */
export function AccountDialog({ onClose, ...whose }: { onClose: () => void } & Whose) {
  const form = useAccountForm(whose);
  const refresh = useRefreshRecipient();
  const { account } = whose;
  return (
    <AskDialog
      title={account ? `Edit: ${providerLabel(account.provider)} account` : 'Add account'}
      label={account ? 'Save' : 'Add'}
      ready={form.ready}
      act={form.save}
      onDone={async () => {
        onClose();
        notifications.show({ message: account ? 'Saved' : 'Added; it waits to be verified' });
        await refresh();
      }}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>
        {account
          ? 'Where money goes changes for payments that are not sent yet; somebody else has to verify it.'
          : 'It is paid to once it is verified.'}
      </p>
      {!account && (
        <NativeSelect
          label="Provider"
          value={form.provider ?? ''}
          data={form.free.map((value) => ({ value, label: providerLabel(value) }))}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            form.setProvider(form.free.find((name) => name === chosen));
          }}
        />
      )}
      <TextInput
        label="Reference"
        description="The provider’s own name for the account"
        data-autofocus
        maxLength={200}
        value={form.accountRef}
        onChange={(event) => form.setAccountRef(event.currentTarget.value)}
      />
      <TextInput
        label="E-mail"
        type="email"
        maxLength={320}
        value={form.email}
        onChange={(event) => form.setEmail(event.currentTarget.value)}
      />
      <DetailLines
        lines={form.lines}
        change={form.setLines}
        replaces={account !== null && account.details !== null}
      />
    </AskDialog>
  );
}

function DetailLines({
  lines,
  change,
  replaces,
}: {
  lines: readonly Line[];
  change: (lines: readonly Line[]) => void;
  replaces: boolean;
}) {
  const set = (key: number, part: Partial<Line>) =>
    change(lines.map((line) => (line.key === key ? { ...line, ...part } : line)));
  const next = (lines.at(-1)?.key ?? 0) + 1;
  return (
    <>
      {replaces && lines.length > 0 && (
        <p style={{ margin: 0 }}>These take the place of all details that it has now.</p>
      )}
      {lines.map(({ key, name, value }) => (
        <div key={key} className={classes['pair']}>
          <TextInput
            label="Detail"
            placeholder="accountNumber"
            value={name}
            onChange={(event) => set(key, { name: event.currentTarget.value })}
          />
          <TextInput
            label="Value"
            autoComplete="off"
            value={value}
            onChange={(event) => set(key, { value: event.currentTarget.value })}
          />
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={`Take away ${name === '' ? 'this detail' : name}`}
            onClick={() => change(lines.filter((line) => line.key !== key))}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => change([...lines, { key: next, name: '', value: '' }])}
        >
          {replaces && lines.length === 0 ? 'Give other details' : 'Add a detail'}
        </Button>
      </div>
    </>
  );
}
