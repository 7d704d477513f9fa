import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { readBody, reply, replyRows } from './http.ts';
import { planSchema } from './plan.ts';
import type { Ledger } from './ledger.ts';
import { TRANSFER_STATUSES, type Account, type TransferStatus } from './records.ts';
import { requestRows, statsOf, transferRows } from './reports.ts';
import { reset, type Simulation } from './simulation.ts';
import type { Transfer } from './state.ts';

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
  tell: z.boolean().optional(),
});
const settleSchema = z.strictObject({
  reference: name,
  status: z.enum(TRANSFER_STATUSES),
  provider: name.optional(),
  code: name.optional(),
});

const limitsSchema = z.strictObject({
  provider: name,
  perMinute: z.int().min(1).max(1_000_000).nullable(),
});

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

type Handler = (simulation: Simulation, body: unknown) => unknown;

const POSTS: Readonly<Record<string, Handler>> = {
  '/reset': async (simulation) => {
    await reset(simulation);
    return {};
  },
  '/balance': ({ ledger, wires }, body) => {
    const { provider, currency: of, amount } = balanceSchema.parse(body);
    mustServe(wires, provider);
    ledger.commit(['b', provider, of, amount]);
    return { provider, currency: of, available: amount };
  },
  '/accounts': (simulation, body) => setAccounts(simulation, accountsSchema.parse(body)),
  '/limits': ({ ledger, limits, wires }, body) => {
    const { provider, perMinute } = limitsSchema.parse(body);
    mustServe(wires, provider);
    ledger.commit(['l', provider, perMinute]);
    limits.set(provider, perMinute);
    return { provider, perMinute };
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
      reply(res, { status: 200, body: statsOf(simulation) });
      return;
    case '/faults':
      reply(res, { status: 200, body: JSON.stringify(simulation.faults.describe()) });
      return;
    default:
      throw nothingAt('GET', path);
  }
}

// The event follows once the change is on disk, and by itself only where there is one.
async function setAccounts(
  { ledger, webhooks, wires }: Simulation,
  { provider, accounts, tell }: z.infer<typeof accountsSchema>,
): Promise<unknown> {
  mustServe(wires, provider);
  const before = ledger.book(provider).accounts;
  const updatedAtMs = ledger.now();
  const set = accounts.map((account) => ({ ...account, updatedAtMs }));
  const told = set.filter(
    (account) => tell ?? isOther(before.get(account.accountRef) ?? null, account),
  );
  ledger.commit(['k', provider, set]);
  await ledger.durable();
  webhooks.publishAccounts(
    told.map((account) => ({ provider, account, eventId: randomBytes(10).toString('hex') })),
  );
  return { provider, accounts: set.length };
}

function isOther(before: Account | null, { kycStatus, email }: Account): boolean {
  return before === null || before.kycStatus !== kycStatus || before.email !== email;
}

function settle(
  { ledger, engine, wires }: Simulation,
  { reference, status, provider, code }: z.infer<typeof settleSchema>,
): unknown {
  const providers = provider === undefined ? [...wires.keys()] : [provider];
  const transfers = providers.flatMap((each) => ledger.book(each).withReference(reference));
  if (transfers.length === 0) throw new Refusal(404, 'not_found', `no transfer for ${reference}`);
  for (const transfer of transfers) mayBecome(ledger, transfer, status);
  const why = status === 'returned' ? (code ?? null) : null;
  const word = status === 'failed' ? (code ?? 'bank_declined') : why;
  for (const transfer of transfers) {
    engine.force(transfer, status, status === 'accepted' ? (code ?? null) : word);
  }
  return { reference, status, transfers: transfers.length };
}

// Money comes from nowhere: what holds none can only be settled while the balance covers it.
function mayBecome(ledger: Ledger, transfer: Transfer, status: TransferStatus): void {
  const { provider, currency, amountMinor, holdsMoney } = transfer;
  if (status === 'accepted' && transfer.status !== 'accepted') {
    throw new Refusal(422, 'invalid_request', 'status: it is past that');
  }
  if (status !== 'settled' || holdsMoney) return;
  if (ledger.book(provider).available(currency) >= amountMinor) return;
  throw new Refusal(409, 'insufficient_balance', 'the balance does not cover it');
}

function mustServe(wires: Simulation['wires'], provider: string): void {
  if (wires.has(provider)) return;
  const names = [...wires.keys()].join(', ');
  throw new Refusal(422, 'invalid_request', `provider: there is no "${provider}", only ${names}`);
}

function nothingAt(method: string | undefined, path: string): Refusal {
  return new Refusal(404, 'not_found', `there is no ${method ?? ''} /_sim${path}`);
}

function jsonIn(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal(400, 'invalid_request', 'the body is not JSON');
  }
}

/** ISO 8601 or epoch milliseconds; 0 where nothing is given. */
function timeIn(value: string | null): number {
  if (value === null) return 0;
  const atMs = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  if (Number.isNaN(atMs)) throw new Refusal(422, 'invalid_request', 'since: not a time');
  return atMs;
}

function refusalOf(error: unknown): { status: number; code: string; message: string } {
  if (error instanceof Refusal) return error;
  if (error instanceof z.ZodError) {
    const message = error.issues.map(explained).join('; ');
    return { status: 422, code: 'invalid_request', message };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { status: 500, code: 'server_error', message };
}

function explained(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.')}: ${issue.message}`;
}
