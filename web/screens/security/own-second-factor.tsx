import { Button, Group, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { useSession } from '../../lib/may.ts';
import { sessionQuery } from '../../lib/queries.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { ownApi } from './api.ts';
import { SecretDialog } from './secret-dialog.tsx';
import classes from './security.module.css';

const factorApi = ownApi['second-factor'];

/** Sets up an authenticator for oneself, or takes it away again. */
export function OwnSecondFactor() {
  const { secondFactor } = useSession();
  const queries = useQueryClient();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const again = () => queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
  return (
    <Section
      title="Second factor"
      aside={
        secondFactor === true ? (
          <Badge label="Set up" tone="good" />
        ) : (
          <Badge label="None" tone="doubt" />
        )
      }
    >
      {secondFactor === true ? (
        <Present onCodes={setCodes} onGone={again} />
      ) : (
        <SetUp
          onCodes={(drawn) => {
            setCodes(drawn);
            void again();
          }}
        />
      )}
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(null)} />}
    </Section>
  );
}

function SetUp({ onCodes }: { onCodes: (codes: readonly string[]) => void }) {
  const [code, setCode] = useState('');
  const begin = useMutation({ mutationFn: () => answerOf(factorApi.$post({})) });
  const confirm = useMutation({
    mutationFn: () => answerOf(factorApi.confirm.$post({ json: { code: code.trim() } })),
    onSuccess: ({ recoveryCodes }) => onCodes(recoveryCodes),
  });
  if (!begin.data) {
    return (
      <div className={classes['form']}>
        <p style={{ margin: 0 }}>
          With an authenticator, your password alone lets nobody in. Each sign-in asks for a code of
          six digits too.
        </p>
        {begin.error && <ErrorPanel error={begin.error} />}
        <div>
          <Button loading={begin.isPending} onClick={() => begin.mutate()}>
            Set up an authenticator
          </Button>
        </div>
      </div>
    );
  }
  return (
    <form
      className={classes['form']}
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate();
      }}
    >
      <p style={{ margin: 0 }}>
        1. <a href={begin.data.uri}>Open it in an authenticator</a> on this device, or type this
        secret there:
      </p>
      <span className={`mono ${classes['secret']}`}>{begin.data.secret}</span>
      <TextInput
        label="2. The code that it shows"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      {confirm.error && <ErrorPanel error={confirm.error} />}
      <div>
        <Button type="submit" loading={confirm.isPending} disabled={code.trim().length !== 6}>
          Use it from now on
        </Button>
      </div>
    </form>
  );
}

function Present({
  onCodes,
  onGone,
}: {
  onCodes: (codes: readonly string[]) => void;
  onGone: () => Promise<void>;
}) {
  const [removing, setRemoving] = useState(false);
  const renew = useMutation({
    mutationFn: () => answerOf(ownApi['recovery-codes'].$post({})),
    onSuccess: ({ recoveryCodes }) => onCodes(recoveryCodes),
  });
  return (
    <div className={classes['form']}>
      <p style={{ margin: 0 }}>
        Each sign-in asks for a code of your authenticator. A recovery code takes its place once,
        where the device is lost.
      </p>
      {renew.error && <ErrorPanel error={renew.error} />}
      <Group>
        <Button variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
          New recovery codes
        </Button>
        <Button variant="default" onClick={() => setRemoving(true)}>
          Take it away
        </Button>
      </Group>
      {removing && (
        <AskDialog
          title="Take your second factor away"
          label="Take it away"
          act={() => answerOf(factorApi.$delete({}))}
          onDone={async () => {
            setRemoving(false);
            notifications.show({ message: 'Your second factor is gone' });
            await onGone();
          }}
          onClose={() => setRemoving(false)}
        >
          <p>From then on your password alone lets you in, and whoever knows it.</p>
        </AskDialog>
      )}
    </div>
  );
}

function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <SecretDialog title="Recovery codes" secret={codes.join('\n')} onClose={onClose}>
      <p>Each is good for one sign-in without the authenticator. Earlier ones are worth nothing.</p>
      <ul className={classes['codes']} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code} className="mono">
            {code}
          </li>
        ))}
      </ul>
    </SecretDialog>
  );
}
