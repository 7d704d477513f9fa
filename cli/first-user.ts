import { makePasswordHasher } from '../api/auth/password-hash.ts';
import { openDatabase } from '../db/client.ts';
import { newId } from '../db/new-id.ts';
import { SYSTEM } from '../db/queries/actor.ts';
import { createFirstUser } from '../db/queries/users.ts';
import { passwordProblem } from '../domain/password.ts';
import { CliError, usageError } from './errors.ts';

/**
 * Stores the first super_admin straight in the database, where there is none. Throws a `CliError`
 * where there is one, the e-mail address is taken, or the password cannot be chosen.
 */
export async function storeFirstUser(
  databaseUrl: string,
  { email, name, password }: { email: string; name: string; password: string },
): Promise<string> {
  const problem = passwordProblem(password, { email, name });
  if (problem !== null) throw usageError(`The password ${problem}.`);
  const passwordHash = await makePasswordHasher().hash(password);
  const db = openDatabase(databaseUrl);
  try {
    const id = newId('user');
    const user = { id, email, name, role: 'super_admin' as const, passwordHash };
    if (await createFirstUser(db, { ...user, identityId: newId('identity') }, SYSTEM)) return id;
  } finally {
    await db.close();
  }
  throw new CliError('There is a super_admin already, or somebody else has this e-mail address.', {
    next: ['bursar sign-in', 'bursar user create --role admin …   (as that super_admin)'],
    code: 'invalid_state',
  });
}
