import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { errorOfAnswer } from './api-errors.ts';
import type { Connection } from './connection.ts';
import { CliError, textOf } from './errors.ts';

/** Several values stand under the same name, one after the other. */
type QueryValue = string | number | boolean | readonly string[] | undefined;

/** What a call may carry beside its path. */
export interface CallOptions {
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** Sent as JSON, or as CSV where it is text. */
  readonly body?: unknown;
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Bursar's HTTP API as everybody else calls it; answers are checked for the fields we read. */
export interface ApiClient {
  readonly url: string;
  get<Answer>(schema: z.ZodType<Answer>, path: string, options?: CallOptions): Promise<Answer>;
  post<Answer>(schema: z.ZodType<Answer>, path: string, options?: CallOptions): Promise<Answer>;
  put<Answer>(schema: z.ZodType<Answer>, path: string, options?: CallOptions): Promise<Answer>;
  patch<Answer>(schema: z.ZodType<Answer>, path: string, options?: CallOptions): Promise<Answer>;
  delete<Answer>(schema: z.ZodType<Answer>, path: string): Promise<Answer>;
  /** An answer of any size, as it comes. */
  stream(path: string, query: CallOptions['query']): Promise<AsyncIterable<Uint8Array>>;
}

const TIMEOUT_MS = 120_000;
/** Waits before a call that is safe to repeat is repeated; a restarting API is back by then. */
const REPEAT_AFTER_MS = [300, 1_000, 3_000];

/**
 * Calls that read, and those that carry an idempotency key, are repeated when the API is away for a
 * moment. Every failure is a `CliError`.
 */
export function makeClient(connection: Connection): ApiClient {
  const { url } = connection;
  const credentials = credentialsOf(connection);
  const targetOf = (path: string, query: CallOptions['query'] = {}): URL => {
    const target = new URL(url + path);
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) continue;
      for (const each of Array.isArray(value) ? value : [value]) {
        target.searchParams.append(name, String(each));
      }
    }
    return target;
  };

  const call = async <Answer>(
    method: string,
    schema: z.ZodType<Answer>,
    path: string,
    options: CallOptions = {},
  ): Promise<Answer> => {
    const repeatable = method === 'GET' || options.idempotencyKey !== undefined;
    for (let tries = 0; ; tries += 1) {
      const wait = repeatable ? REPEAT_AFTER_MS[tries] : undefined;
      try {
        return await once(method, schema, path, options);
      } catch (error) {
        if (wait === undefined || !isPassing(error) || options.signal?.aborted) throw error;
        await sleep(wait);
      }
    }
  };

  const once = async <Answer>(
    method: string,
    schema: z.ZodType<Answer>,
    path: string,
    options: CallOptions,
  ): Promise<Answer> => {
    const target = targetOf(path, options.query);
    const { status, text } = await send(target, method, credentials, options);
    if (status >= 300) throw errorOfAnswer(status, text, path);
    return readAnswer(schema, text, path);
  };

  return {
    url,
    get: (schema, path, options) => call('GET', schema, path, options),
    post: (schema, path, options) => call('POST', schema, path, options),
    put: (schema, path, options) => call('PUT', schema, path, options),
    patch: (schema, path, options) => call('PATCH', schema, path, options),
    delete: (schema, path) => call('DELETE', schema, path),
    async stream(path, query) {
      const target = targetOf(path, query);
      const answer = await fetch(target, { headers: credentials }).catch((error: unknown) => {
        throw unreachable(target, error, undefined);
      });
      if (answer.status >= 300) throw errorOfAnswer(answer.status, await answer.text(), path);
      return answer.body ?? new ReadableStream<Uint8Array>();
    },
  };
}

/** A session is sent with the header that the API asks of every change by cookie. */
const credentialsOf = ({ apiKey, cookie }: Connection): Record<string, string> =>
  cookie === undefined ? { authorization: `Bearer ${apiKey}` } : { cookie, 'x-bursar-csrf': '1' };

async function send(
  target: URL,
  method: string,
  credentials: Readonly<Record<string, string>>,
  { body, idempotencyKey, signal }: CallOptions,
): Promise<{ status: number; text: string }> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const csv = typeof body === 'string';
  try {
    const answer = await fetch(target, {
      method,
      headers: {
        ...credentials,
        ...(body === undefined ? {} : { 'content-type': csv ? 'text/csv' : 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: csv ? body : JSON.stringify(body) }),
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable(target, error, idempotencyKey);
  }
}

function unreachable(target: URL, error: unknown, idempotencyKey: string | undefined): CliError {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return new CliError(`No Bursar answers at ${target.origin}.`, {
    why: [textOf(cause) || 'The connection could not be made.'],
    next: [
      'bursar status',
      ...(idempotencyKey === undefined
        ? []
        : [`The same command with --idempotency-key ${idempotencyKey} is safe to run again.`]),
    ],
    code: 'unreachable',
    cause: error,
  });
}

const isPassing = (error: unknown): boolean =>
  error instanceof CliError && ['unreachable', 'unavailable', 'rate_limited'].includes(error.code);

function readAnswer<Answer>(schema: z.ZodType<Answer>, text: string, path: string): Answer {
  let parsed: ReturnType<typeof schema.safeParse> | undefined;
  try {
    parsed = schema.safeParse(JSON.parse(text));
  } catch {
    parsed = undefined;
  }
  if (parsed?.success) return parsed.data;
  const issue = parsed?.error.issues[0];
  throw new CliError(
    'The API answered something that this version of bursar does not understand.',
    {
      why: [`${path}: ${issue ? `${issue.path.join('.')}: ${issue.message}` : 'not JSON'}`],
      next: ['Use the bursar of the same version as the API: bursar --version'],
      code: 'unreadable_answer',
    },
  );
}
