import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '../../simulator/credentials.ts';
import { startSimulator, type Simulator } from '../../simulator/server.ts';
import { API_KEY, transfersSchema, WEBHOOK_SECRET } from './harness.ts';

/** A webhook as it arrived, not yet understood. */
export type Hook = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
};

type CallOptions = {
  readonly headers?: Record<string, string>;
  /** Text goes as it is, anything else as JSON. */
  readonly body?: unknown;
};

/** A simulator on a directory of its own and a receiver that writes down any webhook. */
export async function startWireBench(credentials?: Credentials) {
  const dataDir = await mkdtemp(join(tmpdir(), 'bursar-wire-'));
  const hooks: Hook[] = [];
  const answers: number[] = [];
  let later: ((status: number) => void)[] | null = null;
  const receiver = createServer((req, res) => {
    let raw = '';
    req.on('data', (chunk: Buffer) => (raw += chunk.toString('utf8')));
    req.on('end', () => {
      hooks.push({ path: req.url ?? '', headers: req.headers, raw });
      if (later === null) res.writeHead(answers.shift() ?? 204).end();
      else later.push((status) => res.writeHead(status).end());
    });
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  const { port } = receiver.address() as AddressInfo;
  const start = async (): Promise<Simulator> =>
    await startSimulator({
      port: 0,
      dataDir,
      webhookUrl: `http://127.0.0.1:${port}/webhooks`,
      webhookSecret: WEBHOOK_SECRET,
      apiKey: API_KEY,
      ...(credentials !== undefined && { credentials }),
    });
  let simulator = await start();
  const call = async (method: string, path: string, options: CallOptions = {}) => {
    const { body, headers = {} } = options;
    const answer = await fetch(`${simulator.url}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const json: unknown = JSON.parse(await answer.text());
    return { status: answer.status, headers: answer.headers, body: json };
  };
  return {
    hooks,
    /** Statuses to give to the next webhooks. */
    answers,
    /** Has the webhooks from now on wait for their answer until it is given. */
    answerLater: () => {
      const waiting: ((status: number) => void)[] = [];
      later = waiting;
      return {
        answer: (status: number) => {
          later = null;
          for (const give of waiting) give(status);
        },
      };
    },
    call,
    port: () => simulator.port,
    control: async (path: string, body: unknown) => await call('POST', `/_sim${path}`, { body }),
    faults: async (...rules: readonly unknown[]) =>
      await call('POST', '/_sim/faults', { body: { seed: 1, rules } }),
    transfers: async () =>
      transfersSchema.parse((await call('GET', '/_sim/transfers')).body).transfers,
    reset: async () => {
      await call('POST', '/_sim/reset');
      hooks.length = 0;
      answers.length = 0;
    },
    restart: async () => {
      await simulator.close();
      simulator = await start();
    },
    close: async () => {
      await simulator.close();
      receiver.closeAllConnections();
      await new Promise((resolve) => {
        receiver.close(resolve);
      });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
