import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Effect, Operation } from './effects.ts';
import type { Fired } from './faults.ts';
import { drop, readBody, reply } from './http.ts';
import type { RequestRow } from './requests.ts';
import type { Simulation } from './simulation.ts';
import { Turn } from './turn.ts';
import type { Answer, Call, Prepared, Wire } from './wire/port.ts';

const BODY_BYTES_MAX = 1024 * 1024;
const WEBHOOK_FIRST_WAIT_MS = 2_000;

type Exchange = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly wire: Wire;
};

/** Answers one request to a provider, `target` being its address below the provider's prefix. */
export async function serveCall(
  simulation: Simulation,
  exchange: Exchange,
  target: string,
): Promise<void> {
  const { req, res, wire } = exchange;
  const atMs = Date.now();
  const method = req.method ?? 'GET';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const operation = wire.operationOf(method, path);
  if (operation === null) {
    req.resume();
    const rows = record(simulation, req, null, atMs, null);
    answerWith(res, rows, wire.failure('not_found', { message: `there is no ${method} ${path}` }));
    return;
  }
  if (simulation.faults.active && simulation.faults.refusesUnread(wire.provider, operation)) {
    record(simulation, req, null, atMs, null);
    drop(req);
    return;
  }
  const body = await readBody(req, BODY_BYTES_MAX);
  if (body === null) {
    const rows = record(simulation, req, null, atMs, null);
    answerWith(res, rows, tooLarge(wire));
    return;
  }
  const query = mark < 0 ? '' : target.slice(mark + 1);
  const bodyHash = hash('sha256', body, 'base64url');
  const call: Call = { method, path, query, headers: req.headers, body, bodyHash };
  const limited = simulation.limits.active ? limit(simulation, exchange, operation, call) : null;
  const checked = limited ?? wire.prepare(call, simulation.ledger);
  // Most wires answer at once, and then a wait of a turn of the loop would be a waste.
  const prepared = checked instanceof Promise ? await checked : checked;
  const isPrepared = 'perform' in prepared;
  const rows = record(simulation, req, bodyHash, atMs, isPrepared ? prepared : null);
  if (isPrepared) await carryOut(simulation, exchange, prepared, rows);
  else answerWith(res, rows, prepared);
}

/** Counts the call against the provider's own limit, and tells of it on whatever is answered. */
function limit(
  { limits }: Simulation,
  { res, wire }: Exchange,
  operation: Operation,
  { method, path, headers: { authorization } }: Call,
): Answer | null {
  const endpoint = wire.endpointOf?.(method, path) ?? operation;
  const state = limits.take(wire.provider, endpoint, authorization ?? '');
  if (state === null) return null;
  const headers = wire.limitHeaders?.(state) ?? {};
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (!state.isPassed) return null;
  const { resetMs: retryAfterMs, perMinute } = state;
  return wire.failure('rate_limited', { retryAfterMs, perMinute });
}

async function carryOut(
  simulation: Simulation,
  { req, res, wire }: Exchange,
  prepared: Prepared,
  rows: readonly RequestRow[],
): Promise<void> {
  const effects = simulation.faults.active
    ? simulation.faults.drawCall(wire.provider, prepared.operation, prepared.items)
    : [];
  const early = effects.length === 0 ? null : await beforehand(simulation, wire, effects);
  if (early === 'refuse') return drop(req);
  if (early !== null) return answerWith(res, rows, early);

  const turn = new Turn({
    ledger: simulation.ledger,
    engine: simulation.engine,
    faults: simulation.faults,
    provider: wire.provider,
    operation: prepared.operation,
    shuffles: effects.some(({ effect }) => effect.type === 'shuffle'),
  });
  const statuses: number[] = [];
  const answer = prepared.perform(turn, (index, status) => {
    statuses[index] = status;
  });
  await simulation.ledger.durable();
  if (turn.eventsFirst.length > 0) {
    const tried = simulation.webhooks.publishFirst(turn.eventsFirst);
    await Promise.race([tried, simulation.waits.sleep(WEBHOOK_FIRST_WAIT_MS)]);
  }
  const told = effects.length === 0 ? answer : await afterwards(simulation, wire, effects, answer);
  if (told === 'reset') return drop(req);
  if (told !== answer && prepared.replaced !== undefined) {
    prepared.replaced(turn, told);
    await simulation.ledger.durable();
  }
  answerWith(res, rows, told, told === answer ? statuses : []);
}

/** The effects before anything happens, in their order, up to the first that ends the call. */
async function beforehand(
  simulation: Simulation,
  wire: Wire,
  effects: readonly Fired[],
): Promise<Answer | 'refuse' | null> {
  for (const { rule, effect } of effects) {
    if (effect.type === 'refuse') return 'refuse';
    if (effect.type === 'delay') await simulation.waits.sleep(effect.ms);
    if (effect.type === 'status_before') return wire.failure(...failureOf(effect));
    if (effect.type === 'rate_limit') {
      const retryAfterMs = simulation.rates.take(rule, effect.perSecond);
      const perMinute = Math.max(1, Math.round(effect.perSecond * 60));
      if (retryAfterMs > 0) return wire.failure('rate_limited', { retryAfterMs, perMinute });
    }
  }
  return null;
}

/** The effects on a call that has been carried out: the first of them decides. */
async function afterwards(
  simulation: Simulation,
  wire: Wire,
  effects: readonly Fired[],
  answer: Answer,
): Promise<Answer | 'reset'> {
  for (const { effect } of effects) {
    if (effect.type === 'accept_then_reset') return 'reset';
    if (effect.type === 'accept_then_status') return wire.failure(...failureOf(effect));
    if (effect.type === 'accept_then_hang') {
      await simulation.waits.sleep(effect.ms);
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
  simulation: Simulation,
  req: IncomingMessage,
  bodyHash: string | null,
  atMs: number,
  prepared: Prepared | null,
): RequestRow[] {
  const header = req.headers['idempotency-key'];
  const key = typeof header === 'string' ? header : null;
  const items = prepared?.items ?? [];
  const isBatch = prepared?.isBatch === true;
  const reference = items.length === 1 && !isBatch ? (items[0]?.reference ?? null) : null;
  const method = req.method ?? 'GET';
  const path = req.url ?? '/';
  const row = { method, path, key, reference, bodyHash, atMs, status: null };
  const rows = [simulation.requests.add(row)];
  if (!isBatch) return rows;
  for (const item of items) {
    rows.push(simulation.requests.add({ ...row, key: item.key, reference: item.reference }));
  }
  return rows;
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
