import type { Credential } from '../../db/queries/user-credentials.ts';
import { passwordProblem } from '../../domain/password.ts';
import { invalid } from '../http/problems.ts';

/** Throws `validation_error` where the password is none that this person may choose. */
export function assertChoosable(field: string, password: string, person: Credential): void {
  const problem = passwordProblem(password, person);
  if (problem !== null) throw invalid(field, problem);
}
