import { z } from 'zod';
import { auditPublicKeys } from '../db/audit-keys.ts';
import { vaultKeys } from '../db/vault-keys.ts';
import { readAuthEnv, type AuthEnv } from './auth/auth-env.ts';
import { authSecret } from './auth/auth-secret.ts';
import { corsOrigins, trustedProxies } from './http/network-settings.ts';
import { NOTHING_INTERNAL } from '../domain/target.ts';
import { readProvidersConfig, withFiles } from '../providers/config.ts';
import { mailFrom, mailUrl, needsSender } from '../providers/mail/config.ts';
import { PROVIDER_NAMES } from '../providers/port.ts';
import type { ProvidersConfig } from '../providers/registry.ts';
import { weakProviderSecrets } from '../providers/secrets.ts';
import { allowedTargets } from '../providers/targets.ts';
import { readTemporalAccess, type TemporalAccess } from '../temporal/access.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const port = z.coerce.number().int().min(0).max(65_535);

const schema = z
  .object({
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
    TEMPORAL_ADDRESS: z.string().min(1),
    TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
    BURSAR_API_PORT: port,
    BURSAR_API_HOST: z.string().min(1).default('127.0.0.1'),
    BURSAR_PUBLIC_URL: z.url().optional(),
    BURSAR_TEMPORAL_UI_URL: z.url().optional(),
    BURSAR_FIELD_KEYS: vaultKeys,
    BURSAR_CODEC_KEYS: vaultKeys.optional(),
    BURSAR_AUTH_SECRET: authSecret,
    BURSAR_AUDIT_PUBLIC_KEYS: auditPublicKeys.optional(),
    BURSAR_ADMIN_KEY_FILE: z.string().min(1).optional(),
    BURSAR_APPROVALS_REQUIRED: z.coerce.number().int().min(0).max(10).default(0),
    BURSAR_DEFAULT_PROVIDER: z.enum(PROVIDER_NAMES).default('mock'),
    BURSAR_MAIL_URL: mailUrl.optional(),
    BURSAR_MAIL_FROM: mailFrom.optional(),
    BURSAR_OUTGOING_ALLOW: allowedTargets.default(NOTHING_INTERNAL),
    BURSAR_TRUSTED_PROXIES: trustedProxies.default([]),
    BURSAR_CORS_ORIGINS: corsOrigins.default([]),
    BURSAR_REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).max(10_000_000).default(60_000),
    LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  })
  .refine((env) => env.BURSAR_MAIL_FROM !== undefined || !needsSender(env.BURSAR_MAIL_URL), {
    path: ['BURSAR_MAIL_FROM'],
    message: 'needed, since BURSAR_MAIL_URL names a server',
  });

export type Env = z.infer<typeof schema> & {
  providers: ProvidersConfig;
  temporalAccess: TemporalAccess;
  signIn: Omit<AuthEnv, 'problems'>;
};

/** The environment is not fit to start with. Its message has one plain line for each variable. */
export class EnvError extends Error {}

/**
 * Reads the API's settings. Empty variables count as unset; any BURSAR variable may be given as a file
 * by its name and `_FILE`. Throws `EnvError` that names everything wrong at once, without any value.
 */
export function readEnv(variables: NodeJS.ProcessEnv): Env {
  const plain = Object.entries(variables).filter(([, value]) => value !== '');
  const parsed = schema.safeParse({ ...Object.fromEntries(plain), ...withFiles(variables).set });
  const providers = readProvidersConfig(variables);
  const temporal = readTemporalAccess(variables);
  const { problems: signInProblems, ...signIn } = readAuthEnv(variables);
  const problems = [
    ...(parsed.success
      ? []
      : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
    ...temporal.problems,
    ...signInProblems,
    ...providers.problems,
    ...weakProviderSecrets(withFiles(variables).set),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new EnvError(
      `The API cannot start with this environment:\n${problems.map((line) => `  ${line}`).join('\n')}`,
    );
  }
  return { ...parsed.data, providers: providers.config, temporalAccess: temporal.access, signIn };
}
