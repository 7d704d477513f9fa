import { randomBytes } from 'node:crypto';
import type { AppContext } from '../http/context.ts';

/** What the console must know before anybody has signed in. */
export interface ConsoleSettings {
  /** People may sign in at a provider of OpenID Connect. */
  signInElsewhere: boolean;
  /** Payments by `mock` move no money: the console says so on every screen. */
  test: boolean;
}

/**
 * The page with a nonce of this answer alone and with the settings of this installation, and the
 * policy that goes with it: scripts and styles are our own files, and what the component library
 * writes into the page carries the nonce.
 */
export function fillPage(
  template: string,
  settings: ConsoleSettings,
): { html: string; policy: string } {
  const nonce = randomBytes(16).toString('base64');
  const html = template
    .replaceAll('__NONCE__', nonce)
    .replaceAll('__SETTINGS__', escapeAttribute(JSON.stringify(settings)));
  return { html, policy: policyWith(nonce) };
}

const policyWith = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

/** The settings of this installation. */
export const consoleSettings = (c: AppContext): ConsoleSettings => ({
  signInElsewhere: c.var.deps.auth.oidc !== null,
  test: c.var.deps.providers.named('mock') !== null,
});

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
