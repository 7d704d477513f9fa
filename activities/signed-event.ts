import { Webhook } from 'standardwebhooks';
import type { DueEvent } from '../db/queries/deliver-events.ts';
import { openOrNull, type Vault } from '../db/vault.ts';
import type { OutgoingCall } from '../providers/outgoing.ts';

/**
 * The call that tells an endpoint of an event, as Standard Webhooks wants it: signed by each secret that
 * is valid at `now`. Its id is the event's, so the same on every try. Throws `VaultError` where the
 * endpoint's secret cannot be opened.
 */
export function signedEvent(
  vault: Vault,
  endpointId: string,
  event: DueEvent,
  now: Date,
): OutgoingCall {
  const { id, type, data, created_at, url, secret_sealed, old_secret_sealed } = event;
  const body = JSON.stringify({ type, timestamp: created_at.toISOString(), data });
  const secrets = [
    vault.open(endpointId, secret_sealed),
    // A lost key of the vault costs what is about to end anyway.
    old_secret_sealed && openOrNull(vault, endpointId, old_secret_sealed),
  ].filter((secret) => secret !== null);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Bursar',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  };
  return { url, headers, body };
}
