import { Badge } from '../../ui/state-badge.tsx';
import type { Endpoint } from './api.ts';
import { DELIVERY_WORDS, EVENT_WORDS } from './words.ts';

/** Whether an endpoint is sent anything. */
export function EndpointBadge({ status }: { status: Endpoint['status'] }) {
  return status === 'ENABLED' ? (
    <Badge label="Enabled" tone="good" icon={DELIVERY_WORDS.DELIVERED.icon} />
  ) : (
    <Badge label="Disabled" tone="off" icon={EVENT_WORDS.ignored.icon} />
  );
}
