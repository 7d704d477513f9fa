import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** What it says in the place of a payout; each payment gets one of them, whenever it is sent. */
export const NONSENSE = {
  text: (res) => res.end('OK'),
  html: (res) => res.end('<!doctype html><title>Down for maintenance</title>'),
  nothing: (res) => res.end(),
  null: (res) => res.end('null'),
  shape: (res) =>
    res.end('{"id":7,"status":{"of":"mind"},"amount":"a lot","reference_id":[],"currency":{}}'),
  deep: (res) => res.end('['.repeat(200_000)),
  huge: (res) => res.end(`{"id":"disb-1","filler":"${'x'.repeat(5_000_000)}"}`),
  cut: (res) => {
    res.setHeader('content-length', 500);
    res.write('{"id":"disb-1","stat');
    setTimeout(() => res.destroy(), 50);
  },
  drip: (res) => {
    const dripping = setInterval(() => res.write(' '), 2_000);
    res.once('close', () => clearInterval(dripping));
  },
} satisfies Record<string, (res: ServerResponse) => unknown>;

const orderSchema = z.object({
  reference_id: z.string(),
  amount: z.number(),
  currency: z.string(),
  channel_code: z.string(),
});
type Order = z.infer<typeof orderSchema> & { says: keyof typeof NONSENSE };

/** A provider that makes payouts and answers nonsense about them, until it is mended. */
export interface BrokenXendit {
  url: string;
  /** The payouts it has made, by reference: one for each key. */
  made: ReadonlyMap<string, Order>;
  mend(): void;
  close(): Promise<void>;
}

/** Listens on a free port of this machine. */
export async function startBrokenXendit(): Promise<BrokenXendit> {
  const made = new Map<string, Order>();
  const self = { broken: true };
  const server = createServer((req, res) => {
    answer(req, res, made, self.broken).catch((error: unknown) => res.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    made,
    mend: () => void (self.broken = false),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  made: Map<string, Order>,
  broken: boolean,
): Promise<void> {
  const { pathname, searchParams } = new URL(req.url ?? '/', 'http://xendit');
  const text = await bodyOf(req);
  res.setHeader('content-type', 'application/json');
  if (pathname === '/balance') {
    res.end('{"balance":1000000000}');
    return;
  }
  const reference =
    req.method === 'POST' ? book(made, text).reference_id : searchParams.get('reference_id');
  const order = made.get(reference ?? '');
  if (broken && order) NONSENSE[order.says](res);
  else if (req.method === 'POST') res.end(JSON.stringify(order && payoutOf(order)));
  else res.end(JSON.stringify(order ? [payoutOf(order)] : []));
}

/** The same reference is the same payout. */
function book(made: Map<string, Order>, text: string): Order {
  const order = orderSchema.parse(JSON.parse(text));
  const known = made.get(order.reference_id);
  if (known) return known;
  const kinds = Object.keys(NONSENSE) as (keyof typeof NONSENSE)[];
  const booked = { ...order, says: kinds[made.size % kinds.length] ?? 'text' };
  made.set(order.reference_id, booked);
  return booked;
}

const payoutOf = ({ reference_id, amount, currency, channel_code }: Order) => ({
  id: `disb-${reference_id.replaceAll(':', '-')}`,
  reference_id,
  amount,
  currency,
  channel_code,
  status: 'SUCCEEDED',
  business_id: 'business-simulator-idr',
});

async function bodyOf(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
