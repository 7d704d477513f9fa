import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { DEFAULT_CREDENTIALS } from '../../simulator/credentials.ts';
import { PEERS, type Peer } from './peers.ts';

const { xendit, riseworks, stripe } = DEFAULT_CREDENTIALS;

/** A payment, as far as events tell of it. */
export const paymentRow = z.object({
  id: z.string(),
  generation: z.number(),
  provider: z.string(),
  status: z.string(),
  amount_minor: z.bigint(),
  account_ref: z.string(),
  provider_payment_id: z.string(),
});
export type Payment = z.infer<typeof paymentRow>;

/** Headers of a delivery. */
export type Sent = Record<string, string>;

/** A provider's door: what it says about a payment, and how it proves that it says it. */
export interface Door {
  peer: Peer;
  /** An event that tells what we know: the payment has arrived. */
  event: (payment: Payment) => unknown;
  proof: (body: string, at: Date, webhookSecret: string) => Sent;
  forged: (body: string, webhookSecret: string) => Sent;
  /** False where the proof has no time in it. */
  growsOld: boolean;
}

const reference = ({ id, generation }: Payment): string => `${id}:${generation}`;
const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000);
const hmac = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('hex');

const timed =
  (header: string, secret: string) =>
  (body: string, at: Date): Sent => ({
    [header]: `t=${seconds(at)},v1=${hmac(secret, `${seconds(at)}.${body}`)}`,
  });

const standard = (body: string, at: Date, secret: string): Sent => {
  const id = /"id":"(evt-[^"]+)"/.exec(body)?.[1] ?? 'evt-none';
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds(at)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
};

/** Every provider that sends events. Each tells the same event, `told.twice`. */
export const DOORS: readonly Door[] = [
  {
    peer: PEERS.mock,
    event: (payment) => ({
      id: 'evt-told-twice',
      type: 'payout.settled',
      createdAt: new Date().toISOString(),
      data: {
        payout: {
          id: payment.provider_payment_id,
          reference: reference(payment),
          recipient: payment.account_ref,
          amount: Number(payment.amount_minor),
          currency: 'USD',
          status: 'settled',
          createdAt: new Date().toISOString(),
        },
      },
    }),
    proof: standard,
    forged: (body) => standard(body, new Date(), `whsec_${'A'.repeat(32)}`),
    growsOld: true,
  },
  {
    peer: PEERS.xendit,
    event: (payment) => ({
      event: 'payout.succeeded',
      business_id: xendit.currencies.IDR.businessId,
      created: new Date().toISOString(),
      data: {
        id: payment.provider_payment_id,
        reference_id: reference(payment),
        amount: Number(payment.amount_minor / 100n),
        currency: 'IDR',
        status: 'SUCCEEDED',
        business_id: xendit.currencies.IDR.businessId,
      },
    }),
    proof: () => ({
      'x-callback-token': xendit.currencies.IDR.callbackToken,
      'webhook-id': 'told-twice',
    }),
    forged: () => ({ 'x-callback-token': 'somebody-elses-token', 'webhook-id': 'told-twice' }),
    growsOld: false,
  },
  {
    peer: PEERS.riseworks,
    event: (payment) => ({
      object: 'event',
      created: seconds(new Date()),
      event_type: 'payment.sent',
      event_version: '1.0',
      idempotency_key: 'told-twice',
      payment: {
        nanoid: payment.provider_payment_id,
        amount_cents: Number(payment.amount_minor),
        invoice_description: reference(payment),
      },
    }),
    proof: timed('x-rise-signature', riseworks.webhookSecret),
    forged: (body) => timed('x-rise-signature', 'another-webhook-secret')(body, new Date()),
    growsOld: true,
  },
  {
    peer: PEERS.stripe,
    event: (payment) => ({
      id: 'evt_told_twice',
      object: 'event',
      type: 'transfer.created',
      livemode: false,
      created: seconds(new Date()),
      data: {
        object: {
          id: payment.provider_payment_id,
          object: 'transfer',
          amount: Number(payment.amount_minor),
          amount_reversed: 0,
          reversed: false,
          created: seconds(new Date()),
          currency: 'usd',
          destination: payment.account_ref,
          livemode: false,
          metadata: { txn_id: reference(payment) },
        },
      },
    }),
    proof: timed('stripe-signature', stripe.webhookSecret),
    forged: (body) => timed('stripe-signature', 'whsec_another_secret')(body, new Date()),
    growsOld: true,
  },
];
