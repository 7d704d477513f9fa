import { useSession } from '../../lib/may.ts';
import { actorLabel } from '../../lib/words.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { DetailDrawer } from '../../ui/detail-drawer.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Note } from '../../ui/note.tsx';
import { Section } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import type { Endpoint } from './api.ts';
import { Deliveries } from './deliveries.tsx';
import { EndpointActions } from './endpoint-actions.tsx';
import { EndpointBadge } from './endpoint-badge.tsx';
import { EVENT_TYPES } from './words.ts';
import type { DeliveryState } from './words.ts';
import classes from './webhooks.module.css';

interface Props {
  endpoint: Endpoint | undefined;
  status: DeliveryState | undefined;
  onStatus: (status: DeliveryState | undefined) => void;
  onSecret: (secret: string) => void;
  onClose: () => void;
}

/** One endpoint: what it is, what may be done about it, and everything it was sent. */
export function EndpointDrawer({ endpoint, status, onStatus, onSecret, onClose }: Props) {
  return (
    <DetailDrawer opened={endpoint !== undefined} onClose={onClose} size={820} title="Endpoint">
      {endpoint && (
        <div className={classes['story']}>
          <div className={classes['top']}>
            <EndpointBadge status={endpoint.status} />
            <CopyId id={endpoint.url} label="address" whole />
          </div>
          {endpoint.disabledReason !== null && (
            <Note tone="doubt">
              <p>Disabled: {endpoint.disabledReason} What happens meanwhile is not sent to it.</p>
            </Note>
          )}
          <EndpointActions endpoint={endpoint} onSecret={onSecret} onGone={onClose} />
          <EndpointFacts endpoint={endpoint} />
          <Section title="Deliveries">
            <Deliveries endpoint={endpoint} status={status} onStatus={onStatus} />
          </Section>
        </div>
      )}
    </DetailDrawer>
  );
}

function EndpointFacts({ endpoint }: { endpoint: Endpoint }) {
  const { actor } = useSession();
  const named: Readonly<Record<string, string>> = EVENT_TYPES;
  return (
    <Facts
      facts={{
        Endpoint: <CopyId id={endpoint.id} label="endpoint id" />,
        'What it is': endpoint.description,
        'Hears of':
          endpoint.eventTypes.length === 0
            ? 'everything'
            : endpoint.eventTypes.map((type) => named[type] ?? type).join(', '),
        'Added by': actorLabel(endpoint.createdBy, actor),
        Added: <Time at={endpoint.createdAt} />,
        'Old secret signs until': endpoint.oldSecretUntil && <Time at={endpoint.oldSecretUntil} />,
      }}
    />
  );
}
