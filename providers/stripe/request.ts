import type { Stripe } from 'stripe';
import { z } from 'zod';
import { OrderUnfit, type PaymentOrder, type PreparedPayment } from '../port.ts';
import { toStripeAmount, type StripeMethod } from './money.ts';

/**
 * Writes the parameters of a payment as JSON, always in this order. The call is made from that text,
 * and the SDK writes it as a form, always the same way.
 */
export function prepare(method: StripeMethod, order: PaymentOrder): PreparedPayment {
  const { reference, accountRef, amountMinor, currency, groupId } = order;
  if (!/^acct_\w{1,250}$/.test(accountRef))
    throw new OrderUnfit('the account is no connected account of Stripe (acct_…)');
  const amount = toStripeAmount(amountMinor, currency);
  if (amount === null)
    throw new OrderUnfit('Stripe pays this currency in whole units only, and the amount is none');
  const money = `"amount":${amount},"currency":${JSON.stringify(currency.toLowerCase())}`;
  const description = `"description":${JSON.stringify(`Payout ${reference}`)}`;
  const metadata = `"metadata":${JSON.stringify({ txn_id: reference })}`;
  const account = JSON.stringify(accountRef);
  const body =
    method === 'transfer'
      ? `{${money},"destination":${account},${description},${metadata},"transfer_group":${JSON.stringify(groupId)}}`
      : // The account goes into a header, and still belongs to what is hashed.
        `{"account":${account},${money},${description},${metadata}}`;
  return { reference, accountRef, amountMinor, currency, groupId, body };
}

const shared = {
  amount: z.int().positive(),
  currency: z.string(),
  description: z.string(),
  metadata: z.object({ txn_id: z.string() }),
};
const transferText = z.strictObject({
  ...shared,
  destination: z.string(),
  transfer_group: z.string(),
});
const payoutText = z.strictObject({ account: z.string(), ...shared });

/** The call of a prepared text; null where the text is not one of ours. */
export function submission(
  method: StripeMethod,
  { body, reference }: PreparedPayment,
): ((stripe: Stripe) => Promise<unknown>) | null {
  if (method === 'transfer') {
    const params = readJson(transferText, body);
    return params && ((stripe) => stripe.transfers.create(params, { idempotencyKey: reference }));
  }
  const given = readJson(payoutText, body);
  if (!given) return null;
  const { account, ...params } = given;
  return (stripe) =>
    stripe.payouts.create(params, { idempotencyKey: reference, stripeAccount: account });
}

function readJson<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
