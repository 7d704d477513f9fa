import { z } from 'zod';

const BYTES_MIN = 32;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** A random value of 32 bytes practically never has fewer; a repeated or typed one has. */
const DISTINCT_BYTES_MIN = 16;

/** Reads `BURSAR_AUTH_SECRET`: at least 32 random bytes in base64. Values that look typed are refused. */
export const authSecret = z.string().transform((text, context): Buffer => {
  const trimmed = text.trim();
  const bytes = Buffer.from(BASE64.test(trimmed) ? trimmed : '', 'base64');
  if (bytes.length < BYTES_MIN) {
    context.addIssue('is at least 32 random bytes in base64, as "openssl rand -base64 32" makes');
  } else if (new Set(bytes).size < DISTINCT_BYTES_MIN || readsAsText(bytes)) {
    context.addIssue('does not look random; make one with "openssl rand -base64 32"');
  }
  return bytes;
});

/** All bytes are printable: base64 of something that was typed. */
const readsAsText = (bytes: Buffer): boolean => bytes.every((byte) => byte >= 32 && byte < 127);
