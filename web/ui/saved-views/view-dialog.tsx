import { Button, Checkbox, Group, Modal, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import type { KeptSearch } from '../../lib/saved-search.ts';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { ErrorPanel } from '../error-panel.tsx';
import { viewsApi, type SavedView } from './api.ts';

const NAME_LENGTH_MAX = 80;

/** Keeps the present filters under a name, or gives a view of one's own another name or sharing. */
export function ViewDialog({
  screen,
  search,
  view,
  onClose,
  onSaved,
}: {
  screen: string;
  /** What is kept. */
  search: KeptSearch;
  /** The view that is changed; null for a new one. */
  view: SavedView | null;
  onClose: () => void;
  onSaved: (view: SavedView) => void;
}) {
  useReturnFocus();
  const [name, setName] = useState(view?.name ?? '');
  const [shared, setShared] = useState(view?.shared ?? false);
  const [once] = useState(idempotencyKey);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: async () => {
      const content = { name: name.trim(), shared };
      const { savedView } =
        view === null
          ? await answerOf(viewsApi.$post({ json: { screen, search, ...content } }, once))
          : await answerOf(viewsApi[':id'].$patch({ param: { id: view.id }, json: content }));
      return savedView;
    },
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: ['saved-views'] });
      notifications.show({ message: `Saved: ${saved.name}` });
      onSaved(saved);
    },
  });
  return (
    <Modal opened onClose={onClose} title={view === null ? 'Save this view' : 'Change this view'}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') save.mutate();
        }}
        style={{ display: 'flex', flexDirection: 'column', gap: 12 }}
      >
        <TextInput
          label="Name"
          data-autofocus
          maxLength={NAME_LENGTH_MAX}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox
          size="xs"
          label="Everybody may look at it; only you may change it"
          checked={shared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        {save.error && <ErrorPanel error={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={save.isPending} disabled={name.trim() === ''}>
            Save
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
