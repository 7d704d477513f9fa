import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeId, paymentReference } from '../../domain/ids.ts';
import { makeMockProvider } from '../../providers/mock/provider.ts';
import { SEND_WINDOW_MS } from '../../providers/port.ts';
import { startSimulator } from '../../simulator/server.ts';
import { plainTools } from '../../providers/tools.ts';
import { describeProvider, type ProviderRig } from './contract.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const newReference = () => paymentReference(makeId('payment', v7()), 1);

interface Received {
  headers: Headers;
  body: string;
}

/** A rig, and the event that the simulator sends of an account that was set. */
type MockRig = ProviderRig & { accountEvent(account: object): Promise<Received> };

async function openRig(submission: 'single' | 'batch'): Promise<MockRig> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'bursar-contract-'));
  const received: Received[] = [];
  const receiver = createServer((request, response) => {
    void (async () => {
      const body = await readBody(request);
      const headers = new Headers(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      received.push({ headers, body });
      response.end();
    })();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const simulator = await startSimulator({
    port: 0,
    dataDir,
    webhookUrl: `http://127.0.0.1:${port}/webhooks`,
    webhookSecret: SECRET,
    apiKey: 'key',
  });
  const provider = makeMockProvider(
    { baseUrl: `${simulator.url}/mock`, apiKey: 'key', webhookSecret: SECRET, submission },
    plainTools(),
  );
  const control = async (call: string, body: unknown) => {
    const answer = await fetch(`${simulator.url}/_sim/${call}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  const eventWith = async (text: string): Promise<Received> => {
    for (let tries = 0; tries < 200; tries += 1) {
      const event = received.find(({ body }) => body.includes(text));
      if (event) return event;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('no webhook within 5 s');
  };
  return {
    provider,
    accountEvent: async (account) => {
      await control('accounts', { provider: 'mock', accounts: [account] });
      return eventWith('account.updated');
    },
    newReference,
    accountRef: 'account-1',
    details: null,
    currency: 'USD',
    words: { limited: 'rate_limited', forbidden: 'forbidden', unknown: 'a_word_nobody_knows' },
    largest: { amountMinor: 9_007_199_254_740_991n, written: '9007199254740991' },
    signsBody: true,
    fail: (effect, when) =>
      control('faults', {
        seed: 1,
        rules: [{ when: { operation: 'submit', ...when }, probability: 1, ...effect }],
      }),
    heal: () => control('faults', { seed: 1, rules: [] }),
    transfers: async () => {
      const answer = await fetch(`${simulator.url}/_sim/transfers?provider=mock`);
      const schema = z.object({ transfers: z.array(z.object({ reference: z.string() })) });
      return schema.parse(await answer.json()).transfers.map(({ reference }) => reference);
    },
    settledEvent: async () => {
      const reference = newReference();
      const order = { reference, accountRef: 'account-1', amountMinor: 500n, currency: 'USD' };
      const known = { details: null, payeeName: 'Ada', groupId: 'group' };
      await provider.submit([provider.prepare({ ...order, ...known })], {
        sendBeforeMs: performance.now() + SEND_WINDOW_MS,
      });
      return { ...(await eventWith(reference)), reference };
    },
    close: async () => {
      await provider.close();
      await simulator.close();
      receiver.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}

describeProvider('mock, a call a payment', () => openRig('single'));
describeProvider('mock, a call a chunk', () => openRig('batch'));

const provider = makeMockProvider(
  { baseUrl: 'http://127.0.0.1:9', apiKey: 'key', webhookSecret: SECRET, submission: 'single' },
  plainTools(),
);

/** Headers of the event `evt_1` with this body. */
function signed(body: string, at = new Date()): Headers {
  return new Headers({
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(SECRET).sign('evt_1', at, body),
  });
}

const accountEvent = (account: object, more: object = {}) =>
  JSON.stringify({
    id: 'evt_1',
    type: 'account.updated',
    createdAt: '2026-01-01T00:00:00.250Z',
    data: { account: { accountRef: 'account-1', kycStatus: 'APPROVED', ...account } },
    ...more,
  });

test.each([
  'not json',
  '{}',
  '{"id":"evt_other","type":"x","data":{}}',
  accountEvent({}, { id: 'evt_2' }),
  accountEvent({}, { type: 'account.closed' }),
  accountEvent({}, { createdAt: 'yesterday' }),
  accountEvent({ kycStatus: 'FINE' }),
  accountEvent({ accountRef: 7 }),
])('a signed body that is no event is unreadable, not a forgery: %s', (body) => {
  expect(() => provider.verifyWebhook(signed(body), body)).toThrow(/not an event of this provider/);
});

test('the event that the simulator sends of an account is read', async () => {
  const rig = await openRig('single');
  const told = { accountRef: 'account-1', kycStatus: 'REJECTED', email: 'ada@example.com' };
  const { headers, body } = await rig.accountEvent(told);
  const event = rig.provider.verifyWebhook(headers, body);
  expect(event).toMatchObject({ reference: null, outcome: null, account: told });
  expect(Math.abs(Number(event.account?.toldAt) - Date.now())).toBeLessThan(30_000);
  await rig.close();
});

test.each([
  ['NOT_STARTED', {}, null],
  ['PENDING', {}, null],
  ['APPROVED', { email: 'ada@example.com' }, 'ada@example.com'],
  ['REJECTED', { email: null }, null],
])('an event that an account is %s says so, and nothing of a payment', (kycStatus, more, email) => {
  const body = accountEvent({ kycStatus, ...more });
  const event = provider.verifyWebhook(signed(body), body);
  expect(event).toEqual({
    eventId: 'evt_1',
    type: 'account.updated',
    reference: null,
    providerPaymentId: null,
    amountMinor: null,
    currency: null,
    outcome: null,
    account: {
      accountRef: 'account-1',
      kycStatus,
      email,
      toldAt: new Date('2026-01-01T00:00:00.250Z'),
    },
  });
  expect(provider.readWebhook('evt_1', body)).toEqual(event);
  expect(() => provider.verifyWebhook(signed(body), `${body} `)).toThrow(/does not fit/);
});
