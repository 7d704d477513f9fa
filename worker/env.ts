import { z } from 'zod';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const MOCK = ['BURSAR_MOCK_URL', 'BURSAR_MOCK_API_KEY', 'BURSAR_MOCK_WEBHOOK_SECRET'] as const;

const envSchema = z
  .object({
    DATABASE_URL: z.string().min(1),
    TEMPORAL_ADDRESS: z.string().min(1),
    TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
    BURSAR_MOCK_URL: z.url().optional(),
    BURSAR_MOCK_API_KEY: z.string().min(1).optional(),
    BURSAR_MOCK_WEBHOOK_SECRET: z.string().startsWith('whsec_').optional(),
    BURSAR_MOCK_SUBMISSION: z.enum(['single', 'batch']).default('single'),
    BURSAR_WORKFLOW_BUNDLE_CACHE: z.string().min(1).optional(),
    BURSAR_WORKER_METRICS_HOST: z.string().min(1).default('127.0.0.1'),
    BURSAR_WORKER_METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
    BURSAR_SWEEP_INTERVAL_MS: z.coerce.number().int().min(1_000).default(20_000),
    LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  })
  .refine(
    (env) => new Set(MOCK.map((name) => env[name] === undefined)).size === 1,
    `${MOCK.join(', ')} configure the mock provider together: give all of them or none`,
  );

export type WorkerEnv = z.infer<typeof envSchema>;

/** Reads the worker's settings; throws one message that names everything that is missing or wrong. */
export function readWorkerEnv(env: NodeJS.ProcessEnv): WorkerEnv {
  const given = Object.entries(env).filter(([, value]) => value !== '');
  const parsed = envSchema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    (issue) => `  ${[...issue.path, issue.message].join(': ')}`,
  );
  throw new Error(`The worker's environment is not complete:\n${lines.join('\n')}`);
}
