import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SESSION_COOKIE } from '../../api/auth/session-cookie.ts';
import { callAuth } from '../auth-call.ts';
import { CAST, ofCast, type Part } from './cast.ts';
import type { Cast } from './people.ts';

/** Links that sign in without typing, while `npm start` runs. */
export interface SignInLinks {
  readonly urls: Readonly<Record<Part, string>>;
  stop(): Promise<void>;
}

interface LinksOptions {
  readonly apiUrl: string;
  readonly consoleUrl: string;
  readonly lifeMs?: number;
}

const LIFE_MS = 15 * 60_000;

/**
 * Serves one link for each of the cast on 127.0.0.1, on a port of its own. Whoever follows one is
 * signed in as `POST /api/auth/sign-in` does it: cookies of a host are shared by its ports, so the
 * API itself knows nothing of such links. Each works once and for 15 minutes.
 */
export async function serveSignInLinks(
  { members, password }: Cast,
  { apiUrl, consoleUrl, lifeMs = LIFE_MS }: LinksOptions,
): Promise<SignInLinks> {
  const paths = ofCast(() => `/${randomBytes(24).toString('base64url')}`);
  const links = new Map(CAST.map(({ part }) => [paths[part], part]));
  const expiresAtMs = Date.now() + lifeMs;
  let host = '';
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const part = links.get(request.url ?? '');
    // A name that leads here is not this address: no page of others can ask in our name.
    if (request.method !== 'GET' || request.headers.host !== host || part === undefined)
      return say(response, 404, 'This link is used or unknown.', consoleUrl);
    links.delete(request.url ?? '');
    if (Date.now() > expiresAtMs) return say(response, 404, 'This link is too old.', consoleUrl);
    const { email } = members[part];
    const { refused, cookies } = await callAuth(apiUrl, 'sign-in', { body: { email, password } });
    if (refused) return say(response, 502, refused.message, consoleUrl);
    const cookie = `${cookies.get(SESSION_COOKIE) ?? ''}; Path=/; HttpOnly; Secure; SameSite=Lax`;
    response.writeHead(303, { ...HEADERS, location: consoleUrl, 'set-cookie': cookie }).end();
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) =>
      say(response, 502, error instanceof Error ? error.message : 'It did not work.', consoleUrl),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    urls: ofCast((part) => `http://${host}${paths[part]}`),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
};

function say(response: ServerResponse, status: number, text: string, consoleUrl: string): void {
  response
    .writeHead(status, HEADERS)
    .end(`${text}\nSign in at ${consoleUrl} with e-mail address and password.\n`);
}
