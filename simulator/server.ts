import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { serveCall } from './calls.ts';
import type { Credentials } from './credentials.ts';
import { serveControl } from './control.ts';
import { Engine } from './engine.ts';
import { Faults } from './faults.ts';
import { reply } from './http.ts';
import { Ledger } from './ledger.ts';
import { Limits } from './limits.ts';
import { planSchema } from './plan.ts';
import { TokenBuckets } from './rate.ts';
import { Requests } from './requests.ts';
import type { Simulation } from './simulation.ts';
import { Timers } from './timers.ts';
import { Webhooks } from './webhooks.ts';
import { makeWires } from './wire/all.ts';

// A hundred references in one query string are longer than Node's usual limit.
const HEADER_BYTES_MAX = 64 * 1024;
const KEEP_ALIVE_MS = 65_000;
const CONTROL = '/_sim';

export type SimulatorOptions = {
  readonly host?: string;
  /** 0 chooses a free one. */
  readonly port: number;
  /** Made where it does not exist. One simulator at a time. */
  readonly dataDir: string;
  /** Webhooks go to `<webhookUrl>/<provider>`. */
  readonly webhookUrl: string;
  /** Of Standard Webhooks: `whsec_` and base64. */
  readonly webhookSecret: string;
  readonly apiKey: string;
  /** What each of the other providers accepts and signs with; documented defaults where left out. */
  readonly credentials?: Credentials;
};

export type Simulator = {
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Resolves when everything is on disk and nothing is left running. */
  close(): Promise<void>;
};

/**
 * Starts a simulator on what its data directory holds. Rejects, with a message for people, when an
 * option makes no sense, the directory cannot be used, or the port is taken.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const simulation = await assemble(options);
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX }, (req, res) => {
    serve(simulation, req, res).catch((error: unknown) => giveUp(req, res, error));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const host = options.host ?? '127.0.0.1';
  const port = await listen(server, options.port, host);
  simulation.engine.resume();
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close: async () => {
      simulation.plans.clear();
      simulation.waits.clear();
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
      await simulation.webhooks.close();
      await simulation.ledger.close();
    },
  };
}

async function assemble(options: SimulatorOptions): Promise<Simulation> {
  const wires = new Map(makeWires(options).map((wire) => [wire.provider, wire]));
  const ledger = await Ledger.open(options.dataDir);
  const faults = new Faults();
  if (ledger.faultPlan !== null) faults.load(planSchema.parse(ledger.faultPlan));
  const limits = new Limits();
  for (const [provider, perMinute] of ledger.limits) limits.set(provider, perMinute);
  const plans = new Timers();
  const requests = new Requests();
  const parts = { ledger, faults, requests, wires };
  const webhooks = new Webhooks({ ...parts, timers: plans, url: options.webhookUrl });
  return {
    ...parts,
    plans,
    webhooks,
    engine: new Engine(ledger, plans, (events) => webhooks.publish(events)),
    rates: new TokenBuckets(),
    limits,
    waits: new Timers(),
  };
}

async function serve(
  simulation: Simulation,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const url = req.url ?? '/';
  const end = url.slice(1).search(/[/?]/) + 1;
  const prefix = end === 0 ? url : url.slice(0, end);
  const target = end === 0 ? '/' : url.slice(end);
  if (prefix === CONTROL) return await serveControl(simulation, req, res, target);
  const wire = simulation.wires.get(prefix.slice(1));
  if (wire !== undefined) return await serveCall(simulation, { req, res, wire }, target);
  req.resume();
  const message = `there is nothing at ${prefix}`;
  reply(res, { status: 404, body: JSON.stringify({ error: { code: 'not_found', message } }) });
}

function giveUp(req: IncomingMessage, res: ServerResponse, error: unknown): void {
  if (req.destroyed || res.destroyed) return; // The caller went away: nobody is left to be told.
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`simulator: ${req.method ?? ''} ${req.url ?? ''}: ${message}\n`);
  reply(res, { status: 500, body: JSON.stringify({ error: { code: 'server_error', message } }) });
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
