import { Stripe } from 'stripe';
import type { CallResult, HttpCall, HttpPeer } from '../http.ts';
import { refusal, unreachable } from '../http.ts';
import { ProviderError } from '../port.ts';

/** How a call of the SDK ended. What it answered is foreign data, whatever the SDK's types say. */
export type StripeAnswer =
  | { kind: 'ok'; value: unknown }
  | { kind: 'error'; error: StripeFailure }
  /** An answer that is no JSON object, or a refusal that says no reason. */
  | { kind: 'unreadable'; status: number; headers: Record<string, string> }
  | { kind: 'not_sent'; code: string }
  | { kind: 'no_answer'; code: string };

/** A refusal in Stripe's words; its message is left out, since it may quote what was sent. */
export interface StripeFailure {
  status: number;
  type: string;
  code: string | null;
  /** The answer that this key got before, and not a new try. */
  replayed: boolean;
  headers: Record<string, string>;
}

/** Makes one call with the SDK; never throws. */
export type Ask = (call: (stripe: Stripe) => Promise<unknown>) => Promise<StripeAnswer>;

/** What an SDK client is opened with. */
export interface ClientOptions {
  secretKey: string;
  /** Hears of every answer, before the SDK does. */
  onAnswer: (status: number, headers: Record<string, string>) => void;
  /** Nothing is sent after this instant of `performance.now()`. */
  sendBeforeMs?: number;
}

/**
 * The official SDK over our own connections: they know the circuit and the send window, and tell
 * "not sent" from "no answer". The SDK sends nothing twice: its retries are off, and its one retry of
 * a closed connection needs an error code that is never given to it.
 */
export function openStripe(peer: HttpPeer, options: ClientOptions): Ask {
  const stripe = new Stripe(options.secretKey, {
    httpClient: new PeerClient(peer, options),
    maxNetworkRetries: 0,
    telemetry: false,
  });
  return async (call) => {
    try {
      return { kind: 'ok', value: await call(stripe) };
    } catch (error) {
      return answerOf(error);
    }
  };
}

function answerOf(error: unknown): StripeAnswer {
  if (!(error instanceof Stripe.errors.StripeError))
    return { kind: 'no_answer', code: 'sdk_error' };
  const { statusCode, rawType, code }: { statusCode?: unknown; rawType?: unknown; code?: unknown } =
    error;
  const cause: unknown = error.detail;
  if (cause instanceof NoObject) return cause.answer;
  if (typeof statusCode !== 'number') return { kind: 'no_answer', code: 'sdk_error' };
  const headers = textHeaders(error.headers);
  return {
    kind: 'error',
    error: {
      status: statusCode,
      type: typeof rawType === 'string' ? rawType : 'unknown',
      code: typeof code === 'string' && code !== '' ? code : null,
      replayed: headers['idempotent-replayed'] === 'true',
      headers,
    },
  };
}

const textHeaders = (headers: unknown): Record<string, string> =>
  typeof headers === 'object' && headers !== null
    ? Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, String(value)] as const),
      )
    : {};

/** Carries the end of a call that brought no JSON object through the SDK. It has no `code`. */
class NoObject extends Error {
  readonly answer: StripeAnswer;

  constructor(answer: StripeAnswer) {
    super('the call brought no object');
    this.answer = answer;
  }
}

/** The headers that are read here; the SDK prints some others as warnings. */
const HEADERS_READ = ['idempotent-replayed', 'request-id', 'retry-after'];

class PeerClient extends Stripe.HttpClient {
  readonly #peer: HttpPeer;
  readonly #options: ClientOptions;

  constructor(peer: HttpPeer, options: ClientOptions) {
    super();
    this.#peer = peer;
    this.#options = options;
  }

  override getClientName(): string {
    return 'bursar';
  }

  /** The host is the peer's, with its path before ours. */
  override async makeRequest(
    _host: string,
    _port: string,
    path: string,
    method: string,
    headers: Record<string, string | number | string[]>,
    body: string,
  ): Promise<PeerResponse> {
    const { sendBeforeMs, onAnswer } = this.#options;
    const result = await this.#peer.call({
      method: methodOf(method),
      path,
      headers: sentHeaders(headers),
      ...(body === '' ? {} : { body }),
      ...(sendBeforeMs === undefined ? {} : { sendBeforeMs }),
    });
    if (result.kind !== 'answered') throw new NoObject(result);
    onAnswer(result.status, result.headers);
    return new PeerResponse(result.status, keptHeaders(result.headers), readObject(result));
  }
}

class PeerResponse extends Stripe.HttpClientResponse {
  readonly #object: object;

  constructor(status: number, headers: Record<string, string>, object: object) {
    super(status, headers);
    this.#object = object;
  }

  override getRawResponse(): unknown {
    return {};
  }

  override toJSON(): Promise<object> {
    return Promise.resolve(this.#object);
  }
}

/** The SDK takes any JSON for an object, and an error without its object for a success. */
function readObject(result: CallResult & { kind: 'answered' }): object {
  const { status, headers } = result;
  const value = parse(result.text);
  const reason = value === null ? undefined : Reflect.get(value, 'error');
  const isRefusal = typeof reason === 'object' && reason !== null && !Array.isArray(reason);
  const fits = status < 300 ? reason === undefined : isRefusal;
  if (value === null || !fits) throw new NoObject({ kind: 'unreadable', status, headers });
  return value;
}

function parse(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function methodOf(method: string): HttpCall['method'] {
  if (method === 'GET' || method === 'POST') return method;
  throw new NoObject({ kind: 'not_sent', code: 'unexpected_method' });
}

/** The length is written by the connection itself. */
const sentHeaders = (headers: Record<string, string | number | string[]>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.toLowerCase() !== 'content-length')
      .map(([name, value]) => [name, String(value)]),
  );

const keptHeaders = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    HEADERS_READ.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** What a call outside a payment answered; throws `ProviderError` for anything but an object. */
export function valueOf(answer: StripeAnswer): unknown {
  if (answer.kind === 'ok') return answer.value;
  throw problemOf(answer);
}

/** Why a call outside a payment brought nothing. */
export function problemOf(answer: Exclude<StripeAnswer, { kind: 'ok' }>): ProviderError {
  if (answer.kind === 'error') return refusal(answer.error.status);
  if (answer.kind !== 'unreadable') return unreachable();
  return answer.status < 300 ? unreadable() : refusal(answer.status);
}

/** A call outside a payment brought something that is no answer to it. */
export const unreadable = (): ProviderError =>
  new ProviderError('unreadable', 'the answer of Stripe is not readable');
