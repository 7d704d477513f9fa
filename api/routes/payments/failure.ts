import { z } from '@hono/zod-openapi';
import type { PaymentWithDetails } from '../../../db/shapes.ts';
import { explainFailure } from '../../../providers/failures.ts';
import type { Providers } from '../../../providers/port.ts';
import { isoOrNull, timeOrNull } from '../../schemas/common.ts';

/** What a failure means and what each side can do about it. */
export const failureOut = z
  .object({
    code: z.string().meta({ description: 'Our code, the same over all providers.' }),
    providerCode: z.string().meta({ description: "The provider's own word, for its support." }),
    retry: z.enum(['never', 'later', 'halt']).meta({
      description: 'Never by itself; after a wait; or when the provider takes payments again.',
    }),
    retryAt: timeOrNull,
    payeeRemedy: z.string(),
    operatorRemedy: z.string(),
  })
  .meta({ id: 'PaymentFailure' });

const FAILED = new Set(['FAILED', 'CANCELLED', 'RETURNED']);

/** The failure of a payment that failed or came back; null where there was none, or it was mended. */
export function failureOf(
  payment: PaymentWithDetails,
  providers: Providers,
): z.infer<typeof failureOut> | null {
  const attempt = payment.attempts.find(({ generation }) => generation === payment.generation);
  if (!FAILED.has(payment.status) || !attempt?.providerCode) return null;
  const rule = explainFailure(
    payment.provider,
    attempt.providerCode,
    providers.named(payment.provider)?.failures,
  );
  return {
    code: rule.code,
    providerCode: attempt.providerCode,
    retry: typeof rule.retry === 'string' ? rule.retry : 'later',
    retryAt: isoOrNull(payment.retryAt),
    payeeRemedy: rule.payee,
    operatorRemedy: rule.operator,
  };
}
