import type { ProvidersConfig } from '../providers/registry.ts';
import type { WorkerEnv } from './env.ts';

/** Which providers the environment configures; one is there when all of its settings are. */
export function providersConfig(env: WorkerEnv): ProvidersConfig {
  const {
    BURSAR_MOCK_URL: baseUrl,
    BURSAR_MOCK_API_KEY: apiKey,
    BURSAR_MOCK_WEBHOOK_SECRET: webhookSecret,
  } = env;
  return baseUrl && apiKey && webhookSecret
    ? { mock: { baseUrl, apiKey, webhookSecret, submission: env.BURSAR_MOCK_SUBMISSION } }
    : {};
}
