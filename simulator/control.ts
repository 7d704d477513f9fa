import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { readBody, reply, replyRows } from './http.ts';
import { planSchema } from './plan.ts';
import { TRANSFER_STATUSES, type TransferStatus } from './records.ts';
import { reset, type Simulation } from './simulation.ts';

const BODY_BYTES_MAX = 32 * 1024 * 1024;

const name = z.string().min(1).max(255);
const currency = z.string().regex(/^[A-Z]{3}$/, 'three capital letters');
const balanceSchema = z.strictObject({ provider: name, currency, amount: z.int().min(0) });
const accountsSchema = z.strictObject({
  provider: name,
  accounts: z
    .array(
      z.strictObject({
        accountRef: name,
        kycStatus: z.enum(['NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED']),
        email: name.optional(),
      }),
    )
    .max(200_000),
});
const settleSchema = z.strictObject({
  reference: name,
  status: z.enum(TRANSFER_STATUSES).exclude(['accepted']),
  provider: name.optional(),
  code: name.optional(),
});
const resetSchema = z.unknown();

type Handler = (simulation: Simulation, body: unknown) => Promise<unknown> | unknown;

const POSTS: Readonly<Record<string, Handler>> = {
  '/reset': async (simulation, body) => {
    resetSchema.parse(body);
    await reset(simulation);
    return {};
  },
  '/balance': ({ ledger, wires }, body) => {
    const { provider, currency: of, amount } = balanceSchema.parse(body);
    mustServe(wires, provider);
    ledger.commit(['b', provider, of, amount]);
    return { provider, currency: of, available: amount };
  },
  '/accounts': ({ ledger, wires }, body) => {
    const { provider, accounts } = accountsSchema.parse(body);
    mustServe(wires, provider);
    const updatedAtMs = ledger.now();
    ledger.commit(['k', provider, accounts.map((account) => ({ ...account, updatedAtMs }))]);
    return { provider, accounts: accounts.length };
  },
  '/settle': (simulation, body) => settle(simulation, settleSchema.parse(body)),
  '/faults': ({ ledger, faults, rates }, body) => {
    const plan = planSchema.parse(body);
    ledger.commit(['f', plan]);
    faults.load(plan);
    rates.clear();
    return faults.describe();
  },
};

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Answers one request below `/_sim`. */
export async function serveControl(
  simulation: Simulation,
  req: IncomingMessage,
  res: ServerResponse,
  target: string,
): Promise<void> {
  const { pathname, searchParams } = new URL(target, 'http://simulator');
  try {
    if (req.method === 'GET') {
      await read(simulation, res, pathname, searchParams);
      return;
    }
    const body = await readBody(req, BODY_BYTES_MAX);
    if (body === null) throw new Refusal(413, 'too_large', `at most ${BODY_BYTES_MAX} bytes`);
    const handler = req.method === 'POST' ? POSTS[pathname] : undefined;
    if (handler === undefined) throw nothingAt(req.method, pathname);
    const result = await handler(simulation, jsonIn(body));
    await simulation.ledger.durable();
    reply(res, { status: 200, body: JSON.stringify(result) });
  } catch (error) {
    const { status, code, message } = refusalOf(error);
    reply(res, { status, body: JSON.stringify({ error: { code, message } }) });
  }
}

async function read(
  simulation: Simulation,
  res: ServerResponse,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  await simulation.ledger.durable();
  const sinceMs = timeIn(query.get('since'));
  switch (path) {
    case '/transfers':
      await replyRows(res, 'transfers', transferRows(simulation, query.get('provider'), sinceMs));
      return;
    case '/requests':
      await replyRows(res, 'requests', requestRows(simulation, sinceMs));
      return;
    case '/stats':
      reply(res, { status: 200, body: JSON.stringify(statsOf(simulation)) });
      return;
    case '/faults':
      reply(res, { status: 200, body: JSON.stringify(simulation.faults.describe()) });
      return;
    default:
      throw nothingAt('GET', path);
  }
}
