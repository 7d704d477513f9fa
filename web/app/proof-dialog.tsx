import {
  Button,
  getDefaultZIndex,
  Group,
  Modal,
  PasswordInput,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../lib/api-error.ts';
import { answerOf, authApi } from '../lib/api.ts';
import { useSession } from '../lib/may.ts';
import { pendingProof } from '../lib/proof.ts';
import { sessionQuery } from '../lib/queries.ts';
import { settings } from '../lib/settings.ts';
import { useStore } from '../lib/store.ts';

/** Asks who is signed in to prove it again, then lets go on what had been refused for want of it. */
export function ProofDialog() {
  const waiting = useStore(pendingProof);
  return (
    <Modal
      opened={waiting !== null}
      onClose={() => waiting?.settle(false)}
      title="Prove that it is you"
      // Above the dialog whose action asked for it, which is in the page later than this one.
      zIndex={getDefaultZIndex('popover')}
    >
      {waiting && <ProofForm onDone={() => waiting.settle(true)} />}
    </Modal>
  );
}

function ProofForm({ onDone }: { onDone: () => void }) {
  const { secondFactor } = useSession();
  const queries = useQueryClient();
  const [typed, setTyped] = useState('');
  const proof = useMutation({
    mutationFn: () =>
      answerOf(
        authApi.auth['step-up'].$post({
          json: secondFactor === true ? { code: typed.trim() } : { password: typed },
        }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      onDone();
    },
  });
  const shared = {
    value: typed,
    onChange: (event: { currentTarget: { value: string } }) => setTyped(event.currentTarget.value),
    error: proof.error instanceof ApiError ? proof.error.message : null,
    'data-autofocus': true,
    mt: 'sm',
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        proof.mutate();
      }}
    >
      <Text size="sm">
        This is sensitive. It goes on once you have proved who you are; the proof counts for five
        minutes.
      </Text>
      {secondFactor === true ? (
        <TextInput
          {...shared}
          label="Code of your authenticator"
          inputMode="numeric"
          autoComplete="one-time-code"
        />
      ) : (
        <PasswordInput {...shared} label="Password" autoComplete="current-password" />
      )}
      <Group justify="space-between" mt="md">
        {settings.signInElsewhere ? (
          <a href={`/api/auth/oidc/start?returnTo=${encodeURIComponent(location.pathname)}`}>
            Prove it where you sign in
          </a>
        ) : (
          <span />
        )}
        <Button type="submit" loading={proof.isPending} disabled={typed === ''}>
          Prove and go on
        </Button>
      </Group>
    </form>
  );
}
