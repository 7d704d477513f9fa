import { Button, PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { useSession } from '../../lib/may.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Section } from '../../ui/page.tsx';
import { ownApi } from './api.ts';
import { ownSessionsQuery } from './queries.ts';
import classes from './security.module.css';

const BLANK = { current: '', next: '', again: '' };

/** Changes one's own password; other sessions end by it. */
export function OwnPassword() {
  const { email } = useSession();
  const [typed, setTyped] = useState(BLANK);
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: () =>
      answerOf(
        ownApi.password.$post({
          json: { currentPassword: typed.current, newPassword: typed.next },
        }),
      ),
    onSuccess: async () => {
      setTyped(BLANK);
      notifications.show({ message: 'Your password is changed; your other sessions have ended' });
      await queries.invalidateQueries({ queryKey: ownSessionsQuery.queryKey });
    },
  });
  const differs = typed.again !== '' && typed.again !== typed.next;
  const field = (name: keyof typeof BLANK, label: string, autoComplete: string) => (
    <PasswordInput
      label={label}
      size="xs"
      autoComplete={autoComplete}
      value={typed[name]}
      error={name === 'again' && differs ? 'It is not the same.' : null}
      onChange={(event) => {
        const { value } = event.currentTarget;
        setTyped((before) => ({ ...before, [name]: value }));
      }}
    />
  );
  return (
    <Section title="Password">
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <input type="hidden" autoComplete="username" value={email ?? ''} readOnly />
        {field('current', 'Your password', 'current-password')}
        {field('next', 'The new one', 'new-password')}
        {field('again', 'The new one again', 'new-password')}
        {change.error && <ErrorPanel error={change.error} />}
        <div>
          <Button
            type="submit"
            variant="default"
            loading={change.isPending}
            disabled={typed.current === '' || typed.next === '' || typed.again !== typed.next}
          >
            Change the password
          </Button>
        </div>
      </form>
    </Section>
  );
}
