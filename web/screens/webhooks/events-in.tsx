import { useQuery } from '@tanstack/react-query';
import { healthQuery } from '../../lib/queries.ts';
import { count, PROVIDER_NAMES, providerLabel } from '../../lib/words.ts';
import { Choice, Find } from '../../ui/filters.tsx';
import { Empty, Note } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { EventDrawer } from './event-drawer.tsx';
import { EventTable } from './event-table.tsx';
import type { WebhooksSearch } from './search.ts';
import { EVENT_RESULTS, EVENT_WORDS } from './words.ts';

interface Props {
  search: WebhooksSearch;
  change: (changed: Partial<WebhooksSearch>) => void;
}

const PAYMENT_ID = /^pay_[0-9a-f]{32}$/;

/** The inbox: what providers have told, and what came of it. */
export function EventsIn({ search, change }: Props) {
  const { provider, result, paymentId, event } = search;
  const { data: health } = useQuery(healthQuery);
  const unfit = paymentId !== undefined && !PAYMENT_ID.test(paymentId);
  const filter = { provider, result, ...(!unfit && { paymentId }) };
  const filtered = provider !== undefined || result !== undefined || paymentId !== undefined;
  return (
    <>
      <Bar label="Filters">
        <Find
          label="Payment"
          placeholder="pay_… as a whole"
          value={paymentId}
          onChange={(typed) => change({ paymentId: typed })}
        />
        <Choice
          label="What it did"
          value={result}
          values={EVENT_RESULTS}
          labelOf={(each) => EVENT_WORDS[each].label}
          onChange={(chosen) => change({ result: chosen })}
        />
        <Choice
          label="Provider"
          value={provider}
          values={PROVIDER_NAMES}
          labelOf={providerLabel}
          onChange={(chosen) => change({ provider: chosen })}
        />
      </Bar>
      {unfit && (
        <Note>
          <p>“{paymentId}” is no id of a payment, so it filters nothing.</p>
        </Note>
      )}
      {health !== undefined && health.waitingWebhookEvents > 0 && result === undefined && (
        <Note tone="doubt">
          <p>
            {count(health.waitingWebhookEvents, 'event')} not applied yet; they are looked at again
            by themselves.
          </p>
        </Note>
      )}
      <EventTable
        filter={filter}
        onOpen={(id) => change({ event: id })}
        empty={
          <Empty title={filtered ? 'No event fits these filters' : 'No event has come in yet'}>
            <p>
              Providers send events once payments move. Give each provider the address{' '}
              <span className="mono">/webhooks/&lt;provider&gt;</span> of this API.
            </p>
          </Empty>
        }
      />
      <EventDrawer id={event} onClose={() => change({ event: undefined })} />
    </>
  );
}
