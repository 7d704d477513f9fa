import { Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { useMay, useSession } from '../../lib/may.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { caseApi, type Case } from './api.ts';
import { ownNameOf } from './own-name.ts';
import { CASE_WORDS } from './words.ts';
import classes from './reconciliation.module.css';

type Action = 'assign' | 'note' | 'resolve';

/** What may be done with an open case; a resolved one is history. */
export function CaseActions({ given }: { given: Case }) {
  const verdict = useMay()('reconcile');
  const [open, setOpen] = useState<Action | null>(null);
  if (given.status !== 'OPEN') return null;
  const button = (action: Action, label: string) => (
    <ActButton
      verdict={verdict}
      variant={action === 'resolve' ? 'filled' : 'default'}
      onClick={() => setOpen(action)}
    >
      {label}
    </ActButton>
  );
  return (
    <div className={`${classes['actions']} no-print`}>
      {button('resolve', 'Resolve')}
      {button('assign', 'Assign')}
      {button('note', given.note === null ? 'Write a note' : 'Change the note')}
      {open && <CaseDialog key={open} action={open} given={given} onClose={() => setOpen(null)} />}
    </div>
  );
}

const WORDS: Readonly<
  Record<Action, { title: string; label: string; text: string; field: string; done: string }>
> = {
  assign: {
    title: 'Assign the case',
    label: 'Assign',
    text: 'Who looks after it from now on. Leave it empty for nobody.',
    field: 'Owner',
    done: 'Case assigned',
  },
  note: {
    title: 'Note',
    label: 'Save',
    text: 'What was found out. Earlier notes stay in the audit log.',
    field: 'Note',
    done: 'Note saved',
  },
  resolve: {
    title: 'Resolve the case',
    label: 'Resolve',
    text: 'Say how it was settled, and where that can be looked up. No payment changes by it; what comes up again is a new case.',
    field: 'How it was resolved',
    done: 'Case resolved',
  },
};

const send = (action: Action, id: string, text: string): Promise<unknown> => {
  const param = { id };
  const one = caseApi[':id'];
  switch (action) {
    case 'assign':
      return answerOf(one.assign.$post({ param, json: { owner: text === '' ? null : text } }));
    case 'note':
      return answerOf(one.note.$post({ param, json: { note: text } }));
    case 'resolve':
      return answerOf(one.resolve.$post({ param, json: { resolution: text } }));
  }
};

function CaseDialog({
  action,
  given,
  onClose,
}: {
  action: Action;
  given: Case;
  onClose: () => void;
}) {
  const ownName = ownNameOf(useSession());
  const queries = useQueryClient();
  const first = { assign: given.owner ?? ownName, note: given.note ?? '', resolve: '' }[action];
  const [text, setText] = useState(first);
  const { title, label, text: explained, field, done } = WORDS[action];
  const Input = action === 'assign' ? TextInput : Textarea;
  return (
    <AskDialog
      title={title}
      label={label}
      ready={action === 'assign' || text.trim() !== ''}
      act={() => send(action, given.id, text.trim())}
      onClose={onClose}
      onDone={async () => {
        onClose();
        notifications.show({ message: `${done}: ${CASE_WORDS[given.kind].label}` });
        await queries.invalidateQueries({ queryKey: ['cases'] });
        await queries.invalidateQueries({ queryKey: ['reconciliations', 'one'] });
      }}
    >
      <p>{explained}</p>
      <Input
        label={field}
        data-autofocus
        maxLength={action === 'assign' ? 200 : 2_000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </AskDialog>
  );
}
