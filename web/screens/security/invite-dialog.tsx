import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { useSession } from '../../lib/may.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { Time } from '../../ui/time.tsx';
import { usersApi } from './api.ts';
import { matrixQuery, type RoleName } from './queries.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { roleLabel } from './words.ts';
import classes from './security.module.css';

/** The roles that the person at the screen may give: those below their own. */
export function useRolesBelow(): RoleName[] {
  const { data } = useQuery(matrixQuery);
  const { role: own } = useSession();
  const roles = data?.roles.map(({ role }) => role) ?? [];
  return roles.slice(0, Math.max(0, roles.indexOf(own)));
}

/** Whether the person at the screen has the highest role that there is. */
export function useIsHighest(): boolean {
  const { data } = useQuery(matrixQuery);
  const { role } = useSession();
  return data?.roles.at(-1)?.role === role;
}

export interface Invitation {
  email: string;
  token: string;
  expiresAt: string;
}

/** An invitation as a link; what stands behind its # reaches no server and no log. */
export function InvitationDialog({
  invitation,
  onClose,
}: {
  invitation: Invitation;
  onClose: () => void;
}) {
  const link = `${location.origin}/console/invite#${invitation.token}`;
  return (
    <SecretDialog title={`Invitation for ${invitation.email}`} secret={link} onClose={onClose}>
      <p>
        Send this link to {invitation.email} yourself. With it they set a password; it is good until{' '}
        <Time at={invitation.expiresAt} />.
      </p>
      <span className={`mono ${classes['secret']}`}>{link}</span>
    </SecretDialog>
  );
}

/** Makes a person, and shows the invitation once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState({ name: '', email: '', role: '' });
  const [made, setMade] = useState<Invitation | null>(null);
  const queries = useQueryClient();
  const roles = useRolesBelow();
  const set = (changed: Partial<typeof draft>) => setDraft({ ...draft, ...changed });
  if (made) return <InvitationDialog invitation={made} onClose={onClose} />;
  return (
    <AskDialog
      title="Invite somebody"
      label="Invite"
      ready={draft.name.trim() !== '' && draft.email.includes('@')}
      act={() =>
        answerOf(
          usersApi.$post({
            json: {
              name: draft.name.trim(),
              email: draft.email.trim(),
              role: roles.find((role) => role === draft.role) ?? null,
            },
          }),
        )
      }
      onDone={async ({ user, invite }) => {
        setMade({ email: user.email, ...invite });
        await queries.invalidateQueries({ queryKey: ['people'] });
      }}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        data-autofocus
        maxLength={200}
        value={draft.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <TextInput
        label="E-mail"
        type="email"
        value={draft.email}
        onChange={(event) => set({ email: event.currentTarget.value })}
      />
      <NativeSelect
        label="Role"
        description="Below your own; without one they may do nothing yet"
        value={draft.role}
        data={[
          { value: '', label: 'None yet' },
          ...roles.map((role) => ({ value: role, label: roleLabel(role) })),
        ]}
        onChange={(event) => set({ role: event.currentTarget.value })}
      />
    </AskDialog>
  );
}
