import { CliError, textOf } from '../errors.ts';
import { StackError } from '../../stack/index.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** Writes what went wrong, why and what to do next to stderr; the exit code to end with. */
export function reportError(error: unknown, json: boolean): ExitCode {
  const known = asCliError(error);
  process.stderr.write(`${json ? JSON.stringify(asJson(known)) : asText(known)}\n`);
  return known.exitCode;
}

function asCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof StackError) {
    return new CliError(error.message, { next: [error.remedy], code: 'stack' });
  }
  return new CliError('bursar came upon something it does not know how to handle.', {
    why: [textOf(error)],
    next: ['bursar doctor'],
    code: 'unexpected',
    exitCode: EXIT.failed,
    cause: error,
  });
}

function asText({ message, why, next, code, requestId }: CliError): string {
  return [
    `error: ${message}`,
    ...why.map((line) => `  why:  ${line}`),
    ...next.map((line) => `  next: ${line}`),
    ...(requestId === undefined ? [] : [`  (${code}, request ${requestId})`]),
  ].join('\n');
}

const asJson = ({ message, why, next, code, requestId }: CliError) => ({
  error: { code, message, why, next, ...(requestId === undefined ? {} : { requestId }) },
});
