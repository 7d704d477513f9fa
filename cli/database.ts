import { startHint } from './connection.ts';
import { CliError } from './errors.ts';
import type { Session } from './session.ts';

/**
 * The database that is meant: that of the stack where `--data` names one, else DATABASE_URL, else
 * that of the stack that runs here.
 * @throws CliError where there is none.
 */
export function databaseUrlOf(session: Session): string {
  const { environment, stack, dataDir } = session;
  const found = session.dataGiven
    ? stack?.databaseUrl
    : (environment.databaseUrl ?? stack?.databaseUrl);
  if (found !== undefined && found !== '') return found;
  throw new CliError('There is no database to talk to.', {
    why: [`DATABASE_URL is not set, and no stack runs on ${dataDir}.`],
    next: [startHint(session.dataGiven ? dataDir : undefined), 'or set DATABASE_URL'],
    code: 'not_connected',
  });
}
