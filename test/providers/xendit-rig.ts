import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { v7 } from 'uuid';
import { expect } from 'vitest';
import { z } from 'zod';
import { makeId, paymentReference } from '../../domain/ids.ts';
import { readProvidersConfig } from '../../providers/config.ts';
import { SEND_WINDOW_MS, type AccountDetails } from '../../providers/port.ts';
import { plainTools } from '../../providers/tools.ts';
import type { XenditConfig } from '../../providers/xendit/config.ts';
import { makeXenditProvider } from '../../providers/xendit/provider.ts';
import { startSimulator } from '../../simulator/server.ts';
import { simulatedProviders } from '../../stack/simulated-providers.ts';
import type { ProviderRig } from './contract.ts';

export const newReference = () => paymentReference(makeId('payment', v7()), 1);

/** The configuration that the development stack gives, with these variables changed. */
export function configFor(url: string, more: Record<string, string> = {}): XenditConfig {
  const { config, problems } = readProvidersConfig({
    ...Object.fromEntries(
      Object.entries(simulatedProviders(url)).filter(([name]) => name.startsWith('BURSAR_XENDIT_')),
    ),
    ...more,
  });
  if (!config.xendit) throw new Error(problems.join('; '));
  return config.xendit;
}

interface Options {
  version: 'v2' | 'v3';
  currency: 'IDR' | 'PHP';
  details: AccountDetails | null;
  largest: ProviderRig['largest'];
  /** Below the simulator's address; `/xendit/sdk` answers lists as Xendit's own library reads them. */
  prefix?: '/xendit' | '/xendit/sdk';
}

/** The adapter against the simulator's Xendit, whose webhooks are kept. */
export async function openXenditRig(options: Options): Promise<ProviderRig & { url: string }> {
  const { currency, details } = options;
  const dataDir = mkdtempSync(path.join(tmpdir(), 'bursar-xendit-'));
  const received: { headers: Headers; body: string }[] = [];
  const receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      received.push({ headers: new Headers(headers), body: Buffer.concat(parts).toString('utf8') });
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const simulator = await startSimulator({
    port: 0,
    dataDir,
    webhookUrl: `http://127.0.0.1:${port}/webhooks`,
    webhookSecret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    apiKey: 'key',
  });
  const config = configFor(simulator.url, {
    BURSAR_XENDIT_URL: `${simulator.url}${options.prefix ?? '/xendit'}`,
    BURSAR_XENDIT_API_VERSION: options.version,
  });
  const provider = makeXenditProvider(config, plainTools());
  const control = async (body: unknown) => {
    const answer = await fetch(`${simulator.url}/_sim/faults`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  const accountRef = '1234567890';
  return {
    provider,
    url: simulator.url,
    newReference,
    accountRef,
    details,
    currency,
    words: {
      limited: 'RATE_LIMIT_EXCEEDED',
      forbidden: 'REQUEST_FORBIDDEN_ERROR',
      unknown: 'A_WORD_NOBODY_KNOWS',
    },
    largest: options.largest,
    signsBody: false,
    fail: (effect, when) =>
      control({
        seed: 1,
        rules: [{ when: { operation: 'submit', ...when }, probability: 1, ...effect }],
      }),
    heal: () => control({ seed: 1, rules: [] }),
    transfers: async () => {
      const answer = await fetch(`${simulator.url}/_sim/transfers?provider=xendit`);
      const schema = z.object({ transfers: z.array(z.object({ reference: z.string() })) });
      return schema.parse(await answer.json()).transfers.map(({ reference }) => reference);
    },
    settledEvent: async () => {
      const reference = newReference();
      const order = { reference, accountRef, amountMinor: 1_500_000n, currency, details };
      const prepared = provider.prepare({ ...order, payeeName: 'Ada', groupId: 'group' });
      await provider.submit([prepared], { sendBeforeMs: performance.now() + SEND_WINDOW_MS });
      const eventOf = () => received.find(({ body }) => body.includes(reference));
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
