import { EXIT, type ExitCode } from './exit-codes.ts';

/** The parts of a `CliError` that not every one has. */
export interface CliErrorOptions extends ErrorOptions {
  /** Why it happened, one line each. */
  readonly why?: readonly string[];
  /** What to run or do next, one line each. */
  readonly next?: readonly string[];
  /** The API's code of the error, or one of ours. */
  readonly code?: string;
  readonly requestId?: string | undefined;
  readonly exitCode?: ExitCode;
}

/** Whatever ends a command badly: what went wrong, why, and what to do next. Never a stack trace. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly why: readonly string[];
  readonly next: readonly string[];
  readonly code: string;
  readonly requestId: string | undefined;
  readonly exitCode: ExitCode;

  constructor(what: string, options: CliErrorOptions = {}) {
    super(what, options);
    this.why = options.why ?? [];
    this.next = options.next ?? [];
    this.code = options.code ?? 'failed';
    this.requestId = options.requestId;
    this.exitCode = options.exitCode ?? EXIT.failed;
  }
}

/** The command was not written as its help says. */
export function usageError(what: string, ...next: string[]): CliError {
  return new CliError(what, { next, code: 'usage', exitCode: EXIT.usage });
}

/** The text of whatever was thrown, on one line. */
export function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.split('\n', 1)[0] ?? text;
}
