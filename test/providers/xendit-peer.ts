import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, beforeEach } from 'vitest';
import type { LookupOrder, Provider } from '../../providers/port.ts';
import { plainTools, type ProviderTools } from '../../providers/tools.ts';
import type { XenditConfig, XenditCredential } from '../../providers/xendit/config.ts';
import { makeXenditProvider } from '../../providers/xendit/provider.ts';

export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}
interface Answer {
  status?: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** A server that answers whatever a test wants, and the adapter in front of it. */
export interface Peer {
  seen: Seen[];
  answer: (request: Seen) => Answer;
  xendit(given?: Partial<XenditConfig>, tools?: ProviderTools): Provider;
}

export const credential: XenditCredential = {
  apiKey: 'xnd_development_key',
  callbackTokens: ['token'],
  businessId: null,
  forUserId: null,
  defaultChannel: 'ID_OVO',
  perMinute: 60,
};

const nothing = (): Answer => ({ status: 404, body: { error_code: 'DATA_NOT_FOUND' } });

/** A new peer for each test of the file. */
export function usePeer(): Peer {
  let server: Server;
  let open: Provider[] = [];
  const peer: Peer = {
    seen: [],
    answer: nothing,
    xendit(given = {}, tools = plainTools()) {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const sub = { ...credential, apiKey: 'xnd_development_php', forUserId: 'sub-1' };
      const credentials: XenditConfig['credentials'] = new Map([
        ['IDR', credential],
        ['PHP', sub],
      ]);
      const baseUrl = `http://127.0.0.1:${port}/base`;
      const usual = {
        baseUrl,
        apiVersion: 'v2',
        versionHeader: '2025-09-09',
        credentials,
      } as const;
      const provider = makeXenditProvider({ ...usual, ...given }, tools);
      open.push(provider);
      return provider;
    },
  };
  beforeEach(async () => {
    Object.assign(peer, { seen: [], answer: nothing });
    server = serverOf(peer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await Promise.all(open.map((provider) => provider.close()));
    open = [];
    server.close();
  });
  return peer;
}

const serverOf = (peer: Peer): Server =>
  createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(parts).toString('utf8') };
      peer.seen.push(one);
      const { status = 200, body, headers: more = {} } = peer.answer(one);
      response.writeHead(status, more);
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });

export const order = (given: Partial<LookupOrder> = {}): LookupOrder => ({
  reference: 'pay_1:1',
  accountRef: '1',
  amountMinor: 1_000_000n,
  currency: 'IDR',
  groupId: 'g',
  ...given,
});

/** A payout of v2 as Xendit tells it, which is what `order` asks for. */
export const payout = (given: Record<string, unknown> = {}) => ({
  id: 'disb-1',
  reference_id: 'pay_1:1',
  amount: 10_000,
  currency: 'IDR',
  status: 'SUCCEEDED',
  ...given,
});
export const SETTLED = { kind: 'SETTLED', providerPaymentId: 'disb-1' };

export const submit = (provider: Provider, given: Partial<LookupOrder> = {}) => {
  const payment = provider.prepare({ ...order(given), details: null, payeeName: 'Ada Bell' });
  return provider.submit([payment], { sendBeforeMs: Infinity });
};
export const lookUpOne = async (provider: Provider, given: Partial<LookupOrder> = {}) =>
  (await provider.lookup([order(given)])).get(given.reference ?? 'pay_1:1');
