import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { z } from 'zod';
import { startSimulator, type Simulator } from '../../simulator/server.ts';
import { API_KEY, transfersSchema, WEBHOOK_SECRET } from './harness.ts';

/** The documented credentials, written here again: the tests are the documentation's side. */
export const IDR = {
  key: 'xnd_development_simulator_idr',
  token: 'simulator-callback-token-idr',
  business: 'business-simulator-idr',
};
export const PHP = {
  key: 'xnd_development_simulator_php',
  token: 'simulator-callback-token-php',
  business: 'business-simulator-php',
};

const payoutSchema = z.looseObject({ reference_id: z.string(), status: z.string() });
const eventSchema = z.strictObject({
  event: z.string(),
  business_id: z.string(),
  created: z.iso.datetime(),
  data: payoutSchema,
});

/** A webhook as it arrived. */
export type Told = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly event: z.infer<typeof eventSchema>;
};

/** An answer. */
export type Reply = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
};

type Options = { key?: string; idempotencyKey?: string | null; headers?: Record<string, string> };

/** A body of v2: 10,000 rupiah to a bank. */
export function v2Body(changes: object = {}): object {
  return {
    reference_id: 'ref-1',
    channel_code: 'ID_BCA',
    channel_properties: { account_number: '000000000099', account_holder_name: 'Michael Chen' },
    amount: 10_000,
    description: 'July payout',
    currency: 'IDR',
    ...changes,
  };
}

/** A body of v2 to this account number. */
export function to(accountNumber: string, changes: object = {}): object {
  const channel_properties = { account_number: accountNumber, account_holder_name: 'Test' };
  return v2Body({ reference_id: `ref-${accountNumber}`, channel_properties, ...changes });
}

/** A body of v3: the documented example, 500.00 pesos to a wallet. */
export function v3Body(changes: object = {}, account: object = {}, amounts: object = {}): object {
  return {
    reference_id: 'payout-ref-002',
    recipient: {
      type: 'INDIVIDUAL',
      given_name: 'Maria',
      surname: 'Santos',
      relationship: 'CUSTOMER',
      details: { personal_mobile_number: '+639171234567' },
      address: { country: 'PH', street_line_1: '123 Rizal Avenue', city: 'Manila' },
      account_details: {
        currency: 'PHP',
        account_country: 'PH',
        account_holder_name: 'Maria Santos',
        account_number: '09171234567',
        routing_type_1: 'WALLET',
        routing_value_1: 'PH_GCASH',
        ...account,
      },
    },
    payout_details: {
      source_currency: 'PHP',
      source_amount: 50_000,
      destination_currency: 'PHP',
      ...amounts,
    },
    source_of_fund: 'BUSINESS_REVENUE',
    purpose_code: 'SALARY',
    description: 'Freelancer payment',
    ...changes,
  };
}

/** A simulator with a receiver for Xendit's webhooks; `answers` are statuses to give first. */
export async function startXendit(answers: number[] = []) {
  const dataDir = await mkdtemp(join(tmpdir(), 'bursar-simulator-'));
  const told: Told[] = [];
  const receiver = createServer((req, res) => {
    let raw = '';
    req.on('data', (chunk: Buffer) => (raw += chunk.toString('utf8')));
    req.on('end', () => {
      const event = eventSchema.parse(JSON.parse(raw));
      told.push({ path: req.url ?? '', headers: req.headers, event });
      res.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks`;
  const options = { port: 0, dataDir, webhookUrl, webhookSecret: WEBHOOK_SECRET, apiKey: API_KEY };
  let simulator: Simulator = await startSimulator(options);
  const call = async (method: 'GET' | 'POST', path: string, body?: unknown, more: Options = {}) => {
    const { key = IDR.key, idempotencyKey = null, headers = {} } = more;
    const answer = await request(`${simulator.url}${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== null && { 'idempotency-key': idempotencyKey }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    const parsed = JSON.parse(text) as Record<string, unknown>;
    return { status: answer.statusCode, headers: answer.headers, body: parsed } satisfies Reply;
  };
  let keys = 0;
  const nextKey = () => `key-${(keys += 1)}`;
  const version = { 'api-version': '2025-09-01' };
  return {
    told,
    call,
    pay: async (body: unknown, more: Options = {}) =>
      await call('POST', '/xendit/v2/payouts', body, { idempotencyKey: nextKey(), ...more }),
    payV3: async (body: unknown, more: Options = {}) =>
      await call('POST', '/xendit/v3/payouts', body, {
        key: PHP.key,
        idempotencyKey: nextKey(),
        headers: version,
        ...more,
      }),
    control: async (path: string, body: unknown) => await call('POST', `/_sim/${path}`, body),
    transfers: async () =>
      transfersSchema.parse((await call('GET', '/_sim/transfers')).body).transfers,
    restart: async () => {
      await simulator.close();
      simulator = await startSimulator(options);
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

export type Xendit = Awaited<ReturnType<typeof startXendit>>;
