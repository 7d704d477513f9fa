import { z } from 'zod';
import { readNetworks, type Networks } from '../../domain/network.ts';
import type { LimitSettings } from './limits.ts';

/** What the installation says of the networks around it. */
export interface NetworkSettings {
  /** Proxies whose `X-Forwarded-For` is believed. */
  trustedProxies: Networks;
  /** Origins of web pages that may read answers, beside our own. */
  corsOrigins: readonly string[];
  /** Limits that are not the usual ones. */
  limits: Partial<LimitSettings>;
}

/** Nobody is believed, and no other origin reads anything. */
export const CLOSED_NETWORK: NetworkSettings = { trustedProxies: [], corsOrigins: [], limits: {} };

const parts = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Reads `BURSAR_TRUSTED_PROXIES`. */
export const trustedProxies = z.string().transform((text, context): Networks => {
  const networks = readNetworks(parts(text));
  if (!networks) context.addIssue('each part is an address or a range like 10.0.0.0/8');
  return networks ?? [];
});

/** Reads `BURSAR_CORS_ORIGINS`. */
export const corsOrigins = z.string().transform((text, context): string[] => {
  const origins = parts(text);
  const exact = origins.every(
    (origin) => URL.canParse(origin) && new URL(origin).origin === origin,
  );
  if (!exact) context.addIssue('each part is a whole origin like https://office.example.com');
  return origins;
});
