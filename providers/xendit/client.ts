import { refusal, unreachable, type CallResult, type HttpCall, type HttpPeer } from '../http.ts';
import type { Pace } from '../pace.ts';
import { ProviderError } from '../port.ts';
import type { ProviderTools } from '../tools.ts';
import type { z } from 'zod';
import type { XenditConfig, XenditCredential } from './config.ts';
import { readExactly } from './exact-json.ts';
import type { ApiVersion } from './money.ts';
import { rateNews } from './rate.ts';

/** Calls to Xendit as the business that pays one currency. */
export interface XenditClient {
  readonly currency: string;
  readonly version: ApiVersion;
  readonly credential: XenditCredential;
  /** Budgets of the endpoints, each told what the answers say about it. */
  readonly submissions: Pace;
  readonly lookups: Pace;
  readonly movements: Pace;
  /** Sends a call once. The budget is only told of it: to take from it is the caller's part. */
  call(pace: Pace | null, request: ClientCall): Promise<CallResult>;
  /** Reads something that is no payment. Throws `ProviderError`. */
  read<T>(schema: z.ZodType<T>, path: string): Promise<T>;
}

type ClientCall = Pick<HttpCall, 'method' | 'path' | 'body' | 'sendBeforeMs'> & {
  idempotencyKey?: string;
};

/** A sixth of the minute's calls may come at once, the others flow in evenly. */
const BURST_PARTS = 6;

/** The client of one currency; connections are shared with the other currencies. */
export function makeClient(
  peer: HttpPeer,
  config: XenditConfig,
  tools: ProviderTools,
  currency: string,
  credential: XenditCredential,
): XenditClient {
  const { apiKey, forUserId, perMinute } = credential;
  const headers = {
    authorization: `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`,
    accept: 'application/json',
    ...(forUserId !== null && { 'for-user-id': forUserId }),
  };
  const limit = { perMinute, burst: Math.max(1, Math.floor(perMinute / BURST_PARTS)) };
  const pace = (endpoint: string) => tools.pace('xendit', `${currency}/${endpoint}`, limit);

  async function call(from: Pace | null, { idempotencyKey, ...request }: ClientCall) {
    const result = await peer.call({
      ...request,
      headers: {
        ...headers,
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        ...(request.path.startsWith('/v3/') && { 'api-version': config.versionHeader }),
      },
    });
    from?.heed(rateNews(result));
    return result;
  }

  return {
    currency,
    version: config.apiVersion,
    credential,
    submissions: pace('payouts'),
    lookups: pace('look-ups'),
    movements: pace('transactions'),
    call,
    read: async (schema, path) => readAnswer(schema, await call(null, { method: 'GET', path })),
  };
}

/** What an answer holds; throws `ProviderError` where it holds a refusal or nothing readable. */
export function readAnswer<T>(schema: z.ZodType<T>, result: CallResult): T {
  if (result.kind !== 'answered') throw unreachable();
  if (result.status !== 200) throw refusal(result.status);
  const value = readExactly(schema, result.text);
  if (value === null) throw unreadable();
  return value;
}

/** An answer that is not what the documentation says. */
export const unreadable = (): ProviderError =>
  new ProviderError('unreadable', 'the answer of Xendit is not readable');
