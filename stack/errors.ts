/**
 * Why the stack could not be started or kept up: one line that says what is wrong and one that says
 * what to do. Callers print `message` and `remedy`; a stack trace helps nobody here.
 */
export class StackError extends Error {
  override readonly name = 'StackError';
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** Whether an error of a file operation says that the disk is full. */
export function isDiskFull(error: unknown): boolean {
  return errorCode(error) === 'ENOSPC';
}

/** The `code` of a Node system error, or undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The text of whatever was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
