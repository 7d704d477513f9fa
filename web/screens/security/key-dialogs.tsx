import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { accessApi } from './api.ts';
import { matrixQuery, type ApiKey, type RoleMatrix } from './queries.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { readNetworks, roleLabel } from './words.ts';
import classes from './security.module.css';

const keys = accessApi['api-keys'];

function KeySecret({
  name,
  secret,
  onClose,
}: {
  name: string;
  secret: string;
  onClose: () => void;
}) {
  return (
    <SecretDialog title={`Key ${name}`} secret={secret} onClose={onClose}>
      <p>Send it as “Authorization: Bearer …”.</p>
      <span className={`mono ${classes['secret']}`}>{secret}</span>
    </SecretDialog>
  );
}

/** Asks for the list of keys again. */
function useAgain() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ['keys'] });
}

interface Draft {
  name: string;
  role: string;
  networks: string;
  expires: string;
}

/** Makes a key of what was typed. Scopes that the role does not hold were picked for another one. */
function makeKey(
  { name, networks, expires }: Draft,
  role: RoleMatrix['roles'][number] | undefined,
  picked: readonly string[],
) {
  if (!role) throw new Error('The roles are not known yet.');
  const scopes = role.permissions.filter((each) => picked.includes(each));
  const cidrs = readNetworks(networks);
  return answerOf(
    keys.$post({
      json: {
        name: name.trim(),
        role: role.role,
        ...(scopes.length > 0 && { scopes }),
        ...(cidrs.length > 0 && { cidrs }),
        ...(expires !== '' && { expiresAt: expires }),
      },
    }),
  );
}

/** Makes a key, and shows its secret once. */
export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const { data: matrix } = useQuery(matrixQuery);
  const again = useAgain();
  const [draft, setDraft] = useState<Draft>({
    name: '',
    role: 'viewer',
    networks: '',
    expires: '',
  });
  const [scopes, setScopes] = useState<readonly string[]>([]);
  const [made, setMade] = useState<string | null>(null);
  const set = (changed: Partial<Draft>) => setDraft({ ...draft, ...changed });
  const role = matrix?.roles.find((each) => each.role === draft.role);
  const name = draft.name.trim();
  if (made !== null) return <KeySecret name={name} secret={made} onClose={onClose} />;
  return (
    <AskDialog
      title="New key"
      label="Make the key"
      ready={name !== '' && role !== undefined}
      act={() => makeKey(draft, role, scopes)}
      onDone={async ({ apiKey }) => {
        setMade(apiKey.key);
        await again();
      }}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="Which program uses it"
        data-autofocus
        maxLength={100}
        value={draft.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <NativeSelect
        label="Role"
        value={draft.role}
        data={(matrix?.roles ?? []).map((each) => ({
          value: each.role,
          label: roleLabel(each.role),
        }))}
        onChange={(event) => set({ role: event.currentTarget.value })}
      />
      <Scopes permissions={role?.permissions ?? []} chosen={scopes} onChange={setScopes} />
      <Textarea
        label="Works from these networks alone"
        description="One in a line, like 203.0.113.0/24. Empty: anywhere"
        value={draft.networks}
        onChange={(event) => set({ networks: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label="Ends on (UTC)"
        description="Empty: never"
        value={draft.expires}
        onChange={(event) => set({ expires: event.currentTarget.value })}
      />
    </AskDialog>
  );
}

function Scopes({
  permissions,
  chosen,
  onChange,
}: {
  permissions: readonly string[];
  chosen: readonly string[];
  onChange: (scopes: string[]) => void;
}) {
  const held = permissions.filter((each) => chosen.includes(each));
  return (
    <Checkbox.Group
      label="Scopes"
      description="What alone it may use of its role. None: all of it"
      value={held}
      onChange={onChange}
      size="xs"
    >
      <div className={classes['boxes']}>
        {permissions.map((each) => (
          <Checkbox key={each} size="xs" value={each} label={each} />
        ))}
      </div>
    </Checkbox.Group>
  );
}

const OVERLAPS = [
  ['0', 'No longer'],
  ['3600', 'For an hour more'],
  ['86400', 'For a day more'],
  ['604800', 'For a week more'],
] as const;

/** Gives a key a new secret, shown once. */
export function RotateKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const [overlap, setOverlap] = useState('86400');
  const [made, setMade] = useState<string | null>(null);
  const again = useAgain();
  if (made !== null) return <KeySecret name={apiKey.name} secret={made} onClose={onClose} />;
  return (
    <AskDialog
      title={`Rotate ${apiKey.name}`}
      label="Rotate"
      act={() =>
        answerOf(
          keys[':id'].rotate.$post({
            param: { id: apiKey.id },
            json: { overlapSeconds: Number(overlap) },
          }),
        )
      }
      onDone={async ({ apiKey: next }) => {
        setMade(next.key);
        await again();
      }}
      onClose={onClose}
    >
      <p>A new key with the same rights, whose secret is shown once. Only its owner may do that.</p>
      <NativeSelect
        label="The old secret works"
        value={overlap}
        data={OVERLAPS.map(([value, label]) => ({ value, label }))}
        onChange={(event) => setOverlap(event.currentTarget.value)}
      />
    </AskDialog>
  );
}

/** Ends a key for good. */
export function RevokeKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const again = useAgain();
  return (
    <AskDialog
      title={`Revoke ${apiKey.name}`}
      label="Revoke it"
      act={() => answerOf(keys[':id'].$delete({ param: { id: apiKey.id } }))}
      onDone={async () => {
        onClose();
        notifications.show({ message: `Revoked: ${apiKey.name}` });
        await again();
      }}
      onClose={onClose}
    >
      <p>It stops working within a second, everywhere. This cannot be undone.</p>
    </AskDialog>
  );
}
