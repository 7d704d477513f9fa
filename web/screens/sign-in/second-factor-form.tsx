import { Anchor, Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, authApi } from '../../lib/api.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import classes from './entrance.module.css';

/** The code of an authenticator, or one of the recovery codes where the device is lost. */
export function SecondFactorForm({
  onSignedIn,
  onBack,
}: {
  onSignedIn: () => void;
  onBack: () => void;
}) {
  const [byRecovery, setByRecovery] = useState(false);
  const [typed, setTyped] = useState('');
  const signIn = useMutation({
    mutationFn: () =>
      answerOf(
        authApi.auth['sign-in']['second-factor'].$post({
          json: byRecovery ? { recoveryCode: typed.trim() } : { code: typed.replaceAll(' ', '') },
        }),
      ),
    onSuccess: onSignedIn,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <TextInput
        key={String(byRecovery)}
        label={byRecovery ? 'Recovery code' : 'Code of your authenticator'}
        description={byRecovery ? 'Each works once.' : 'Six digits.'}
        size="sm"
        autoFocus
        autoComplete="one-time-code"
        inputMode={byRecovery ? 'text' : 'numeric'}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {signIn.error && <ErrorPanel error={signIn.error} />}
      <Button type="submit" size="sm" loading={signIn.isPending} disabled={typed === ''}>
        Go on
      </Button>
      <p className={classes['foot']}>
        <Anchor
          component="button"
          type="button"
          inherit
          onClick={() => {
            setTyped('');
            setByRecovery(!byRecovery);
          }}
        >
          {byRecovery ? 'Use the authenticator' : 'Use a recovery code'}
        </Anchor>
        <Anchor component="button" type="button" inherit onClick={onBack}>
          Back
        </Anchor>
      </p>
    </form>
  );
}
