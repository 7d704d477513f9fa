import type { Provider, WebhookEvent } from '../providers/port.ts';
import type { Vault } from './vault.ts';

const rowId = (provider: Provider, eventId: string): string =>
  `webhook/${provider.name}/${eventId}`;

/** The body of an event as it is kept: encrypted where the provider's events carry account details. */
export const bodyToKeep = (
  vault: Vault,
  provider: Provider,
  eventId: string,
  rawBody: string,
): string =>
  provider.capabilities.webhooksCarryDetails
    ? vault.seal(rowId(provider, eventId), rawBody)
    : rawBody;

/** The body of an event as it came. Throws `VaultError` where it cannot be opened. */
export const openKeptBody = (
  vault: Vault,
  provider: Provider,
  eventId: string,
  payload: string,
): string =>
  provider.capabilities.webhooksCarryDetails
    ? vault.open(rowId(provider, eventId), payload)
    : payload;

/**
 * Reads an event from its kept body. Throws `VaultError` where the body cannot be opened, and
 * `WebhookRejected` where this version of the adapter does not read it.
 */
export const readKeptEvent = (
  vault: Vault,
  provider: Provider,
  eventId: string,
  payload: string,
): WebhookEvent => provider.readWebhook(eventId, openKeptBody(vault, provider, eventId, payload));
