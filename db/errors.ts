/**
 * The database did not answer in time or the connection went away: nobody can tell whether the
 * statement took effect. Guarded statements may be repeated; anything else is read back first.
 */
export class DatabaseUnavailable extends Error {
  constructor(what: string, options?: { cause: unknown }) {
    super(`${what}; whether the statement took effect is unknown`, options);
    this.name = 'DatabaseUnavailable';
  }
}

/** SQLSTATE of a failed statement, or the driver's own code; null where there is neither. */
export function errorCode(error: unknown): string | null {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
  if (typeof code === 'string') return code;
  return error instanceof Error && error.cause !== undefined ? errorCode(error.cause) : null;
}

/** The connection, not the statement, failed: driver codes, shutdowns and crashes of the server. */
const CONNECTION_LOST =
  /^(CONNECTION_|CONNECT_TIMEOUT|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|57P0[1-5]|08|53300)/;

/** Lost a race that a repeat may win: serialization failure, deadlock, lock not available. */
const CONTENTION = /^(40001|40P01|55P03)$/;

export const isConnectionLost = (error: unknown): boolean =>
  error instanceof DatabaseUnavailable || CONNECTION_LOST.test(errorCode(error) ?? '');

export const isContention = (error: unknown): boolean => CONTENTION.test(errorCode(error) ?? '');

export const isUniqueViolation = (error: unknown): boolean => errorCode(error) === '23505';

/** The row lies over another one, as an exclusion constraint forbids. */
export const isExclusionViolation = (error: unknown): boolean => errorCode(error) === '23P01';

/** More was to be written off than is owed. */
export const isWriteOffTooLarge = (error: unknown): boolean =>
  errorCode(error) === '23514' && constraintOf(error) === 'commissions_write_off';

/** Nobody of the highest role, who can sign in, would be left. */
export const isLastSuperAdmin = (error: unknown): boolean =>
  errorCode(error) === '23001' && constraintOf(error) === 'users_last_super_admin';

/** A row refers to what is not there, by the constraint of that name. */
export const isForeignKeyViolation = (error: unknown, constraint: string): boolean =>
  errorCode(error) === '23503' && constraintOf(error) === constraint;

/** A batch was to be queued that is not approved, or may still be undone. */
export const isNotCleared = (error: unknown): boolean =>
  violatedConstraint(error) === 'batches_cleared';

/** The check, by its name, that a row does not meet; null for other errors. */
export const violatedConstraint = (error: unknown): unknown =>
  errorCode(error) === '23514' ? constraintOf(error) : null;

function constraintOf(error: unknown): unknown {
  if (!(error instanceof Error)) return null;
  return Reflect.get(error, 'constraint_name') ?? constraintOf(error.cause);
}
