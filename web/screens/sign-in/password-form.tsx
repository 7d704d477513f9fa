import { Anchor, Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../lib/api-error.ts';
import { answerOf, authApi } from '../../lib/api.ts';
import { settings } from '../../lib/settings.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import classes from './entrance.module.css';

interface Props {
  email: string;
  onEmail: (email: string) => void;
  onSignedIn: () => void;
  onSecondFactor: () => void;
  onInvitation: () => void;
}

export function PasswordForm({ email, onEmail, onSignedIn, onSecondFactor, onInvitation }: Props) {
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => answerOf(authApi.auth['sign-in'].$post({ json: { email, password } })),
    onSuccess: onSignedIn,
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'second_factor_required') onSecondFactor();
    },
  });
  const returnTo = encodeURIComponent(location.pathname + location.search);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <TextInput
        label="E-mail address"
        type="email"
        autoComplete="username"
        size="sm"
        required
        withAsterisk={false}
        autoFocus={email === ''}
        value={email}
        onChange={(event) => onEmail(event.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        autoComplete="current-password"
        required
        withAsterisk={false}
        autoFocus={email !== ''}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {signIn.error && <ErrorPanel error={signIn.error} />}
      <Button type="submit" size="sm" loading={signIn.isPending}>
        Sign in
      </Button>
      {settings.signInElsewhere && (
        <Button
          component="a"
          size="sm"
          variant="default"
          href={`/api/auth/oidc/start?returnTo=${returnTo}`}
        >
          Sign in with your organisation
        </Button>
      )}
      <p className={classes['foot']}>
        <Anchor component="button" type="button" inherit onClick={onInvitation}>
          I have an invitation
        </Anchor>
      </p>
    </form>
  );
}
