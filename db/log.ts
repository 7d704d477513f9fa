import { KeyObject } from 'node:crypto';
import { pino, type DestinationStream, type Logger } from 'pino';

const REDACTED = '[Redacted]';
const DEPTH_MAX = 6;
const ITEMS_MAX = 100;

/** Fields that hold what proves something, or where money goes, however they are written. */
const SECRET_FIELD =
  /^(key|seed|totp|otp|details|cookie|set-?cookie|authorization)$|secret|passw|token|api_?-?key|credential|private_?key|account_?(number|ref|holder)|iban|backup_?codes|signature/i;

/** A user name and a password within a URL. */
const URL_LOGIN = /\/\/[^\s/@:]*:[^\s/@]*@/g;

/** An API key, wherever somebody pasted it: its secret half. */
const KEY_SECRET = /(?<=bur_[a-z0-9]{8}_)[A-Za-z0-9_-]{43}/g;

const cleaned = (text: string): string =>
  text.replaceAll(URL_LOGIN, `//${REDACTED}@`).replaceAll(KEY_SECRET, REDACTED);

/** What a log keeps of an error. */
interface LoggedError {
  type: string;
  code?: string;
  message: string;
  stack: string;
  cause?: LoggedError;
}

/**
 * JSON lines, each on one line whatever it holds. Bytes, keys and fields with the name of a secret are
 * left out at any depth, so are the values of failed queries and the passwords in URLs.
 */
export const openLogger = (
  options: { level: string; base: Record<string, unknown> },
  destination?: DestinationStream,
): Logger => {
  const settings = {
    ...options,
    serializers: { err: logged },
    formatters: { log: (fields: object) => withoutSecrets(fields) },
  };
  return destination ? pino(settings, destination) : pino(settings);
};

function withoutSecrets(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, safe(name, value, 0)]),
  );
}

function safe(name: string, value: unknown, depth: number): unknown {
  if (value === null || value === undefined || value instanceof Error) return value;
  if (SECRET_FIELD.test(name) && typeof value !== 'boolean') return REDACTED;
  if (typeof value === 'string') return cleaned(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value instanceof Date) return value;
  if (ArrayBuffer.isView(value) || value instanceof KeyObject) return REDACTED;
  if (depth >= DEPTH_MAX) return '[Deep]';
  if (Array.isArray(value)) {
    return value.slice(0, ITEMS_MAX).map((each) => safe('', each, depth + 1));
  }
  return Object.fromEntries(
    Object.entries(value).map(([field, each]) => [field, safe(field, each, depth + 1)]),
  );
}

/** A failed query's error carries its values after its text; payees' data is no matter for logs. */
const logged = (error: unknown): unknown => (error instanceof Error ? describe(error) : error);

function describe(error: Error): LoggedError {
  const code: unknown = Reflect.get(error, 'code');
  const [message = ''] = error.message.split('\nparams:');
  return {
    type: error.name,
    ...(typeof code === 'string' && { code }),
    message: cleaned(message),
    stack: (error.stack ?? '').split('\n    at ').slice(1).join('\n    at '),
    ...(error.cause instanceof Error && { cause: describe(error.cause) }),
  };
}
