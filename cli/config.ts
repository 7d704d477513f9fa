import path from 'node:path';
import { defaultDataDir } from '../stack/index.ts';

/** The environment that the CLI heeds. This file is the only one in `cli/` that reads it. */
export interface Environment {
  /** Where the API answers, and the key to use there. */
  readonly url: string | undefined;
  readonly apiKey: string | undefined;
  readonly databaseUrl: string | undefined;
  /** What the seals of the audit log are checked with; of the secret keys only the public halves are used. */
  readonly auditPublicKeys: string | undefined;
  readonly auditKeys: string | undefined;
  readonly temporalAddress: string | undefined;
  readonly temporalNamespace: string;
  /** Any value but an empty one turns colour off (no-color.org). */
  readonly noColor: boolean;
  /** Everything, for those who look for programs and caches by it. */
  readonly all: NodeJS.ProcessEnv;
}

/** Reads the environment; an empty variable counts as unset. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  return {
    url: variables['BURSAR_URL'] || undefined,
    apiKey: variables['BURSAR_API_KEY'] || undefined,
    databaseUrl: variables['DATABASE_URL'] || undefined,
    auditPublicKeys: variables['BURSAR_AUDIT_PUBLIC_KEYS'] || undefined,
    auditKeys: variables['BURSAR_AUDIT_KEYS'] || undefined,
    temporalAddress: variables['TEMPORAL_ADDRESS'] || undefined,
    temporalNamespace: variables['TEMPORAL_NAMESPACE'] || 'default',
    noColor: Boolean(variables['NO_COLOR']) || variables['TERM'] === 'dumb',
    all: variables,
  };
}

/** The data folder of the stack that is meant: `--data`, else the project's own. */
export const dataDirOf = (given: string | undefined): string =>
  given === undefined ? defaultDataDir : path.resolve(given);
