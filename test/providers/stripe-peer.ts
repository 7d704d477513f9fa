import { createServer, type IncomingHttpHeaders } from 'node:http';
import { onTestFinished } from 'vitest';
import { makeStripeProvider } from '../../providers/stripe/provider.ts';
import { plainTools, type ProviderTools } from '../../providers/tools.ts';
import { ACCOUNT, configFor } from './stripe-rig.ts';

/** A request as the peer got it. */
export interface Got {
  method: string;
  path: string;
  query: URLSearchParams;
  form: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/** What the peer does with a request: JSON with status 200, an answer as it is, or no answer. */
export type Reply =
  { json: unknown } | { status: number; text: string; headers?: Record<string, string> } | 'reset';

/** The adapter against a peer that answers as told; both end with the test. */
export async function openPeer(
  answer: (got: Got) => Reply,
  more: Record<string, string> = {},
  tools: ProviderTools = plainTools(),
) {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://peer');
      const form = new URLSearchParams(Buffer.concat(parts).toString('utf8'));
      const { method = '', headers } = request;
      const one = { method, path: url.pathname, query: url.searchParams, form, headers };
      got.push(one);
      const reply = answer(one);
      if (reply === 'reset') request.socket.destroy();
      else if ('json' in reply) response.end(JSON.stringify(reply.json));
      else response.writeHead(reply.status, reply.headers).end(reply.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const provider = makeStripeProvider(configFor(url, { BURSAR_STRIPE_URL: url, ...more }), tools);
  onTestFinished(async () => {
    await provider.close();
    server.closeAllConnections();
    server.close();
  });
  return { provider, got };
}

/** An error as Stripe writes it. */
export const failing = (
  status: number,
  error: Record<string, unknown>,
  headers: Record<string, string> = {},
): Reply => ({
  status,
  text: JSON.stringify({ error: { message: 'No.', type: 'invalid_request_error', ...error } }),
  headers,
});

/** A transfer as Stripe tells it (docs.stripe.com/api/transfers/object). */
export const transferObject = (given: object = {}) => ({
  id: 'tr_1',
  object: 'transfer',
  amount: 500,
  amount_reversed: 0,
  created: 1_767_225_600,
  currency: 'usd',
  destination: ACCOUNT,
  livemode: false,
  metadata: { txn_id: 'pay_1:1' },
  reversed: false,
  transfer_group: 'bat_1/0',
  ...given,
});

/** A payout as Stripe tells it (docs.stripe.com/api/payouts/object). */
export const payoutObject = (given: object = {}) => ({
  id: 'po_1',
  object: 'payout',
  amount: 500,
  created: 1_767_225_600,
  currency: 'usd',
  destination: 'ba_1',
  failure_code: null,
  livemode: false,
  metadata: { txn_id: 'pay_1:1' },
  reversed_by: null,
  status: 'pending',
  ...given,
});

export const listObject = (data: readonly unknown[], hasMore = false) => ({
  object: 'list',
  data,
  has_more: hasMore,
  url: '/v1/list',
});
