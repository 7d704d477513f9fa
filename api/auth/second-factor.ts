import { randomInt, hkdfSync } from 'node:crypto';
import { createOTP } from '@better-auth/utils/otp';
import { generateRandomString, symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto';
import { z } from 'zod';
import type { AuthStore } from './library.ts';

const PERIOD_MS = 30_000;
const SECRET_LENGTH = 32;
const RECOVERY_CODES = 10;
/** Without the letters and digits that look like others. */
const RECOVERY_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
/** Four groups of six out of 31: more than 118 bits. */
const RECOVERY_GROUPS = 4;
const RECOVERY_GROUP_LENGTH = 6;
/** Longer than a code is taken, with clocks that differ by a step. */
const USED_CODE_MS = 5 * 60_000;

const recoveryCodes = z.array(z.string());

/** Makes second factors and judges their codes; what is kept of them is encrypted. */
export interface SecondFactors {
  /** A new secret: as it is kept, and as an authenticator reads it. */
  draw(email: string): Promise<{ kept: string; uri: string; secret: string }>;
  /**
   * True where the code is that of now, or of the step before or after. A code is taken once only.
   */
  verify(userId: string, kept: string, code: string): Promise<boolean>;
  /** Ten new recovery codes: as they are kept, and as they are shown once. */
  drawRecoveryCodes(): Promise<{ kept: string; codes: string[] }>;
  /** What is left of the kept codes without this one; null where it is none of them. */
  spend(kept: string, code: string): Promise<string | null>;
}

/** @param secret the installation's own; what encrypts is derived from it. */
export function makeSecondFactors(secret: Buffer, store: AuthStore): SecondFactors {
  const derived = hkdfSync('sha256', secret, '', 'bursar second factors', 32);
  const key = Buffer.from(derived).toString('base64');
  const seal = (data: string) => symmetricEncrypt({ key, data });
  const open = (data: string) => symmetricDecrypt({ key, data });
  return {
    async draw(email) {
      const drawn = generateRandomString(SECRET_LENGTH);
      const uri = createOTP(drawn).url('Bursar', email);
      const shown = new URL(uri).searchParams.get('secret') ?? '';
      return { kept: await seal(drawn), uri, secret: shown };
    },
    async verify(userId, kept, code) {
      const otp = createOTP(await open(kept));
      const now = Math.floor(Date.now() / PERIOD_MS);
      let found: number | null = null;
      for (const step of [now - 1, now, now + 1]) {
        // All are looked at, whichever fits: how long it takes says nothing.
        if ((await otp.hotp(step)) === code) found = step;
      }
      return found !== null && store.first(`totp ${userId} ${found}`, USED_CODE_MS);
    },
    async drawRecoveryCodes() {
      const codes = Array.from({ length: RECOVERY_CODES }, recoveryCode);
      return { kept: await seal(JSON.stringify(codes)), codes };
    },
    async spend(kept, code) {
      const codes = recoveryCodes.parse(JSON.parse(await open(kept)));
      const plain = code.trim().toLowerCase();
      const left = codes.filter((each) => each !== plain);
      return left.length < codes.length ? seal(JSON.stringify(left)) : null;
    },
  };
}

const group = (): string =>
  Array.from(
    { length: RECOVERY_GROUP_LENGTH },
    () => RECOVERY_ALPHABET[randomInt(RECOVERY_ALPHABET.length)],
  ).join('');

const recoveryCode = (): string => Array.from({ length: RECOVERY_GROUPS }, group).join('-');
