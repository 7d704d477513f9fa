import { Checkbox, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { endpointApi, type Endpoint } from './api.ts';
import { EVENT_TYPE_NAMES, EVENT_TYPES, type EventTypeName } from './words.ts';
import classes from './webhooks.module.css';

/** Registers an endpoint, or changes one. `onDone` is given the secret of a new one. */
export function EndpointDialog({
  endpoint,
  onClose,
  onDone,
}: {
  endpoint?: Endpoint;
  onClose: () => void;
  onDone: (secret: string | null) => void;
}) {
  const [url, setUrl] = useState(endpoint?.url ?? '');
  const [description, setDescription] = useState(endpoint?.description ?? '');
  const [types, setTypes] = useState<readonly EventTypeName[]>(
    EVENT_TYPE_NAMES.filter((type) => endpoint?.eventTypes.includes(type)),
  );
  const queries = useQueryClient();
  const act = async (): Promise<string | null> => {
    const said = description.trim();
    const eventTypes = [...types];
    if (endpoint) {
      const json = { url: url.trim(), eventTypes, description: said === '' ? null : said };
      await answerOf(endpointApi[':id'].$patch({ param: { id: endpoint.id }, json }));
      return null;
    }
    const json = { url: url.trim(), eventTypes, ...(said !== '' && { description: said }) };
    return (await answerOf(endpointApi.$post({ json }))).secret;
  };
  return (
    <AskDialog
      title={endpoint ? 'Change endpoint' : 'Add endpoint'}
      label={endpoint ? 'Save' : 'Add'}
      ready={url.trim() !== ''}
      act={act}
      onClose={onClose}
      onDone={async (secret) => {
        await queries.invalidateQueries({ queryKey: ['webhooks'] });
        notifications.show({ message: endpoint ? 'Endpoint changed' : 'Endpoint added' });
        onDone(secret);
      }}
    >
      <TextInput
        label="Address"
        description="https, and reachable from here; it answers any 2xx once it has kept an event."
        placeholder="https://shop.example/events"
        required
        withAsterisk={false}
        data-autofocus
        maxLength={2_000}
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <TextInput
        label="What it is"
        maxLength={200}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <TypeChoice types={types} onChange={setTypes} />
    </AskDialog>
  );
}

/** None chosen is all of them, those to come with later versions too. */
function TypeChoice({
  types,
  onChange,
}: {
  types: readonly EventTypeName[];
  onChange: (types: readonly EventTypeName[]) => void;
}) {
  return (
    <fieldset className={classes['types']}>
      <legend>
        It hears of {types.length === 0 ? 'everything; choose to narrow that' : 'these'}
      </legend>
      {EVENT_TYPE_NAMES.map((type) => (
        <Checkbox
          key={type}
          size="xs"
          label={EVENT_TYPES[type]}
          checked={types.includes(type)}
          onChange={(event) =>
            onChange(
              event.currentTarget.checked
                ? [...types, type]
                : types.filter((each) => each !== type),
            )
          }
        />
      ))}
    </fieldset>
  );
}
