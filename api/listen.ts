import type { ServerOptions } from 'node:http';
import type { Env } from './env.ts';
import { USUAL_LIMITS } from './http/limits.ts';
import type { NetworkSettings } from './http/network-settings.ts';

/**
 * How long and how large a request may be before any code of ours sees it: a sender that drips its
 * headers or body away is cut off. Answers, such as a stream of events, are not limited by these.
 */
export const SERVER_OPTIONS: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16_384,
};

/** The part of the environment that is about the networks around. */
export const networkIn = (env: Env): NetworkSettings => ({
  trustedProxies: env.BURSAR_TRUSTED_PROXIES,
  corsOrigins: env.BURSAR_CORS_ORIGINS,
  limits: { requests: { ...USUAL_LIMITS.requests, points: env.BURSAR_REQUESTS_PER_MINUTE } },
});
