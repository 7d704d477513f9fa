import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { v7 } from 'uuid';
import { expect } from 'vitest';
import { z } from 'zod';
import { makeId, paymentReference } from '../../domain/ids.ts';
import { readProvidersConfig } from '../../providers/config.ts';
import { SEND_WINDOW_MS, type Provider } from '../../providers/port.ts';
import type { StripeConfig } from '../../providers/stripe/config.ts';
import { makeStripeProvider } from '../../providers/stripe/provider.ts';
import { plainTools } from '../../providers/tools.ts';
import { startSimulator } from '../../simulator/server.ts';
import { simulatedProviders } from '../../stack/simulated-providers.ts';
import type { ProviderRig } from './contract.ts';

export const ACCOUNT = 'acct_contract';
export const newReference = () => paymentReference(makeId('payment', v7()), 1);
export const inTime = () => ({ sendBeforeMs: performance.now() + SEND_WINDOW_MS });

/** The configuration that the development stack gives, with these variables changed. */
export function configFor(url: string, more: Record<string, string> = {}): StripeConfig {
  const { config, problems } = readProvidersConfig({
    ...Object.fromEntries(
      Object.entries(simulatedProviders(url)).filter(([name]) => name.startsWith('BURSAR_STRIPE_')),
    ),
    ...more,
  });
  if (!config.stripe) throw new Error(problems.join('; '));
  return config.stripe;
}

/** An order of 5.00 USD to the usual account, with these parts changed. */
export const orderOf = (given: Partial<Parameters<Provider['prepare']>[0]> = {}) => ({
  reference: newReference(),
  accountRef: ACCOUNT,
  amountMinor: 500n,
  currency: 'USD',
  details: null,
  payeeName: 'Ada Contract',
  groupId: 'bat_1/0',
  ...given,
});

/** A rig, and what tests of Stripe alone need beside it. */
export type StripeRig = ProviderRig & {
  control(call: string, body: unknown): Promise<void>;
  /** Webhooks as they arrived. */
  received: { headers: Headers; body: string }[];
  config: StripeConfig;
};

/** The adapter against the simulator's Stripe, whose webhooks are kept. */
export async function openStripeRig(method: 'transfer' | 'payout'): Promise<StripeRig> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'bursar-stripe-'));
  const { received, url, close } = await openReceiver();
  const simulator = await startSimulator({
    port: 0,
    dataDir,
    webhookUrl: url,
    webhookSecret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    apiKey: 'key',
  });
  const control = async (call: string, body: unknown) => {
    const answer = await fetch(`${simulator.url}/_sim/${call}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  // Stripe lists the payouts of an account, and the simulator the accounts that were named to it.
  const accounts = [{ accountRef: ACCOUNT, kycStatus: 'APPROVED', email: 'ada@example.com' }];
  await control('accounts', { provider: 'stripe', accounts });
  const config = configFor(simulator.url, { BURSAR_STRIPE_METHOD: method });
  const provider = makeStripeProvider(config, plainTools());
  const settled = method === 'transfer' ? 'transfer.created' : 'payout.paid';
  return {
    provider,
    control,
    received,
    config,
    newReference,
    accountRef: ACCOUNT,
    details: null,
    currency: 'USD',
    words: { limited: 'rate_limit', forbidden: 'forbidden', unknown: 'a_word_nobody_knows' },
    largest: { amountMinor: 999_999_999_999n, written: '"amount":999999999999,' },
    signsBody: true,
    tellsStatus: method === 'payout',
    tellsBalance: method === 'transfer',
    fail: (effect, when) =>
      control('faults', {
        seed: 1,
        rules: [{ when: { operation: 'submit', ...when }, probability: 1, ...effect }],
      }),
    heal: () => control('faults', { seed: 1, rules: [] }),
    transfers: async () => {
      const answer = await fetch(`${simulator.url}/_sim/transfers?provider=stripe`);
      const schema = z.object({ transfers: z.array(z.object({ reference: z.string() })) });
      return schema.parse(await answer.json()).transfers.map(({ reference }) => reference);
    },
    settledEvent: async () => {
      const prepared = provider.prepare(orderOf());
      const { reference } = prepared;
      await provider.submit([prepared], inTime());
      const eventOf = () =>
        received.find(({ body }) => body.includes(reference) && body.includes(settled));
      await expect.poll(eventOf, { timeout: 20_000 }).toBeDefined();
      const event = eventOf();
      if (!event) throw new Error('the event is gone');
      return { ...event, reference };
    },
    close: async () => {
      await provider.close();
      await simulator.close();
      close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function openReceiver() {
  const received: StripeRig['received'] = [];
  const server = createServer((request, response) => {
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { received, url: `http://127.0.0.1:${port}/webhooks`, close: () => server.close() };
}
