import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { readProvidersConfig } from '../../providers/config.ts';
import { SEND_WINDOW_MS } from '../../providers/port.ts';
import { makeRiseProvider } from '../../providers/riseworks/provider.ts';
import { plainTools } from '../../providers/tools.ts';
import { startSimulator } from '../../simulator/server.ts';
import { simulatedProviders } from '../../stack/simulated-providers.ts';
import { describeProvider, type ProviderRig } from './contract.ts';
import { newReference } from './riseworks-rig.ts';

const USER = 'us-contract00';

/** The configuration that the development stack gives. */
function configFor(url: string) {
  const { config, problems } = readProvidersConfig(simulatedProviders(url));
  if (!config.riseworks) throw new Error(problems.join('; '));
  return config.riseworks;
}

/** The adapter against the simulator's Rise, whose webhooks are kept. */
async function openRig(): Promise<ProviderRig> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'bursar-rise-'));
  const received: { headers: Headers; body: string }[] = [];
  const receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const headers = new Headers(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      received.push({ headers, body: Buffer.concat(parts).toString('utf8') });
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  const simulator = await startSimulator({
    port: 0,
    dataDir,
    webhookUrl: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/webhooks`,
    webhookSecret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    apiKey: 'key',
  });
  const provider = makeRiseProvider(configFor(simulator.url), plainTools());
  const control = async (body: unknown) => {
    const answer = await fetch(`${simulator.url}/_sim/faults`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  return {
    provider,
    newReference,
    accountRef: USER,
    details: null,
    currency: 'USD',
    words: {
      limited: 'TOO_MANY_REQUESTS',
      forbidden: 'FORBIDDEN',
      unknown: 'A_WORD_NOBODY_KNOWS',
    },
    largest: { amountMinor: 9_007_199_254_740_991n, written: '"amount_cents":9007199254740991,' },
    signsBody: true,
    limitedIsSure: false,
    eventsNameReference: false,
    fail: (effect, when) => {
      // The answer to an execution tells no state; it is read from the list.
      const operation = effect['effect'] === 'unknown_status' ? 'lookup' : 'submit';
      const of = { provider: 'riseworks', operation, ...when };
      return control({ seed: 1, rules: [{ when: of, probability: 1, ...effect }] });
    },
    heal: () => control({ seed: 1, rules: [] }),
    transfers: async () => {
      const answer = await fetch(`${simulator.url}/_sim/transfers?provider=riseworks`);
      const schema = z.object({ transfers: z.array(z.object({ reference: z.string() })) });
      return schema.parse(await answer.json()).transfers.map(({ reference }) => reference);
    },
    settledEvent: async () => {
      const reference = newReference();
      const payment = provider.prepare({
        reference,
        accountRef: USER,
        amountMinor: 777n,
        currency: 'USD',
        details: null,
        payeeName: 'Ada',
        groupId: 'bat_1/0',
      });
      const staged = await provider.stage?.([payment]);
      if (staged?.kind !== 'signed') throw new Error('not signed');
      const outcomes = await provider.submit([payment], {
        signed: staged.request,
        sendBeforeMs: performance.now() + SEND_WINDOW_MS,
      });
      const outcome = outcomes.get(reference);
      const id = outcome && 'providerPaymentId' in outcome ? outcome.providerPaymentId : null;
      const eventOf = () =>
        received.find(({ body }) => body.includes('payment.sent') && body.includes(`"${id}"`));
      await expect.poll(eventOf, { timeout: 20_000 }).toBeDefined();
      const event = eventOf();
      if (!event) throw new Error('the event is gone');
      return { ...event, reference };
    },
    close: async () => {
      await provider.close();
      await simulator.close();
      receiver.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

describeProvider('riseworks', openRig);
