import { NativeSelect, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { rolesApi, usersApi } from './api.ts';
import { useRolesBelow, type Invitation } from './invite-dialog.tsx';
import type { Person, RoleName } from './queries.ts';
import { roleLabel } from './words.ts';

export type PersonAct = 'assign' | 'revoke' | 'freeze' | 'unfreeze' | 'invite' | 'end' | 'factor';

/** What each does, said before it is done. */
const EXPLAINED: Readonly<Record<PersonAct, string>> = {
  assign: 'Holds within a second, in the place of the role that they have.',
  revoke: 'They can do nothing within a second. Their sessions and keys stay, without rights.',
  freeze: 'They are out within a second, and so are their keys, until they are unfrozen.',
  unfreeze: 'They may sign in again, with the role that they have.',
  invite: 'A new invitation to set a password. Earlier invitations are worth nothing.',
  end: 'Each of their sessions stops working within a second. They may sign in again.',
  factor:
    'For who has lost it. They sign in with the password alone until they set up another; their sessions end.',
};

const REASONED: Partial<Record<PersonAct, 'required' | 'welcome'>> = {
  assign: 'welcome',
  revoke: 'welcome',
  freeze: 'required',
};

function carryOut(
  act: PersonAct,
  userId: string,
  role: RoleName | undefined,
  words: string,
): Promise<Pick<Invitation, 'token' | 'expiresAt'> | null> {
  const reason = words === '' ? {} : { reason: words };
  const change = (json: Parameters<(typeof usersApi)[':id']['$patch']>[0]['json']) =>
    answerOf(usersApi[':id'].$patch({ param: { id: userId }, json })).then(() => null);
  switch (act) {
    case 'assign':
      if (role === undefined) throw new Error('No role was chosen.');
      return answerOf(rolesApi.assign.$post({ json: { userId, role, ...reason } })).then(
        () => null,
      );
    case 'revoke':
      return answerOf(rolesApi.revoke.$post({ json: { userId, ...reason } })).then(() => null);
    case 'freeze':
      return change({ frozen: true, ...reason });
    case 'unfreeze':
      return change({ frozen: false });
    case 'end':
      return change({ endSessions: true });
    case 'factor':
      return change({ removeSecondFactor: true });
    case 'invite':
      return answerOf(usersApi[':id'].invite.$post({ param: { id: userId } })).then(
        ({ invite }) => invite,
      );
  }
}

/** Says what will happen to a person, and asks for what goes with it. */
export function PersonDialog({
  act,
  label,
  person,
  onClose,
  onInvited,
}: {
  act: PersonAct;
  label: string;
  person: Person;
  onClose: () => void;
  onInvited: (invitation: Invitation) => void;
}) {
  const roles = useRolesBelow();
  const [role, setRole] = useState<string>(roles.find((each) => each === person.role) ?? '');
  const [words, setWords] = useState('');
  const queries = useQueryClient();
  const asks = REASONED[act];
  const chosen = roles.find((each) => each === role);
  return (
    <AskDialog
      title={`${label}: ${person.name}`}
      label={label}
      ready={
        (asks !== 'required' || words.trim() !== '') &&
        (act !== 'assign' || (chosen !== undefined && chosen !== person.role))
      }
      act={() => carryOut(act, person.id, chosen, words.trim())}
      onDone={async (invite) => {
        onClose();
        if (invite) onInvited({ email: person.email, ...invite });
        else notifications.show({ message: `Done: ${label.toLowerCase()}, ${person.name}` });
        await queries.invalidateQueries({ queryKey: ['people'] });
      }}
      onClose={onClose}
    >
      <p>{EXPLAINED[act]}</p>
      {act === 'assign' && (
        <NativeSelect
          label="Role"
          description="Below your own"
          value={role}
          data={[
            ...(chosen === undefined ? [{ value: '', label: 'Choose' }] : []),
            ...roles.map((each) => ({ value: each, label: roleLabel(each) })),
          ]}
          onChange={(event) => setRole(event.currentTarget.value)}
        />
      )}
      {asks && (
        <Textarea
          label="Reason"
          required={asks === 'required'}
          withAsterisk={false}
          maxLength={500}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      )}
    </AskDialog>
  );
}
