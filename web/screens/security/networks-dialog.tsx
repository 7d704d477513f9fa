import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { accessApi } from './api.ts';
import { keysQuery, matrixQuery, type AllowList } from './queries.ts';
import { readNetworks, roleLabel, SCOPE_NAMES, SCOPES } from './words.ts';
import classes from './security.module.css';

type Scope = AllowList['scope'];

/** What a list may be about: the roles, the keys, the permissions that there are. */
function useSubjects(scope: Scope): { value: string; label: string }[] {
  const { data: matrix } = useQuery(matrixQuery);
  const { data: keys = [] } = useQuery(keysQuery);
  switch (scope) {
    case 'role':
      return (matrix?.roles ?? []).map(({ role }) => ({ value: role, label: roleLabel(role) }));
    case 'operation':
      return (matrix?.permissions ?? []).map((each) => ({ value: each, label: each }));
    case 'key':
      return keys
        .filter(({ revokedAt }) => revokedAt === null)
        .map(({ id, name }) => ({ value: id, label: name }));
  }
}

/** Sets the networks of a role, a key or a permission, or takes the limit away. */
export function NetworksDialog({ list, onClose }: { list: AllowList | null; onClose: () => void }) {
  const queries = useQueryClient();
  const [scope, setScope] = useState<Scope>(list?.scope ?? 'role');
  const [subject, setSubject] = useState(list?.subject ?? '');
  const [typed, setTyped] = useState(list?.cidrs.join('\n') ?? '');
  const [note, setNote] = useState(list?.note ?? '');
  const [gone, setGone] = useState(false);
  const subjects = useSubjects(scope);
  const chosen = list
    ? list.subject
    : (subjects.find(({ value }) => value === subject) ?? subjects[0])?.value;
  const cidrs = readNetworks(typed);
  const act = (): Promise<unknown> => {
    const one = accessApi['allow-lists'][':scope'][':subject'];
    const param = { scope, subject: chosen ?? '' };
    if (gone) return answerOf(one.$delete({ param }));
    return answerOf(
      one.$put({ param, json: { cidrs, ...(note.trim() && { note: note.trim() }) } }),
    );
  };
  return (
    <AskDialog
      title={list ? `${SCOPES[list.scope]} ${roleLabel(list.subject)}` : 'Limit to networks'}
      label={gone ? 'Take the limit away' : 'Set'}
      ready={chosen !== undefined && (gone || cidrs.length > 0)}
      act={act}
      onDone={async () => {
        onClose();
        notifications.show({ message: gone ? 'The limit is gone' : 'The limit holds' });
        await queries.invalidateQueries({ queryKey: ['keys'] });
        await queries.invalidateQueries({ queryKey: ['permissions'] });
      }}
      onClose={onClose}
    >
      <p>It is in force everywhere within a second. Whoever calls from elsewhere is refused.</p>
      {!list && (
        <Target
          scope={scope}
          subject={chosen ?? ''}
          subjects={subjects}
          onScope={setScope}
          onSubject={setSubject}
        />
      )}
      <Textarea
        label="Networks"
        description="One in a line, like 10.0.0.0/8 or 2001:db8::/32"
        minRows={3}
        disabled={gone}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <TextInput
        label="Note"
        maxLength={500}
        disabled={gone}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {list && (
        <Checkbox
          label="Take this limit away altogether"
          checked={gone}
          onChange={(event) => setGone(event.currentTarget.checked)}
        />
      )}
    </AskDialog>
  );
}

function Target({
  scope,
  subject,
  subjects,
  onScope,
  onSubject,
}: {
  scope: Scope;
  subject: string;
  subjects: { value: string; label: string }[];
  onScope: (scope: Scope) => void;
  onSubject: (subject: string) => void;
}) {
  return (
    <div className={classes['pair']}>
      <NativeSelect
        label="Limits a"
        value={scope}
        data={SCOPE_NAMES.map((each) => ({ value: each, label: SCOPES[each] }))}
        onChange={(event) => {
          const to = event.currentTarget.value;
          onScope(SCOPE_NAMES.find((each) => each === to) ?? 'role');
        }}
      />
      <NativeSelect
        label="Which"
        value={subject}
        data={subjects}
        onChange={(event) => onSubject(event.currentTarget.value)}
      />
    </div>
  );
}
