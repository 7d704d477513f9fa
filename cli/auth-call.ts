import { errorOfAnswer } from './api-errors.ts';
import { CliError, textOf } from './errors.ts';

/** What a call that signs in, out or again is answered. */
export interface AuthAnswer {
  /** Our cookies that came with it, as they are sent back, by their names. */
  readonly cookies: ReadonlyMap<string, string>;
  /** The API's error code; undefined where it went well. */
  readonly refused: CliError | undefined;
}

const TIMEOUT_MS = 60_000;

/** Calls one of the routes that give and take cookies. Throws a `CliError` where nobody answers. */
export async function callAuth(
  url: string,
  route: string,
  { cookie, body }: { cookie?: string | undefined; body?: unknown } = {},
): Promise<AuthAnswer> {
  const path = `/api/auth/${route}`;
  try {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: {
        'x-bursar-csrf': '1',
        ...(cookie !== undefined && { cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await answer.text();
    const pairs = answer.headers.getSetCookie().map((each) => each.split(';')[0] ?? '');
    return {
      cookies: new Map(pairs.map((pair) => [pair.split('=')[0] ?? '', pair])),
      refused: answer.ok ? undefined : errorOfAnswer(answer.status, text, path),
    };
  } catch (error) {
    throw new CliError(`No Bursar answers at ${url}.`, {
      why: [textOf(error)],
      next: ['bursar status'],
      code: 'unreachable',
      cause: error,
    });
  }
}
