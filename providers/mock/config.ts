import { z } from 'zod';
import type { MockConfig } from './provider.ts';

/** The variables of the provider `mock`; it is there when the first is given. */
export const mockVariables = z
  .object({
    BURSAR_MOCK_URL: z.url(),
    BURSAR_MOCK_API_KEY: z.string().min(1),
    BURSAR_MOCK_WEBHOOK_SECRET: z.string().startsWith('whsec_'),
    BURSAR_MOCK_SUBMISSION: z.enum(['single', 'batch']).default('single'),
  })
  .transform((set): MockConfig => ({
    baseUrl: set.BURSAR_MOCK_URL,
    apiKey: set.BURSAR_MOCK_API_KEY,
    webhookSecret: set.BURSAR_MOCK_WEBHOOK_SECRET,
    submission: set.BURSAR_MOCK_SUBMISSION,
  }));
