import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Only this host, only over TLS (browsers count this machine as such), out of reach of scripts. */
export const SESSION_COOKIE = '__Host-bursar_session';
/** What a sign-in carries from the right password to its second factor. */
export const PENDING_COOKIE = '__Host-bursar_pending';
/** What a sign-in elsewhere carries on its way there and back. */
export const OIDC_COOKIE = '__Host-bursar_oidc';

const SIGNED = /^([A-Za-z0-9_-]{22,64})\.([A-Za-z0-9_-]{43})$/;

/** Signs what cookies carry, and tells ours from others. A signature of one cookie fits no other. */
export interface CookieSigner {
  /** The value of the cookie `name` that carries `token`. */
  sign(name: string, token: string): string;
  /** The token that the cookie carries; null where we did not sign it. */
  read(name: string, value: string | undefined): string | null;
}

/** @param secret at least 32 random bytes. */
export function makeCookieSigner(secret: Buffer): CookieSigner {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'bursar cookies', 32));
  const signature = (name: string, token: string) =>
    createHmac('sha256', key).update(`${name}\n${token}`).digest();
  return {
    sign: (name, token) => `${token}.${signature(name, token).toString('base64url')}`,
    read(name, value) {
      const [, token, given] = SIGNED.exec(value ?? '') ?? [];
      if (token === undefined || given === undefined) return null;
      const bytes = Buffer.from(given, 'base64url');
      const wanted = signature(name, token);
      return bytes.length === wanted.length && timingSafeEqual(bytes, wanted) ? token : null;
    },
  };
}
