import { Stripe } from 'stripe';
import { z } from 'zod';
import { DEFAULT_CREDENTIALS } from '../../simulator/credentials.ts';
import { startWireBench } from './wire-bench.ts';

const { secretKey, webhookSecret } = DEFAULT_CREDENTIALS.stripe;

export const errorSchema = z.object({
  error: z.object({
    type: z.string(),
    code: z.string().optional(),
    param: z.string().optional(),
    message: z.string(),
  }),
});

/** Stripe's own SDK, its calls below /stripe. */
function sdkAt(port: number): Stripe {
  const httpClient = Stripe.createNodeHttpClient();
  const send = httpClient.makeRequest.bind(httpClient);
  httpClient.makeRequest = async (host, to, path, ...rest) =>
    await send(host, to, `/stripe${path}`, ...rest);
  return new Stripe(secretKey, {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    httpClient,
  });
}

/** A simulator with a receiver, and calls to it as Stripe's SDK and as plain HTTP makes them. */
export async function startStripeBench() {
  const bench = await startWireBench();
  /** The webhooks that the SDK takes for genuine, in the order of their arrival. */
  const events = (): Stripe.Event[] =>
    bench.hooks.flatMap(({ raw, headers }) => {
      try {
        const signature = String(headers['stripe-signature']);
        return sdkAt(bench.port()).webhooks.constructEvent(raw, signature, webhookSecret);
      } catch {
        return [];
      }
    });
  return {
    ...bench,
    sdk: () => sdkAt(bench.port()),
    post: async (path: string, body: string, headers: Record<string, string> = {}) =>
      await bench.call('POST', `/stripe/v1${path}`, {
        headers: {
          authorization: `Bearer ${secretKey}`,
          'content-type': 'application/x-www-form-urlencoded',
          ...headers,
        },
        body,
      }),
    events,
    types: () => events().map(({ type }) => type),
  };
}

export type StripeBench = Awaited<ReturnType<typeof startStripeBench>>;

/** A transfer of 10.00 USD. */
export const wanted = (changes: Partial<Stripe.TransferCreateParams> = {}) => ({
  amount: 1_000,
  currency: 'usd',
  destination: 'acct_1',
  transfer_group: 'batch_1',
  metadata: { txn_id: 'pay_1:1' },
  ...changes,
});

/** The error of the SDK's with which a call ended; fails where there is none. */
export async function refusalOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw new Error(`no refusal of Stripe's: ${String(error)}`);
}
