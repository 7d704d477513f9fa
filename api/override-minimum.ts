import { z } from '@hono/zod-openapi';
import { callerHolds } from './http/caller.ts';
import { deny } from './http/auth.ts';
import type { AppContext } from './http/context.ts';
import { text } from './schemas/common.ts';

/** Pays also what is below our minimum, with the reason that the audit log keeps. */
export const overrideMinimum = z
  .strictObject({ reason: text(1_000) })
  .optional()
  .meta({
    description:
      "Pay also below our minimum, never below the provider's. Needs the permission `approve`.",
  });

/** 403 where somebody overrides the minimum who may not approve. */
export async function requireOverride(c: AppContext, override: unknown): Promise<void> {
  if (override !== undefined && !callerHolds(c.var.caller, 'approve')) await deny(c, 'approve');
}
