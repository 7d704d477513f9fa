import { randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;

/** Draws what an endpoint's events are signed with, in the form of Standard Webhooks. */
export const drawEndpointSecret = (): string =>
  `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
