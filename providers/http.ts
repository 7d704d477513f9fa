import { Pool } from 'undici';
import { ProviderError } from './port.ts';

/** How a call ended. The difference between the last two is the difference between safe and unsafe. */
export type CallResult =
  | { kind: 'answered'; status: number; headers: Record<string, string>; text: string }
  /** No byte of the request can have been read. */
  | { kind: 'not_sent'; code: string }
  /** It may have been read and acted upon. */
  | { kind: 'no_answer'; code: string };

export interface HttpCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body?: string;
  /** Not to be sent any more after this instant of `performance.now()`. */
  sendBeforeMs?: number;
}

export interface HttpPeer {
  call(request: HttpCall): Promise<CallResult>;
  close(): Promise<void>;
}

export interface PeerOptions {
  /** Calls that may be open at once. */
  concurrency: number;
  timeoutMs: number;
}

const ANSWER_BYTES_MAX = 4 * 1_048_576;

/** Failures that happen before a connection exists, so before anything can be sent. */
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS)/;

/**
 * Keep-alive connections to one provider; at most `concurrency` calls are open at once, more wait
 * their turn. Each call is sent once: whether it is sent again is decided by those who know keys.
 */
export function openPeer(baseUrl: string, options: PeerOptions): HttpPeer {
  const base = new URL(baseUrl);
  const pool = new Pool(base.origin, {
    connections: options.concurrency,
    pipelining: 1,
    connectTimeout: 3_000,
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
  });
  const prefix = base.pathname.replace(/\/$/, '');
  const turns = makeTurns(options.concurrency);
  return {
    async call({ method, path, headers, body, sendBeforeMs = Infinity }) {
      await turns.take();
      try {
        if (performance.now() > sendBeforeMs) return { kind: 'not_sent', code: 'too_late_to_send' };
        const untilMs = performance.now() + options.timeoutMs;
        const answer = await pool.request({
          method,
          path: prefix + path,
          headers,
          ...(body === undefined ? {} : { body }),
        });
        const read = await readText(answer.body, untilMs);
        return 'text' in read
          ? { kind: 'answered', status: answer.statusCode, headers: flat(answer.headers), ...read }
          : { kind: 'no_answer', ...read };
      } catch (error) {
        const code = transportCode(error);
        return { kind: NOT_SENT.test(code) ? 'not_sent' : 'no_answer', code };
      } finally {
        turns.give();
      }
    },
    close: () => pool.destroy(),
  };
}

/** At most so many at once; the others wait in the order they came. */
function makeTurns(places: number) {
  let free = places;
  const waiting: (() => void)[] = [];
  return {
    take: (): Promise<void> | void => {
      if (free > 0) free -= 1;
      else return new Promise((resolve) => waiting.push(resolve));
    },
    give: (): void => {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    },
  };
}

/** The whole body, unless it is endless: in bytes, or in time by coming in drops. */
async function readText(
  body: AsyncIterable<Buffer>,
  untilMs: number,
): Promise<{ text: string } | { code: string }> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES_MAX) return { code: 'answer_too_large' };
    if (performance.now() > untilMs) return { code: 'answer_too_slow' };
    parts.push(part);
  }
  return { text: Buffer.concat(parts).toString('utf8') };
}

/** What the system or the client calls a failed call; never the text of an error. */
export function transportCode(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : 'transport_error';
}

const flat = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );

/** A call outside a payment was answered by a refusal. */
export function refusal(status: number): ProviderError {
  if (status === 401)
    return new ProviderError('invalid_credentials', 'the provider does not accept the credentials');
  if (status === 403)
    return new ProviderError('forbidden', 'the provider does not allow this for these credentials');
  return status >= 500 || status === 429
    ? new ProviderError('unreachable', `the provider answered ${status}; try again later`)
    : new ProviderError('refused', `the provider answered ${status}`);
}

/** A call outside a payment got no answer. */
export const unreachable = (): ProviderError =>
  new ProviderError('unreachable', 'the provider does not answer; try again later');
