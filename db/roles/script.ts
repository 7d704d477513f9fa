import { FIX_FUNCTIONS, RIGHTS_STATEMENTS, ROLE_STATEMENTS } from './sql.ts';

/**
 * What `makeRoles` and the grants do, as a script for psql: for a database whose owner may not make
 * roles. Holds no passwords. To be run in a migrated database, by its administrator.
 */
export function rolesScript(): string {
  const statements = [...ROLE_STATEMENTS, FIX_FUNCTIONS, ...RIGHTS_STATEMENTS];
  return ['begin;', ...statements.map((statement) => `${statement};`), 'commit;', ''].join('\n');
}
