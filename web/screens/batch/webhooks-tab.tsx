import { useState } from 'react';
import type { BatchDetail } from '../../lib/queries.ts';
import { providerLabel } from '../../lib/words.ts';
import { Empty } from '../../ui/note.tsx';
import { EventDrawer } from '../webhooks/event-drawer.tsx';
import { EventTable } from '../webhooks/event-table.tsx';

/** What the provider told about the payments of this batch, newest first. */
export function WebhooksTab({ batch }: { batch: BatchDetail }) {
  const [open, setOpen] = useState<string | undefined>();
  return (
    <>
      <EventTable
        filter={{ batchId: batch.id }}
        onOpen={setOpen}
        empty={
          <Empty title={`${providerLabel(batch.provider)} has told nothing about it`}>
            <p>Events come in once payments are sent. Without them, payments are looked up.</p>
          </Empty>
        }
      />
      <EventDrawer id={open} onClose={() => setOpen(undefined)} />
    </>
  );
}
