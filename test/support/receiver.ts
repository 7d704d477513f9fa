import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as the receiver got it. */
export interface Received {
  id: string;
  headers: Record<string, string>;
  body: string;
  /** The body's JSON. */
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
  atMs: number;
}

/** What the receiver answers to a call; 200 where nothing is said. */
export type Answers = (
  call: Received,
  nth: number,
) => number | { status: number; headers?: Record<string, string>; afterMs?: number };

/** A user's HTTP server, which takes events. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Events that were answered by 2xx, in that order. */
  readonly taken: Received[];
  /** Calls that are open at this moment, and the most that ever were. */
  readonly open: { now: number; most: number };
  answers: Answers;
  close(): Promise<void>;
}

/** Listens on a free port of this machine, or on the given one. */
export async function startReceiver(answers: Answers = () => 200, port = 0): Promise<Receiver> {
  const received: Received[] = [];
  const taken: Received[] = [];
  const open = { now: 0, most: 0 };
  const server = createServer((request, response) => {
    open.now += 1;
    open.most = Math.max(open.most, open.now);
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const call = callOf(request.headers, Buffer.concat(parts).toString('utf8'));
      received.push(call);
      const nth = received.filter(({ id }) => id === call.id).length;
      const said = receiver.answers(call, nth);
      const {
        status,
        headers = {},
        afterMs = 0,
      } = typeof said === 'number' ? { status: said } : said;
      setTimeout(() => {
        open.now -= 1;
        if (status < 300) taken.push(call);
        response.writeHead(status, headers).end();
      }, afterMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received,
    taken,
    open,
    answers,
    close: () => closeServer(server),
  };
  return receiver;
}

function callOf(headers: IncomingHttpHeaders, body: string): Received {
  const plain = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(value)]),
  );
  const { type, timestamp, data } = JSON.parse(body) as Pick<
    Received,
    'type' | 'timestamp' | 'data'
  >;
  const id = plain['webhook-id'] ?? '';
  return { id, headers: plain, body, type, timestamp, data, atMs: Date.now() };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
