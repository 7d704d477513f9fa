import { z } from 'zod';
import type { ClaimedMail } from '../db/queries/send-mails.ts';
import { ASK_CODES, FAILURE_KINDS, type MailNews } from '../domain/mail/news.ts';
import { CONTACT_THE_SENDER } from '../domain/mail/remedies.ts';
import { explainFailure } from '../providers/failures.ts';
import type { Providers } from '../providers/port.ts';

const amount = z.object({ amount: z.string().transform(BigInt), currency: z.string() });
const scheduled = amount.extend({ scheduledFor: z.iso.datetime().optional() });
const failed = amount.extend({
  kind: z.enum(FAILURE_KINDS),
  provider: z.string(),
  providerCode: z.string().optional(),
});
const asked = amount.partial().extend({ code: z.enum(ASK_CODES) });

const amountOf = ({ amount: amountMinor, currency }: z.infer<typeof amount>) => ({
  amountMinor,
  currency,
});

/** What a stored mail tells. Throws where its data is not what its event needs. */
export function newsOf(
  { event, data }: Pick<ClaimedMail, 'event' | 'data'>,
  providers: Providers,
): MailNews {
  switch (event) {
    case 'scheduled': {
      const read = scheduled.parse(data);
      const { scheduledFor } = read;
      return {
        event,
        amount: amountOf(read),
        scheduledFor: scheduledFor === undefined ? null : new Date(scheduledFor),
      };
    }
    case 'paid':
      return { event, amount: amountOf(amount.parse(data)) };
    case 'failed': {
      const read = failed.parse(data);
      return { event, amount: amountOf(read), kind: read.kind, remedy: remedyOf(read, providers) };
    }
    case 'action_needed': {
      const { code, amount: amountMinor, currency } = asked.parse(data);
      const known = amountMinor !== undefined && currency !== undefined;
      return { event, code, amount: known ? { amountMinor, currency } : null };
    }
  }
}

/** A failure is told when nothing is tried again by itself any more: what promises that is not said. */
function remedyOf(
  { provider, providerCode }: z.infer<typeof failed>,
  providers: Providers,
): string {
  if (providerCode === undefined) return CONTACT_THE_SENDER;
  const rule = explainFailure(provider, providerCode, providers.named(provider)?.failures);
  return rule.retry === 'never' ? rule.payee : CONTACT_THE_SENDER;
}
