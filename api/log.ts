import { pino, type Logger } from 'pino';

/** Wherever a secret might stand in a log line. */
const REDACTED = [
  'apiKey',
  'secret',
  'key',
  'authorization',
  '*.apiKey',
  '*.secret',
  '*.authorization',
];

/** What a log keeps of an error. */
interface LoggedError {
  type: string;
  code?: string;
  message: string;
  stack: string;
  cause?: LoggedError;
}

/** JSON lines on stdout, without secrets and without the values of failed queries. */
export const openLog = (level: string): Logger =>
  pino({ level, base: { service: 'api' }, redact: REDACTED, serializers: { err: logged } });

/** A failed query's error carries its values after its text; payees' data is no matter for logs. */
const logged = (error: unknown): unknown => (error instanceof Error ? describe(error) : error);

function describe(error: Error): LoggedError {
  const code: unknown = Reflect.get(error, 'code');
  const [message = ''] = error.message.split('\nparams:');
  return {
    type: error.name,
    ...(typeof code === 'string' && { code }),
    message,
    stack: (error.stack ?? '').split('\n    at ').slice(1).join('\n    at '),
    ...(error.cause instanceof Error && { cause: describe(error.cause) }),
  };
}
