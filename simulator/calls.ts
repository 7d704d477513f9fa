import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Effect } from './effects.ts';
import type { Engine } from './engine.ts';
import type { Faults, Fired } from './faults.ts';
import { drop, readBody, reply } from './http.ts';
import type { Ledger } from './ledger.ts';
import type { TokenBuckets } from './rate.ts';
import type { RequestRow, Requests } from './requests.ts';
import type { Timers } from './timers.ts';
import { Turn } from './turn.ts';
import type { Webhooks } from './webhooks.ts';
import type { Answer, Call, Prepared, Wire } from './wire/port.ts';

const BODY_BYTES_MAX = 1024 * 1024;
const WEBHOOK_FIRST_WAIT_MS = 2_000;

export type World = {
  readonly ledger: Ledger;
  readonly engine: Engine;
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  readonly requests: Requests;
  readonly rates: TokenBuckets;
  /** For waits inside a call; not those of the ledger, which a reset forgets. */
  readonly waits: Timers;
};

type Exchange = { readonly req: IncomingMessage; readonly res: ServerResponse; readonly wire: Wire };

/** Answers one request to a provider, `target` being its address below the provider's prefix. */
export async function serveCall(world: World, exchange: Exchange, target: string): Promise<void> {
  const { req, res, wire } = exchange;
  const atMs = Date.now();
  const method = req.method ?? 'GET';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const operation = wire.operationOf(method, path);
  if (operation === null) {
    req.resume();
    const rows = record(world, req, null, atMs, null);
    answerWith(res, rows, wire.failure('not_found', { message: `there is no ${method} ${path}` }));
    return;
  }
  if (world.faults.active && world.faults.refusesUnread(wire.provider, operation)) {
    record(world, req, null, atMs, null);
    drop(req);
    return;
  }
  const body = await readBody(req, BODY_BYTES_MAX);
  if (body === null) {
    const rows = record(world, req, null, atMs, null);
    answerWith(res, rows, tooLarge(wire));
    return;
  }
  const query = mark < 0 ? '' : target.slice(mark + 1);
  const bodyHash = hash('sha256', body, 'base64url');
  const call: Call = { method, path, query, headers: req.headers, body, bodyHash };
  const prepared = wire.prepare(call, world.ledger);
  const isPrepared = 'perform' in prepared;
  const rows = record(world, req, bodyHash, atMs, isPrepared ? prepared : null);
  if (isPrepared) await carryOut(world, exchange, prepared, rows);
  else answerWith(res, rows, prepared);
}

async function carryOut(
  world: World,
  { req, res, wire }: Exchange,
  prepared: Prepared,
  rows: readonly RequestRow[],
): Promise<void> {
  const effects = world.faults.active
    ? world.faults.drawCall(wire.provider, prepared.operation, prepared.items)
    : [];
  const early = effects.length === 0 ? null : await beforehand(world, wire, effects);
  if (early === 'refuse') return drop(req);
  if (early !== null) return answerWith(res, rows, early);

  const turn = new Turn({
    ledger: world.ledger,
    engine: world.engine,
    faults: world.faults,
    provider: wire.provider,
    operation: prepared.operation,
    shuffles: effects.some(({ effect }) => effect.type === 'shuffle'),
  });
  const statuses: number[] = [];
  const answer = prepared.perform(turn, (index, status) => {
    statuses[index] = status;
  });
  await world.ledger.durable();
  if (turn.eventsFirst.length > 0) {
    const tried = world.webhooks.publishFirst(turn.eventsFirst);
    await Promise.race([tried, world.waits.sleep(WEBHOOK_FIRST_WAIT_MS)]);
  }
  const told = effects.length === 0 ? answer : await afterwards(world, wire, effects, answer);
  if (told === 'reset') return drop(req);
  answerWith(res, rows, told, told === answer ? statuses : []);
}

/** The effects before anything happens, in their order, up to the first that ends the call. */
async function beforehand(
  world: World,
  wire: Wire,
  effects: readonly Fired[],
): Promise<Answer | 'refuse' | null> {
  for (const { rule, effect } of effects) {
    if (effect.type === 'refuse') return 'refuse';
    if (effect.type === 'delay') await world.waits.sleep(effect.ms);
    if (effect.type === 'status_before') return wire.failure(...failureOf(effect));
    if (effect.type === 'rate_limit') {
      const retryAfterMs = world.rates.take(rule, effect.perSecond);
      if (retryAfterMs > 0) return wire.failure('rate_limited', { retryAfterMs });
    }
  }
  return null;
}

/** The effects on a call that has been carried out: the first of them decides. */
async function afterwards(
  world: World,
  wire: Wire,
  effects: readonly Fired[],
  answer: Answer,
): Promise<Answer | 'reset'> {
  for (const { effect } of effects) {
    if (effect.type === 'accept_then_reset') return 'reset';
    if (effect.type === 'accept_then_status') return wire.failure(...failureOf(effect));
    if (effect.type === 'accept_then_hang') {
      await world.waits.sleep(effect.ms);
      return answer;
    }
  }
  return answer;
}

function failureOf(
  effect: Extract<Effect, { status: number }>,
): [code: string, options: { status: number; retryAfterMs?: number }] {
  const { status } = effect;
  if (status === 429) return [effect.code ?? 'rate_limited', { status, retryAfterMs: 1_000 }];
  return [effect.code ?? (status >= 500 ? 'server_error' : 'invalid_request'), { status }];
}

function tooLarge(wire: Wire): Answer {
  const message = `a body has at most ${BODY_BYTES_MAX} bytes`;
  return wire.failure('invalid_request', { status: 413, message });
}

function record(
  world: World,
  req: IncomingMessage,
  bodyHash: string | null,
  atMs: number,
  prepared: Prepared | null,
): RequestRow[] {
  const method = req.method ?? 'GET';
  const path = req.url ?? '/';
  const row = (key: string | null, reference: string | null): RequestRow =>
    world.requests.add({ method, path, key, reference, bodyHash, atMs, status: null });
  const header = req.headers['idempotency-key'];
  const key = typeof header === 'string' ? header : null;
  const items = prepared?.items ?? [];
  if (prepared?.isBatch !== true) {
    return [row(key, items.length === 1 ? (items[0]?.reference ?? null) : null)];
  }
  return [row(key, null), ...items.map((item) => row(item.key, item.reference))];
}

function answerWith(
  res: ServerResponse,
  rows: readonly RequestRow[],
  answer: Answer,
  itemStatuses: readonly number[] = [],
): void {
  rows.forEach((row, at) => {
    row.status = at === 0 ? answer.status : (itemStatuses[at - 1] ?? answer.status);
  });
  reply(res, answer);
}
