import { z } from 'zod';
import { PROVIDER_NAMES } from '../providers/port.ts';

const port = z.coerce.number().int().min(0).max(65_535);

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  TEMPORAL_ADDRESS: z.string().min(1),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  BURSAR_API_PORT: port,
  BURSAR_API_HOST: z.string().min(1).default('127.0.0.1'),
  BURSAR_PUBLIC_URL: z.url().optional(),
  BURSAR_TEMPORAL_UI_URL: z.url().optional(),
  BURSAR_MOCK_URL: z.url().optional(),
  BURSAR_MOCK_API_KEY: z.string().min(1).optional(),
  BURSAR_MOCK_WEBHOOK_SECRET: z.string().startsWith('whsec_').optional(),
  BURSAR_MOCK_SUBMISSION: z.enum(['single', 'batch']).default('single'),
  BURSAR_ADMIN_KEY_FILE: z.string().min(1).optional(),
  BURSAR_APPROVALS_REQUIRED: z.coerce.number().int().min(0).max(10).default(0),
  BURSAR_DEFAULT_PROVIDER: z.enum(PROVIDER_NAMES).default('mock'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export type Env = z.infer<typeof schema>;

/** The environment is not fit to start with. Its message has one plain line for each variable. */
export class EnvError extends Error {}

const MOCK = ['BURSAR_MOCK_URL', 'BURSAR_MOCK_API_KEY', 'BURSAR_MOCK_WEBHOOK_SECRET'] as const;

/**
 * Reads the API's settings. Empty variables count as unset. The three of the mock provider go
 * together; without them it is not available. Throws `EnvError` that names everything wrong at once,
 * without any value.
 */
export function readEnv(variables: NodeJS.ProcessEnv): Env {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(set);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const missing = MOCK.filter((name) => set[name] === undefined);
  if (missing.length > 0 && missing.length < MOCK.length) {
    problems.push(
      ...missing.map((name) => `${name}: needed where another ${MOCK[0]} setting is given`),
    );
  }
  if (!parsed.success || problems.length > 0) {
    throw new EnvError(
      `The API cannot start with this environment:\n${problems.map((line) => `  ${line}`).join('\n')}`,
    );
  }
  return parsed.data;
}
