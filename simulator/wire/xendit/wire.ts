import { randomBytes } from 'node:crypto';
import type { Credentials } from '../../credentials.ts';
import type { Operation } from '../../effects.ts';
import type { TransferView } from '../../ledger.ts';
import type { Answer, Prepared, WebhookMessage, Wire } from '../port.ts';
import { businessesOf, type Businesses } from './businesses.ts';
import { failure, limitHeaders } from './errors.ts';
import { detailsOf, payoutOf, statusOf } from './payout.ts';
import {
  prepareBalance,
  prepareCancel,
  prepareChannels,
  prepareFind,
  prepareRead,
  type Asked,
} from './reads.ts';
import { prepareSubmit } from './submit.ts';
import { prepareTransactions } from './transactions.ts';

const PROVIDER = 'xendit';
// Below this prefix lists are answered as Xendit's own library reads them.
const SDK_PREFIX = '/sdk';
const PAYOUTS = /^\/v([23])\/payouts(?:\/([^/]+)(\/cancel)?)?$/;
const MINUTE_MS = 60_000;
// 15 minutes after the first try, then 1, 3, 6, 12 and 24 hours: each wait follows the one before.
const RETRY_AFTER_MS = [15, 45, 120, 180, 360, 720].map((minutes) => minutes * MINUTE_MS);
const RECEIVER_TIMEOUT_MS = 30_000;

const EVENT_OF_STATUS: Readonly<Record<2 | 3, ReadonlyMap<string, string>>> = {
  2: new Map([
    ['SUCCEEDED', 'payout.succeeded'],
    ['FAILED', 'payout.failed'],
    ['REVERSED', 'payout.reversed'],
  ]),
  3: new Map([
    ['SUCCEEDED', 'v3_payout.succeeded'],
    ['FAILED', 'v3_payout.failed'],
    ['REVERSED', 'v3_payout.reversed'],
    ['REJECTED', 'v3_payout.rejected'],
    ['PENDING_COMPLIANCE_ASSESSMENT', 'v3_payout.pending_compliance'],
    ['PENDING_COMPLIANCE_REVIEW', 'v3_payout.pending_compliance'],
  ]),
};

/** Xendit payouts, v2 and v3. */
export function makeXenditWire(credentials: NonNullable<Credentials['xendit']>): Wire {
  const businesses = businessesOf(credentials);
  const wrongToken = randomBytes(24).toString('hex');
  return {
    provider: PROVIDER,
    operationOf: (method, path) => placeOf(method, path)?.operation ?? null,
    prepare(call, ledger) {
      const place = placeOf(call.method, call.path);
      const caller = businesses.callerOf(call.headers.authorization);
      if (caller === null) return failure('invalid_api_key');
      const { business, isReadOnly } = caller;
      if (isReadOnly && call.method === 'POST') return failure('forbidden');
      const asked = { provider: PROVIDER, call, ledger, business };
      return place === null ? failure('not_found') : place.prepare(asked);
    },
    failure,
    webhook: (eventId, view, atMs, forged) =>
      forged
        ? messageOf(wrongToken, eventId, falsified(view), atMs)
        : messageOf(tokenOf(businesses, view), eventId, view, atMs),
    messages: (view) => (eventOf(view) === undefined ? 0 : 1),
    retryAfterMs: RETRY_AFTER_MS,
    receiverTimeoutMs: RECEIVER_TIMEOUT_MS,
    endpointOf: (method, path) => placeOf(method, path)?.endpoint ?? path,
    limitHeaders,
  };
}

type Place = {
  readonly operation: Operation;
  /** What counts by itself for the rate limit. */
  readonly endpoint: string;
  prepare(asked: Asked): Prepared | Answer;
};

function placeOf(method: string, fullPath: string): Place | null {
  const isWrapped = fullPath.startsWith(`${SDK_PREFIX}/`);
  const path = isWrapped ? fullPath.slice(SDK_PREFIX.length) : fullPath;
  if (method === 'GET' && path === '/balance') {
    return { operation: 'balance', endpoint: path, prepare: prepareBalance };
  }
  if (method === 'GET' && path === '/payouts_channels') {
    return { operation: 'accounts', endpoint: path, prepare: prepareChannels };
  }
  if (method === 'GET' && path === '/transactions') {
    return { operation: 'lookup', endpoint: path, prepare: prepareTransactions };
  }
  const [found, digit, id, cancel] = PAYOUTS.exec(path) ?? [];
  if (found === undefined) return null;
  const version = digit === '2' ? 2 : 3;
  const endpoint = `${method} v${version}`;
  if (method === 'POST' && id === undefined) {
    const prepare = ({ call, business }: Asked) => prepareSubmit(PROVIDER, call, business, version);
    return { operation: 'submit', endpoint, prepare };
  }
  if (method === 'POST' && id !== undefined && cancel !== undefined) {
    const prepare = (asked: Asked) => prepareCancel(asked, id, version);
    return { operation: 'cancel', endpoint: `${endpoint} cancel`, prepare };
  }
  if (method !== 'GET' || cancel !== undefined) return null;
  if (id !== undefined) {
    const prepare = (asked: Asked) => prepareRead(asked, id, version);
    return { operation: 'lookup', endpoint: `${endpoint} id`, prepare };
  }
  // v3 documents no list.
  if (version === 3) return null;
  const prepare = (asked: Asked) => prepareFind(asked, isWrapped);
  return { operation: 'lookup', endpoint, prepare };
}

function eventOf(view: TransferView): string | undefined {
  return EVENT_OF_STATUS[detailsOf(view).version].get(statusOf(view));
}

function tokenOf(businesses: Businesses, view: TransferView): string {
  // A business that is no longer among the credentials has no token that anybody would take.
  return businesses.withId(detailsOf(view).businessId)?.callbackToken ?? '';
}

function messageOf(
  token: string,
  eventId: string,
  view: TransferView,
  atMs: number,
): WebhookMessage {
  const headers = {
    'content-type': 'application/json',
    'x-callback-token': token,
    'webhook-id': eventId,
  };
  const body = JSON.stringify({
    event: eventOf(view),
    business_id: detailsOf(view).businessId,
    created: new Date(atMs).toISOString(),
    data: payoutOf(view),
  });
  return { headers, body };
}

function falsified(view: TransferView): TransferView {
  return view.status === 'settled'
    ? { ...view, status: 'failed', failureCode: 'TRANSFER_ERROR' }
    : { ...view, status: 'settled', failureCode: null };
}
