import { Anchor, Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, authApi } from '../../lib/api.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import classes from './entrance.module.css';

/** An invitation may stand behind the `#` of the address, which no server and no log ever sees. */
const invitationInAddress = (): string => decodeURIComponent(location.hash.slice(1));

/** Sets a password with an invitation. All sessions of the person end; signing in comes next. */
export function InvitationForm({
  onAccepted,
  onBack,
}: {
  onAccepted: (email: string) => void;
  onBack: () => void;
}) {
  const [token, setToken] = useState(invitationInAddress);
  const [password, setPassword] = useState('');
  const accept = useMutation({
    mutationFn: () =>
      answerOf(authApi.auth['accept-invite'].$post({ json: { token: token.trim(), password } })),
    onSuccess: ({ email }) => {
      history.replaceState(null, '', '/console/');
      onAccepted(email);
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        accept.mutate();
      }}
    >
      <TextInput
        label="Invitation"
        size="sm"
        required
        withAsterisk={false}
        autoComplete="off"
        value={token}
        onChange={(event) => setToken(event.currentTarget.value)}
      />
      <PasswordInput
        label="New password"
        description="12 to 128 characters, not your name or address, and not a common one."
        autoComplete="new-password"
        required
        withAsterisk={false}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {accept.error && <ErrorPanel error={accept.error} />}
      <Button type="submit" size="sm" loading={accept.isPending}>
        Set password
      </Button>
      <p className={classes['foot']}>
        <Anchor component="button" type="button" inherit onClick={onBack}>
          Back to the sign-in
        </Anchor>
      </p>
    </form>
  );
}
