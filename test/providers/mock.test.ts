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

async function openRig(submission: 'single' | 'batch'): Promise<ProviderRig> {
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
  return {
    provider,
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
      for (let tries = 0; tries < 200; tries += 1) {
        const event = received.find(({ body }) => body.includes(reference));
        if (event) return { ...event, reference };
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error('no webhook within 5 s');
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

test('a signed body that is no event is unreadable, not a forgery', async () => {
  const rig = await openRig('single');
  const signer = new Webhook(SECRET);
  for (const body of ['not json', '{}', '{"id":"evt_other","type":"x","data":{}}']) {
    const at = new Date();
    const headers = new Headers({
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': signer.sign('evt_1', at, body),
    });
    expect(() => rig.provider.verifyWebhook(headers, body)).toThrow(
      /not an event of this provider/,
    );
  }
  await rig.close();
});
