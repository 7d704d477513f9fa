import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { z } from 'zod';
import { startSimulator, type Simulator } from '../../simulator/server.ts';

// A simulator answers in milliseconds; a machine that also builds and tests other things does not.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

export const API_KEY = 'sim_key';
export const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export const payoutSchema = z.object({
  id: z.string(),
  reference: z.string(),
  recipient: z.string(),
  amount: z.number(),
  currency: z.string(),
  status: z.string(),
  failureCode: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
export const payoutsSchema = z.object({
  payouts: z.array(payoutSchema),
  nextCursor: z.string().nullable().optional(),
});
export const transfersSchema = z.object({
  transfers: z.array(
    z.object({
      provider: z.string(),
      reference: z.string(),
      recipient: z.string(),
      amount: z.number(),
      currency: z.string(),
      status: z.string(),
      createdAt: z.string(),
      idempotencyKey: z.string(),
    }),
  ),
});
const eventSchema = z.object({
  id: z.string(),
  type: z.string(),
  createdAt: z.string(),
  data: z.object({ payout: payoutSchema }),
});

/** A webhook as it arrived. */
export type Received = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  readonly event: z.infer<typeof eventSchema>;
};

/** A receiver of webhooks that writes down those of payouts; `answers` are statuses to give first. */
export async function startReceiver(answers: number[] = [], atPort = 0) {
  const received: Received[] = [];
  const server = createServer((req, res) => {
    let raw = '';
    req.on('data', (chunk: Buffer) => (raw += chunk.toString('utf8')));
    req.on('end', () => {
      if (!raw.includes('"type":"account.')) {
        const event = eventSchema.parse(JSON.parse(raw));
        received.push({ path: req.url ?? '', headers: req.headers, raw, event });
      }
      res.writeHead(answers.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(atPort, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${port}/webhooks`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** A simulator on a directory of its own, a receiver for its webhooks, and calls to both. */
export async function startBench(answers: number[] = []) {
  const dataDir = await mkdtemp(join(tmpdir(), 'bursar-simulator-'));
  const receiver = await startReceiver(answers);
  const start = async (): Promise<Simulator> =>
    await startSimulator({
      port: 0,
      dataDir,
      webhookUrl: receiver.url,
      webhookSecret: WEBHOOK_SECRET,
      apiKey: API_KEY,
    });
  let simulator = await start();
  return {
    dataDir,
    receiver,
    received: receiver.received,
    client: () => clientOf(simulator.url),
    restart: async () => {
      await simulator.close();
      simulator = await start();
    },
    close: async () => {
      await simulator.close();
      await receiver.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type Bench = Awaited<ReturnType<typeof startBench>>;

export type Reply = { readonly status: number; readonly headers: Headers; readonly body: unknown };

/** The calls that the tests make. */
export function clientOf(url: string) {
  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Reply> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${API_KEY}`, ...options.headers },
      ...(options.body === undefined ? {} : { body: textOf(options.body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await answer.text();
    const body: unknown = JSON.parse(text);
    return { status: answer.status, headers: answer.headers, body };
  };
  return {
    url,
    call,
    submit: async (reference: string, options: SubmitOptions = {}): Promise<Reply> => {
      const { key = reference, ...changes } = options;
      const body = { ...payment(reference), ...changes };
      return await call('POST', '/mock/payouts', { headers: { 'idempotency-key': key }, body });
    },
    batch: async (payouts: readonly unknown[]): Promise<Reply> =>
      await call('POST', '/mock/payouts/batch', { body: { payouts } }),
    faults: async (rules: readonly unknown[], seed = 1): Promise<Reply> =>
      await call('POST', '/_sim/faults', { body: { seed, rules } }),
    lookup: async (reference: string) =>
      payoutsSchema.parse((await call('GET', `/mock/payouts?reference=${reference}`)).body).payouts,
    transfers: async () =>
      transfersSchema.parse((await call('GET', '/_sim/transfers')).body).transfers,
  };
}

export type Client = ReturnType<typeof clientOf>;
type CallOptions = { headers?: Record<string, string>; body?: unknown };
type SubmitOptions = { key?: string; recipient?: string; amount?: unknown; currency?: string };

/** A payment of 10.00 USD. */
export function payment(reference: string) {
  return { reference, recipient: 'acct_1', amount: 1_000, currency: 'USD' };
}

/** A payment as an item of a batch. */
export function item(reference: string, changes: object = {}) {
  return { ...payment(reference), idempotencyKey: reference, ...changes };
}

/** The code of a failure. */
export function codeOf(reply: Reply): string {
  return errorSchema.parse(reply.body).error.code;
}

/** Waits until `check` holds; fails after 30 s. */
export async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error('did not come true within 30 s');
    await pause(10);
  }
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
