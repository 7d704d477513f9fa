import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { useMay } from '../../lib/may.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { affiliateApi } from './api.ts';
import type { Person } from './queries.ts';
import { useRefreshRecipient } from './use-refresh-recipient.ts';

/** Languages in which a payee is written to. */
const LANGUAGES = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'German' },
] as const;
type Language = (typeof LANGUAGES)[number]['value'];

/** Changes what is known of a recipient. Only what was changed is sent. */
export function EditDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const may = useMay();
  const refresh = useRefreshRecipient();
  const [fullName, setFullName] = useState(person.fullName);
  const [email, setEmail] = useState(person.email);
  const [group, setGroup] = useState(person.groupName ?? '');
  const [language, setLanguage] = useState(person.language);
  const rules = may('rules');
  const groupName = group.trim() === '' ? null : group.trim();
  const chosen = LANGUAGES.find(({ value }) => value === language)?.value;
  const json = {
    ...(fullName.trim() !== person.fullName && { fullName: fullName.trim() }),
    ...(email.trim() !== person.email && { email: email.trim() }),
    ...(groupName !== person.groupName && { groupName }),
    ...(language !== person.language && chosen && { language: chosen satisfies Language }),
  };
  return (
    <AskDialog
      title={`Edit ${person.fullName}`}
      label="Save"
      ready={Object.keys(json).length > 0 && fullName.trim() !== ''}
      act={() =>
        answerOf(affiliateApi.affiliates[':id'].$patch({ param: { id: person.id }, json }))
      }
      onDone={async () => {
        onClose();
        await refresh();
      }}
      onClose={onClose}
    >
      <TextInput
        label="Full name"
        data-autofocus
        maxLength={300}
        value={fullName}
        onChange={(event) => setFullName(event.currentTarget.value)}
      />
      <TextInput
        label="E-mail"
        type="email"
        maxLength={320}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <TextInput
        label="Group"
        description={rules.allowed ? 'The group whose rules hold; empty for none' : rules.reason}
        disabled={!rules.allowed}
        maxLength={200}
        value={group}
        onChange={(event) => setGroup(event.currentTarget.value)}
      />
      <NativeSelect
        label="Language of mails"
        value={language}
        data={[...LANGUAGES]}
        onChange={(event) => setLanguage(event.currentTarget.value)}
      />
    </AskDialog>
  );
}
