import { expect, test } from 'vitest';
import { DEFAULT_CREDENTIALS } from '../../simulator/credentials.ts';
import { readProvidersConfig } from '../../providers/config.ts';
import { simulatedProviders } from '../../stack/simulated-providers.ts';

test('a stack uses the credentials that the simulator accepts, for every provider', () => {
  const settings = simulatedProviders('http://127.0.0.1:1');
  const { config, problems } = readProvidersConfig(settings);
  expect(problems).toEqual([]);
  expect(Object.values(config).filter((given) => given !== undefined)).toHaveLength(3);
  const { xendit, riseworks, stripe } = DEFAULT_CREDENTIALS;
  const keys = JSON.parse(settings['BURSAR_XENDIT_CREDENTIALS'] ?? '{}');
  expect(keys).toMatchObject(xendit.currencies);
  expect(settings['BURSAR_RISEWORKS_RISE_ID']).toBe(riseworks.wallets[0]);
  expect(config.riseworks?.wallet.address).toBe(riseworks.wallets[0]);
  expect(settings['BURSAR_RISEWORKS_TEAM']).toBe(riseworks.team);
  expect(settings['BURSAR_RISEWORKS_WEBHOOK_SECRET']).toBe(riseworks.webhookSecret);
  expect(settings['BURSAR_STRIPE_SECRET_KEY']).toBe(stripe.secretKey);
  expect(settings['BURSAR_STRIPE_WEBHOOK_SECRET']).toBe(stripe.webhookSecret);
});
