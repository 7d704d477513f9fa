import { createServer, type IncomingMessage } from 'node:http';
import { recoverTypedDataAddress, verifyMessage } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { RiseConfig } from '../../providers/riseworks/provider.ts';

/** A key of this test alone, so that it can be looked for in everything that is written. */
export const KEY = `0x${'c0ffee42'.repeat(8)}` as const;
export const WALLET = privateKeyToAccount(KEY);
export const TEAM = 'te-abc123def456';
export const SECRET = 'rise-endpoint-secret';
export const CONTRACT = '0x00000000000000000000000000000000000F0001';

export const riseConfig = (baseUrl: string, given: Partial<RiseConfig> = {}): RiseConfig => ({
  baseUrl,
  wallet: WALLET,
  riseId: `0x${'ab'.repeat(20)}`,
  team: TEAM,
  network: 'arbitrum',
  chainId: 42_161,
  contract: CONTRACT.toLowerCase(),
  chainDelayMs: 120_000,
  kycMap: {},
  webhook: { secrets: [SECRET], template: '{t}.{body}', toleranceMs: 600_000 },
  ...given,
});

export interface Reply {
  status?: number;
  /** Text as it is, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Breaks the connection. */
  reset?: true;
  /** More than is ever read. */
  huge?: true;
}

interface Recorded {
  method: string;
  path: string;
  query: URLSearchParams;
  body: string;
}
type Handler = (request: Recorded) => Reply | Promise<Reply>;

const ok = (data: unknown): Reply => ({ body: { success: true, data } });
export const refused = (status: number, data: unknown): Reply => ({
  status,
  body: { success: false, data },
});

interface Asked {
  to: string;
  amount_cents: number;
  invoice_description: string;
}

export const TYPES = {
  CreatePaymentsForwardRequest: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'salt', type: 'uint256' },
    { name: 'expires', type: 'uint256' },
    { name: 'data', type: 'Payment[]' },
  ],
  Payment: [
    { name: 'recipient', type: 'string' },
    { name: 'amount', type: 'uint256' },
  ],
};

/** A draft as Rise's guide shows it, for what was asked. */
export const draftOf = (asked: readonly Asked[], given: Record<string, unknown> = {}) => ({
  domain: {
    name: 'RiseAccountForwarder',
    version: '1.0.0',
    chainId: 42_161,
    verifyingContract: CONTRACT,
  },
  types: TYPES,
  primary_type: 'CreatePaymentsForwardRequest',
  typed_data: {
    from: `0x${'ab'.repeat(20)}`,
    to: CONTRACT,
    salt: String(Math.floor(Math.random() * 1e9)),
    expires: String(Math.floor(Date.now() / 1_000) + 3_600),
    data: asked.map(({ to, amount_cents }) => ({
      recipient: to,
      amount: `${amount_cents}0000`,
    })),
    ...given,
  },
});

export const itemOf = (asked: Asked, given: Record<string, unknown> = {}) => ({
  recipient: { nanoid: asked.to },
  invoice: {
    nanoid: 'iv-def456ghi789',
    invoice_description: asked.invoice_description,
    amount_cents: asked.amount_cents,
    currency: 'USD',
  },
  payment: {
    nanoid: `pa-${asked.invoice_description.slice(-14).replace(':', '-')}`,
    payment_group_nanoid: 'pg-abc123def456',
    state: 'intent',
    amount_cents: asked.amount_cents,
    created_at: new Date().toISOString(),
    ...given,
  },
});

/** A small Rise of its own: signs in, drafts, executes and lists, or answers what it is told to. */
export async function startRisePeer() {
  const requests: Recorded[] = [];
  const told = new Map<string, (Reply | Handler)[]>();
  const drafts = new Map<string, Asked[]>();
  const items = new Map<string, ReturnType<typeof itemOf>>();
  let token = '';
  let logins = 0;

  const handlers: Record<string, Handler> = {
    'GET /v2/auth/siwe': ({ query }) =>
      ok({
        siwe: `rise.works wants you to sign in with your Ethereum account:\n${query.get('wallet')}\n\nRise\n\nNonce: n${logins}\nIssued At: now`,
      }),
    'POST /v2/auth/verify': async ({ body }) => {
      const { message, sig, nonce } = JSON.parse(body);
      const isSigned = await verifyMessage({ address: WALLET.address, message, signature: sig });
      if (!isSigned || !message.includes(`Nonce: ${nonce}`))
        return refused(401, 'SIGNATURE_MISMATCH');
      logins += 1;
      token = `jwt.${logins}`;
      return ok({ jwt: token });
    },
    'POST /v2/payments': ({ body }) => {
      const draft = draftOf(JSON.parse(body).to);
      drafts.set(draft.typed_data.salt, JSON.parse(body).to);
      return ok(draft);
    },
    'PUT /v2/payments': async ({ body }) => {
      const { domain, types, primary_type, typed_data, signature } = JSON.parse(body);
      const signer = await recoverTypedDataAddress({
        domain,
        types,
        primaryType: primary_type,
        message: typed_data,
        signature,
      });
      if (signer !== WALLET.address) return refused(400, 'INVALID_SIGNATURE');
      const asked = drafts.get(typed_data.salt) ?? [];
      for (const one of asked) {
        if (!items.has(one.invoice_description)) items.set(one.invoice_description, itemOf(one));
      }
      return ok({ items: asked.map((one) => items.get(one.invoice_description)) });
    },
    'GET /v2/payments': ({ query }) => {
      const recipient = query.get('recipient');
      const all = [...items.values()];
      return ok({
        items: recipient ? all.filter((item) => item.recipient.nanoid === recipient) : all,
      });
    },
  };

  const reply = async (request: Recorded): Promise<Reply> => {
    const address = `${request.method} ${request.path}`;
    const queue = told.get(address) ?? [];
    const given = queue.length > 1 ? queue.shift() : queue[0];
    if (typeof given === 'function') return given(request);
    return given ?? handlers[address]?.(request) ?? refused(404, 'NOT_FOUND');
  };

  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const url = new URL(incoming.url ?? '/', 'http://peer');
      const { method = '' } = incoming;
      const path = url.pathname;
      const request = { method, path, query: url.searchParams, body: await readBody(incoming) };
      requests.push(request);
      const isOpen = path.startsWith('/v2/auth/');
      const isIn = isOpen || incoming.headers.authorization === `Bearer ${token}`;
      const {
        status = 200,
        body = '',
        headers = {},
        reset,
        huge,
      } = isIn ? await reply(request) : refused(401, 'JWT_EXPIRED');
      if (reset) return void incoming.socket.destroy();
      outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      outgoing.end(huge ? 'x'.repeat(5 * 1_048_576) : text);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    items,
    /** The answers to an address, one after the other, the last one for ever; none: its own again. */
    answer: (at: string, ...replies: (Reply | Handler)[]) => void told.set(at, replies),
    /** All tokens given so far are refused from now on. */
    expireTokens: () => void (token = 'none'),
    sent: (at: string) => requests.filter(({ method, path }) => `${method} ${path}` === at),
    forget: () => {
      requests.length = 0;
      told.clear();
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}
