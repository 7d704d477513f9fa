import { isId } from '../ids.ts';
import { isMailAddress } from '../mail/address.ts';

/** Where a notice goes: a line of the log, an address, or an endpoint that is registered. */
export type AlertChannel =
  { kind: 'log' } | { kind: 'mail'; address: string } | { kind: 'endpoint'; endpointId: string };

/** So many channels a rule may have. */
export const ALERT_CHANNELS_MAX = 10;

/** Reads `log`, `mail:ops@example.com` or `endpoint:whe_…`; null for anything else. */
export function readChannel(text: string): AlertChannel | null {
  if (text === 'log') return { kind: 'log' };
  const [kind, ...rest] = text.split(':');
  const target = rest.join(':');
  if (kind === 'mail' && isMailAddress(target)) return { kind: 'mail', address: target };
  if (kind === 'endpoint' && isId('endpoint', target))
    return { kind: 'endpoint', endpointId: target };
  return null;
}
