import { VERSION } from '../domain/version.ts';
import { SESSION_COOKIE } from './auth/session-cookie.ts';

/** How callers prove who they are; any one of them will do. */
export const SECURITY_SCHEMES = {
  apiKey: { type: 'http', scheme: 'bearer', description: 'A key, for machines.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description: 'A person who is signed in. Changes need the header `X-Bursar-CSRF: 1` too.',
  },
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token of the trusted issuer. It never approves.',
  },
} as const;

/** What stands at the head of `/openapi.json`. */
export const API_DESCRIPTION = {
  openapi: '3.1.0',
  info: {
    title: 'Bursar',
    version: VERSION,
    description:
      'Pays many people correctly. Amounts are integers in minor units beside a currency; times are ISO 8601 in UTC.',
  },
} as const;
