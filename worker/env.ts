import { z } from 'zod';
import { auditKeys } from '../db/audit-keys.ts';
import { vaultKeys } from '../db/vault-keys.ts';
import { PARKED_MAX_MS } from '../domain/limits.ts';
import { NOTHING_INTERNAL } from '../domain/target.ts';
import { readProvidersConfig, withFiles } from '../providers/config.ts';
import type { ProvidersConfig } from '../providers/registry.ts';
import { mailFrom, mailUrl, needsSender } from '../providers/mail/config.ts';
import { weakProviderSecrets } from '../providers/secrets.ts';
import { allowedTargets } from '../providers/targets.ts';
import { readTemporalAccess, type TemporalAccess } from '../temporal/access.ts';

export const DAY_MS = 86_400_000;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const days = z.coerce.number().positive().max(3_650);

/** An absolute path, or where objects are put; plain http only where the target is allowed. */
const auditAnchor = z.union([
  z.string().regex(/^\/./),
  z.url({ protocol: /^https?$/, error: 'an absolute path, or an https URL' }),
]);

const envSchema = z
  .object({
    DATABASE_URL: z.string().min(1),
    TEMPORAL_ADDRESS: z.string().min(1),
    TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
    BURSAR_FIELD_KEYS: vaultKeys,
    BURSAR_CODEC_KEYS: vaultKeys.optional(),
    BURSAR_AUDIT_KEYS: auditKeys,
    BURSAR_AUDIT_ANCHOR: auditAnchor.optional(),
    BURSAR_AUDIT_ANCHOR_TOKEN: z.string().min(16).optional(),
    BURSAR_AUDIT_ANCHOR_SECONDS: z.coerce.number().int().min(1).max(3_600).default(60),
    BURSAR_WORKFLOW_BUNDLE_CACHE: z.string().min(1).optional(),
    BURSAR_WORKER_METRICS_HOST: z.string().min(1).default('127.0.0.1'),
    BURSAR_WORKER_METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
    BURSAR_SWEEP_INTERVAL_MS: z.coerce.number().int().min(1_000).default(20_000),
    BURSAR_PARKED_DAYS: days.default(PARKED_MAX_MS / DAY_MS),
    BURSAR_APPROVALS_REQUIRED: z.coerce.number().int().min(0).max(10).default(0),
    BURSAR_MAIL_URL: mailUrl.optional(),
    BURSAR_MAIL_FROM: mailFrom.optional(),
    BURSAR_OUTGOING_ALLOW: allowedTargets.default(NOTHING_INTERNAL),
    LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  })
  .refine((env) => env.BURSAR_MAIL_FROM !== undefined || !needsSender(env.BURSAR_MAIL_URL), {
    path: ['BURSAR_MAIL_FROM'],
    message: 'needed, since BURSAR_MAIL_URL names a server',
  });

export type WorkerEnv = z.infer<typeof envSchema> & {
  providers: ProvidersConfig;
  temporalAccess: TemporalAccess;
};

/**
 * Reads the worker's settings. Empty variables count as unset; any BURSAR variable may be given as a
 * file by its name and `_FILE`. Throws one message that names everything missing or wrong.
 */
export function readWorkerEnv(env: NodeJS.ProcessEnv): WorkerEnv {
  const plain = Object.entries(env).filter(([, value]) => value !== '');
  const parsed = envSchema.safeParse({ ...Object.fromEntries(plain), ...withFiles(env).set });
  const providers = readProvidersConfig(env);
  const temporal = readTemporalAccess(env);
  const problems = [
    ...(parsed.success
      ? []
      : parsed.error.issues.map((issue) => [...issue.path, issue.message].join(': '))),
    ...temporal.problems,
    ...providers.problems,
    ...weakProviderSecrets(withFiles(env).set),
  ];
  if (parsed.success && problems.length === 0) {
    return { ...parsed.data, providers: providers.config, temporalAccess: temporal.access };
  }
  const lines = problems.map((problem) => `  ${problem}`);
  throw new Error(`The worker's environment is not complete:\n${lines.join('\n')}`);
}
