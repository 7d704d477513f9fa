import { oneOf, present, textOf, type Search } from '../../lib/search.ts';
import { PROVIDER_NAMES, type ProviderName } from '../../lib/words.ts';
import { DELIVERY_STATES, EVENT_RESULTS, type DeliveryState, type EventResult } from './words.ts';

export const WEBHOOK_VIEWS = ['in', 'out', 'refused'] as const;
export type WebhookView = (typeof WEBHOOK_VIEWS)[number];

/** What the screen shows. */
export interface WebhooksSearch {
  view?: WebhookView | undefined;
  provider?: ProviderName | undefined;
  result?: EventResult | undefined;
  paymentId?: string | undefined;
  /** The stored event whose drawer is open, `provider/eventId`. */
  event?: string | undefined;
  /** The endpoint whose drawer is open. */
  endpoint?: string | undefined;
  status?: DeliveryState | undefined;
}

export const readWebhooksSearch = (search: Search): WebhooksSearch =>
  present({
    view: oneOf(search['view'], WEBHOOK_VIEWS),
    provider: oneOf(search['provider'], PROVIDER_NAMES),
    result: oneOf(search['result'], EVENT_RESULTS),
    paymentId: textOf(search['paymentId']),
    event: textOf(search['event']),
    endpoint: textOf(search['endpoint']),
    status: oneOf(search['status'], DELIVERY_STATES),
  });
