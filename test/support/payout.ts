import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { TestStack } from './test-stack.ts';

/** A caller of the HTTP API, as a platform would be one. */
export interface Caller {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  csv(kind: 'affiliates' | 'commissions', text: string): Promise<Answer>;
}

export interface Answer {
  status: number;
  body: unknown;
}

const BASE = '/api/disbursement';

/** Calls the API of a stack with its administrator's key. */
export function callerOf(stack: Pick<TestStack, 'apiUrl' | 'apiKey'>): Caller {
  const call = async (
    method: string,
    path: string,
    body?: string,
    headers = {},
  ): Promise<Answer> => {
    const answer = await fetch(stack.apiUrl + BASE + path, {
      method,
      headers: { authorization: `Bearer ${stack.apiKey}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body = {}, headers = {}) =>
      call('POST', path, JSON.stringify(body), {
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
        ...headers,
      }),
    csv: (kind, text) =>
      call('POST', `/imports?kind=${kind}`, text, {
        'content-type': 'text/csv',
        'idempotency-key': crypto.randomUUID(),
      }),
  };
}

const importedSchema = z.object({ accepted: z.number(), rejected: z.literal(0) });

/** Where the payees of a test are paid, and how much each. */
export interface PayeesOptions {
  provider?: string;
  currency?: string;
  /** Of one payee, from its name and its place. */
  accountRef?: (name: string, index: number) => string;
}

/**
 * Imports payees with a verified account and one commission of `amount` major units each. Unless told
 * they are paid in USD by `mock`, to the account references `<prefix>-1` to `<prefix>-<count>`.
 */
export async function importPayees(
  caller: Caller,
  prefix: string,
  count: number,
  amount = '10.00',
  { provider = 'mock', currency = 'USD', accountRef = (name) => name }: PayeesOptions = {},
) {
  const names = Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
  const payees = names.map(
    (name, index) =>
      `${name},Payee ${name},${name}@example.test,US,${currency},${provider},${accountRef(name, index)},APPROVED`,
  );
  const earned = names.map(
    (name) => `c-${name},${name},${amount},${currency},APPROVED,2026-10-01T00:00:00Z,sale`,
  );
  const header = 'external_id,full_name,email,country,currency,provider,account_ref,kyc_status';
  for (let start = 0; start < count; start += 1_000) {
    const page = (lines: string[]) => lines.slice(start, start + 1_000).join('\n');
    const first = await caller.csv('affiliates', `${header}\n${page(payees)}\n`);
    importedSchema.parse(first.body);
    const second = await caller.csv(
      'commissions',
      `external_id,affiliate_external_id,amount,currency,status,earned_at,description\n${page(earned)}\n`,
    );
    importedSchema.parse(second.body);
  }
  return names;
}

const createdSchema = z.object({ batch: z.object({ id: z.string(), paymentCount: z.number() }) });

/** Makes a batch of all that is payable, or of the given payees. */
export async function makeBatch(
  caller: Caller,
  body: Record<string, unknown> = {},
): Promise<string> {
  const answer = await caller.post('/batches', { currency: 'USD', provider: 'mock', ...body });
  return createdSchema.parse(answer.body).batch.id;
}

const batchSchema = z.object({
  batch: z.object({
    id: z.string(),
    status: z.string(),
    pausedReason: z.string().nullable(),
    paymentCount: z.number(),
    counts: z.record(z.string(), z.number()),
    executedAt: z.string().nullable(),
  }),
});
export type BatchAnswer = z.infer<typeof batchSchema>['batch'];

export async function readBatch(caller: Caller, batchId: string): Promise<BatchAnswer> {
  return batchSchema.parse((await caller.get(`/batches/${batchId}`)).body).batch;
}

export const ENDED = ['COMPLETED', 'FAILED', 'CANCELLED'];

/** Waits until the batch is in one of the states; fails after `withinMs`, saying where it stood. */
export async function untilBatch(
  caller: Caller,
  batchId: string,
  states: readonly string[] = ENDED,
  withinMs = 90_000,
): Promise<BatchAnswer> {
  const until = Date.now() + withinMs;
  for (;;) {
    const batch = await readBatch(caller, batchId).catch(() => null);
    if (batch && states.includes(batch.status)) return batch;
    if (Date.now() > until) {
      throw new Error(
        `not ${states.join(' or ')} within ${withinMs} ms, but ${JSON.stringify(batch)}`,
      );
    }
    await sleep(100);
  }
}

/** Executes the batch and waits for its end. */
export async function payOut(
  caller: Caller,
  batchId: string,
  withinMs?: number,
): Promise<BatchAnswer> {
  await caller.post(`/batches/${batchId}/execute`);
  return untilBatch(caller, batchId, ENDED, withinMs);
}

/** Replaces the simulator's fault rules. */
export async function setFaults(
  stack: Pick<TestStack, 'simulatorUrl'>,
  rules: readonly Record<string, unknown>[],
  seed = 1,
) {
  const answer = await fetch(`${stack.simulatorUrl}/_sim/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ seed, rules }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Calls another control of the simulator. */
export async function control(
  stack: Pick<TestStack, 'simulatorUrl'>,
  call: string,
  body: Record<string, unknown>,
) {
  const answer = await fetch(`${stack.simulatorUrl}/_sim/${call}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

const transferSchema = z.object({
  reference: z.string(),
  recipient: z.string(),
  amount: z.number(),
  currency: z.string(),
  status: z.string(),
});
export type SimulatedTransfer = z.infer<typeof transferSchema>;

/** Every transfer in the simulator's own ledger: the judge of who was paid. */
export async function transfersOf(
  stack: Pick<TestStack, 'simulatorUrl'>,
  provider = 'mock',
): Promise<SimulatedTransfer[]> {
  const answer = await fetch(`${stack.simulatorUrl}/_sim/transfers?provider=${provider}`);
  return z.object({ transfers: z.array(transferSchema) }).parse(await answer.json()).transfers;
}

const requestSchema = z.object({
  method: z.string(),
  path: z.string(),
  reference: z.string().nullish(),
  status: z.number().nullish(),
  at: z.string(),
});

/** Every submission that the simulator received, oldest first. */
export async function submissionsOf(stack: TestStack) {
  const answer = await fetch(`${stack.simulatorUrl}/_sim/requests`);
  const { requests } = z.object({ requests: z.array(requestSchema) }).parse(await answer.json());
  return requests.filter(({ method, path }) => method === 'POST' && path === '/mock/payouts');
}
