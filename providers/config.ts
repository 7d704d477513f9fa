import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { genericVariables } from './generic/config.ts';
import { mockVariables } from './mock/config.ts';
import type { ProvidersConfig } from './registry.ts';
import { riseVariables } from './riseworks/config.ts';
import { stripeVariables } from './stripe/config.ts';
import { xenditVariables } from './xendit/config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What the variables configure, and a plain line for each that is wrong; never a value. */
export interface ReadConfig {
  config: ProvidersConfig;
  problems: string[];
}

/**
 * Reads which providers are configured: those of which any variable is given. Any variable may be given as a file instead, by its name
 * and `_FILE`. Empty variables count as unset.
 */
export function readProvidersConfig(variables: Variables): ReadConfig {
  const { set, problems } = withFiles(variables);
  const read = <T>(prefix: string, schema: z.ZodType<T>): T | undefined => {
    const own = Object.entries(set).filter(([name]) => name.startsWith(prefix));
    if (own.length === 0) return undefined;
    const parsed = schema.safeParse(Object.fromEntries(own));
    if (parsed.success) return parsed.data;
    problems.push(
      ...parsed.error.issues.map(
        ({ path, message }) =>
          `${path.length > 0 ? path.join('.') : `${prefix}*`}: ${message}; needed, since another ${prefix} setting is given`,
      ),
    );
    return undefined;
  };
  const config: ProvidersConfig = {
    mock: read('BURSAR_MOCK_', mockVariables),
    generic: read('BURSAR_GENERIC_', genericVariables),
    xendit: read('BURSAR_XENDIT_', xenditVariables),
    riseworks: read('BURSAR_RISEWORKS_', riseVariables),
    stripe: read('BURSAR_STRIPE_', stripeVariables),
  };
  return { config, problems };
}

/** The variables that are set, with those ending in `_FILE` replaced by what stands in the file. */
export function withFiles(variables: Variables): {
  set: Record<string, string>;
  problems: string[];
} {
  const set: Record<string, string> = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined || value === '' || !name.startsWith('BURSAR_')) continue;
    if (!name.endsWith('_FILE') || name === 'BURSAR_ADMIN_KEY_FILE') {
      set[name] = value;
      continue;
    }
    try {
      set[name.slice(0, -'_FILE'.length)] = readFileSync(value, 'utf8').trim();
    } catch {
      problems.push(`${name}: the file cannot be read`);
    }
  }
  return { set, problems };
}
