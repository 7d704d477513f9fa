import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { makeMockProvider } from '../../providers/mock/provider.ts';
import type { Provider } from '../../providers/port.ts';
import { plainTools } from '../../providers/tools.ts';

const bodySchema = z.object({
  word: z.enum(['accepted', 'settled', 'failed', 'returned']),
  reference: z.string().nullable(),
  providerPaymentId: z.string(),
  amountMinor: z.string(),
  currency: z.string(),
});

const failure = { code: 'x', providerCode: 'x', payeeRemedy: '', operatorRemedy: 'x' };

/** The body of an event of `hintProvider`. */
export const hintBody = (given: Record<string, unknown>): string =>
  JSON.stringify({ currency: 'USD', ...given });

/**
 * A provider whose events are hints and carry account details: what an event tells must be read from
 * it by `lookup`, which is the test's. It stands for the shape, where no wire of such a provider is
 * needed; it reaches nothing.
 */
export function hintProvider(lookup: Provider['lookup']): Provider {
  const mock = makeMockProvider(
    {
      baseUrl: 'http://127.0.0.1:9',
      apiKey: 'x',
      webhookSecret: 'whsec_eA==',
      submission: 'single',
    },
    plainTools(),
  );
  return {
    ...mock,
    capabilities: { ...mock.capabilities, webhooksProve: false, webhooksCarryDetails: true },
    lookup,
    readWebhook(eventId, rawBody) {
      const { word, providerPaymentId, ...event } = bodySchema.parse(JSON.parse(rawBody));
      const outcomes: Record<typeof word, Outcome> = {
        accepted: { kind: 'ACCEPTED', providerPaymentId },
        settled: { kind: 'SETTLED', providerPaymentId },
        failed: { kind: 'FAILED_FINAL', failure, providerPaymentId },
        returned: { kind: 'RETURNED', failure, providerPaymentId },
      };
      const { reference, currency } = event;
      const amountMinor = BigInt(event.amountMinor);
      const outcome = outcomes[word];
      return { eventId, type: word, reference, providerPaymentId, amountMinor, currency, outcome };
    },
  };
}
