import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { Agent } from 'undici';
import { NOTHING_INTERNAL, readTarget, targetRefusal } from '../domain/target.ts';
import { transportCode } from './http.ts';
import { resolveHost, type TargetRules } from './targets.ts';

/** A call to an address that a user named. */
export interface OutgoingCall {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** How it ended; a redirect is an answer like any other and is not followed. */
export type OutgoingResult =
  { kind: 'answered'; status: number; retryAfterMs: number } | { kind: 'no_answer'; code: string };

export interface Outgoing {
  post(call: OutgoingCall): Promise<OutgoingResult>;
  put(call: OutgoingCall): Promise<OutgoingResult>;
  close(): Promise<void>;
}

export interface OutgoingOptions extends TargetRules {
  connectMs?: number;
  callMs?: number;
}

/** What is read of an answer before its connection is dropped; nothing of it is kept. */
const ANSWER_BYTES_MAX = 65_536;
const CONNECTIONS_PER_HOST = 8;

/** No connection was made, since the target is not one that may be called. */
class TargetRefused extends Error {
  readonly code = 'target_not_allowed';
}

/**
 * Calls addresses that users named, and only public ones: a connection goes to the very addresses that
 * were looked up and judged for it, so a name that moves in between leads nowhere else.
 */
export function openOutgoing(options: OutgoingOptions = {}): Outgoing {
  const { allowed = NOTHING_INTERNAL, resolve = resolveHost } = options;
  const { connectMs = 5_000, callMs = 15_000 } = options;

  const judge = (host: string, protocol: string, addresses: readonly string[]): void => {
    const refusal = targetRefusal({ host, protocol }, addresses, allowed);
    if (refusal !== null) throw new TargetRefused(refusal);
  };
  // Asked for all addresses of a name at once, since the connection may try one after the other.
  const lookupFor = (protocol: string): LookupFunction =>
    callbackify(async (host: string, _all: LookupOptions): Promise<LookupAddress[]> => {
      const addresses = await resolve(host);
      judge(host, protocol, addresses);
      return addresses.map((address) => ({ address, family: isIP(address) }));
    });
  const agentFor = (protocol: string): Agent =>
    new Agent({
      connections: CONNECTIONS_PER_HOST,
      pipelining: 1,
      headersTimeout: callMs,
      bodyTimeout: callMs,
      connect: { timeout: connectMs, autoSelectFamily: true, lookup: lookupFor(protocol) },
    });
  const agents = { https: agentFor('https:'), http: agentFor('http:') };

  const send =
    (method: 'POST' | 'PUT') =>
    async ({ url: text, headers, body }: OutgoingCall): Promise<OutgoingResult> => {
      const target = readTarget(text);
      if (typeof target === 'string') return { kind: 'no_answer', code: 'target_not_allowed' };
      const { url, host, isAddress } = target;
      const signal = AbortSignal.timeout(callMs);
      try {
        // A host that is an address is connected to without a look-up.
        if (isAddress) judge(host, url.protocol, [host]);
        const agent = url.protocol === 'https:' ? agents.https : agents.http;
        const { origin, pathname, search } = url;
        const path = pathname + search;
        const request = { origin, path, method, headers, body, signal } as const;
        const answer = await agent.request(request);
        await answer.body.dump({ limit: ANSWER_BYTES_MAX, signal }).catch(() => {});
        const retryAfterMs = readRetryAfter(answer.headers['retry-after']);
        return { kind: 'answered', status: answer.statusCode, retryAfterMs };
      } catch (error) {
        return { kind: 'no_answer', code: signal.aborted ? 'timeout' : transportCode(error) };
      }
    };

  return {
    post: send('POST'),
    put: send('PUT'),
    close: async () => {
      await Promise.all([agents.https.destroy(), agents.http.destroy()]);
    },
  };
}

/** Seconds, or an instant; 0 where it says nothing that can be read. */
function readRetryAfter(header: string | string[] | undefined): number {
  if (typeof header !== 'string') return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
