import type { Delivery, Endpoint } from '../answers/endpoints.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** Endpoints, one a line. */
export function endpointTable(endpoints: readonly Endpoint[], style: Style): string {
  if (endpoints.length === 0) return 'No endpoints.';
  return table(
    [{ title: 'ID' }, { title: 'STATE' }, { title: 'URL' }, { title: '' }],
    endpoints.map((endpoint) => [
      endpoint.id,
      endpointState(endpoint, style),
      endpoint.url,
      endpoint.description ?? '',
    ]),
    style.dim,
  );
}

/** One endpoint with all that is known of it. */
export function endpointCard(endpoint: Endpoint, style: Style): string {
  const { id, url, eventTypes, description, oldSecretUntil } = endpoint;
  return pairs([
    ['endpoint', id],
    ['state', endpointState(endpoint, style)],
    ['url', url],
    ['types', eventTypes.length === 0 ? 'all' : eventTypes.join(', ')],
    ...(description === null ? [] : [['about', description] as const]),
    ...(oldSecretUntil === null ? [] : [['old secret', `signs until ${oldSecretUntil}`] as const]),
    ['made', `${endpoint.createdAt} by ${endpoint.createdBy}`],
  ]);
}

/** Deliveries to an endpoint, one a line. */
export function deliveryTable(deliveries: readonly Delivery[], style: Style): string {
  if (deliveries.length === 0) return 'No deliveries.';
  return table(
    [
      { title: 'EVENT' },
      { title: 'TYPE' },
      { title: 'ABOUT' },
      { title: 'STATE' },
      { title: 'TRIES', right: true },
      { title: 'ANSWER' },
      { title: 'WHEN' },
    ],
    deliveries.map((delivery) => [
      delivery.eventId,
      delivery.type,
      delivery.paymentId ?? delivery.batchId ?? '',
      deliveryState(delivery.status, style),
      String(delivery.tries),
      delivery.lastError ?? String(delivery.lastResponseStatus ?? ''),
      delivery.deliveredAt ?? `due ${delivery.dueAt}`,
    ]),
    style.dim,
  );
}

const endpointState = ({ status, disabledReason }: Endpoint, style: Style): string =>
  status === 'ENABLED' ? style.good(status) : style.warn(`${status}: ${disabledReason}`);

function deliveryState(status: string, style: Style): string {
  if (status === 'DELIVERED') return style.good(status);
  return status === 'GIVEN_UP' ? style.bad(status) : status;
}
