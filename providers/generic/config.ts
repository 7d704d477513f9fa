import { z } from 'zod';
import { descriptionSchema } from './description.ts';
import type { GenericConfig } from './provider.ts';

const description = z.string().transform((text, context) => {
  const parsed = descriptionSchema.safeParse(readJson(text));
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    context.addIssue(`${path.join('.') || 'the file'}: ${message}`);
  }
  return z.NEVER;
});

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * The variables of the payer of your own. The description is JSON, mostly given as a file by
 * `BURSAR_GENERIC_DESCRIPTION_FILE`.
 */
export const genericVariables = z
  .object({
    BURSAR_GENERIC_DESCRIPTION: description,
    BURSAR_GENERIC_SECRET: z.string().min(1).default(''),
    BURSAR_GENERIC_WEBHOOK_SECRET: z.string().min(8),
  })
  .transform((set): GenericConfig => ({
    description: set.BURSAR_GENERIC_DESCRIPTION,
    secret: set.BURSAR_GENERIC_SECRET,
    webhookSecret: set.BURSAR_GENERIC_WEBHOOK_SECRET,
  }));
