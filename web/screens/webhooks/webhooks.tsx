import { SegmentedControl } from '@mantine/core';
import { useFilters } from '../../lib/filters.ts';
import { Bar, Page } from '../../ui/page.tsx';
import { SavedViews } from '../../ui/saved-views/saved-views.tsx';
import { EventsIn } from './events-in.tsx';
import { EventsOut } from './events-out.tsx';
import { Refused } from './refused.tsx';
import { readWebhooksSearch, WEBHOOK_VIEWS, type WebhookView } from './search.ts';

const LABELS: Readonly<Record<WebhookView, string>> = {
  in: 'From providers',
  out: 'To your systems',
  refused: 'Refused',
};

const LEADS: Readonly<Record<WebhookView, string>> = {
  in: 'Each was proved to be its provider’s by its signature, and is kept once, however often it is sent.',
  out: 'Every event arrives at least once, signed; those of one batch arrive in order.',
  refused:
    'Calls whose signature was wrong or old, or that nobody could read. None of them did anything.',
};

/** Events in and out: whether they are authentic, what they did, and how to have them again. */
export function Webhooks() {
  const [search, change] = useFilters(readWebhooksSearch);
  const { event: _event, endpoint: _endpoint, status: _status, ...filters } = search;
  const { view = 'in' } = filters;
  return (
    <Page title="Webhooks" lead={LEADS[view]}>
      <Bar label="View">
        <SegmentedControl
          size="xs"
          aria-label="Which events"
          value={view}
          data={WEBHOOK_VIEWS.map((value) => ({ value, label: LABELS[value] }))}
          onChange={(value) => change({ view: WEBHOOK_VIEWS.find((each) => each === value) })}
        />
        <SavedViews screen="webhooks" search={filters} />
      </Bar>
      {view === 'in' && <EventsIn search={search} change={change} />}
      {view === 'out' && <EventsOut search={search} change={change} />}
      {view === 'refused' && <Refused />}
    </Page>
  );
}
