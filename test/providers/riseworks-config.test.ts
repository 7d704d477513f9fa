import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { readProvidersConfig } from '../../providers/config.ts';
import { simulatedProviders } from '../../stack/simulated-providers.ts';
import { KEY, WALLET } from './riseworks-peer.ts';

const SIMULATOR_KEY = `0x${'01'.repeat(32)}`;
const LIVE = {
  BURSAR_RISEWORKS_URL: 'https://b2b-api.riseworks.io',
  BURSAR_RISEWORKS_MODE: 'live',
  BURSAR_RISEWORKS_WALLET_KEY: KEY,
  BURSAR_RISEWORKS_RISE_ID: `0x${'ab'.repeat(20)}`,
  BURSAR_RISEWORKS_TEAM: 'te-abc123def456',
  BURSAR_RISEWORKS_WEBHOOK_SECRET: 'first-secret,second-secret',
};
const read = (given: Record<string, string> = {}) => readProvidersConfig({ ...LIVE, ...given });

test('the defaults: arbitrum, the presumed template, ten minutes, two minutes for the chain', () => {
  const { config, problems } = read();
  expect(problems).toEqual([]);
  expect(config.riseworks).toMatchObject({
    baseUrl: 'https://b2b-api.riseworks.io',
    team: 'te-abc123def456',
    network: 'arbitrum',
    chainId: null,
    contract: null,
    chainDelayMs: 120_000,
    kycMap: {},
    webhook: {
      secrets: ['first-secret', 'second-secret'],
      template: '{t}.{body}',
      toleranceMs: 600_000,
    },
  });
  expect(config.riseworks?.wallet.address).toBe(WALLET.address);
});

test('the configuration does not hold the key, also where it came from a file', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'bursar-key-'));
  const file = path.join(dir, 'key');
  writeFileSync(file, `${KEY}\n`);
  const { BURSAR_RISEWORKS_WALLET_KEY: _, ...rest } = LIVE;
  const { config } = readProvidersConfig({ ...rest, BURSAR_RISEWORKS_WALLET_KEY_FILE: file });
  rmSync(dir, { recursive: true });
  expect(config.riseworks?.wallet.address).toBe(WALLET.address);
  expect(inspect(config, { depth: 20, showHidden: true })).not.toContain(KEY.slice(2, 34));
});

test('the development stack’s settings are a test configuration', () => {
  const { config, problems } = readProvidersConfig(simulatedProviders('http://127.0.0.1:4010'));
  expect(problems).toEqual([]);
  expect(config.riseworks?.team).toBe('te-simulator00');
});

test.each([
  ['URL', ''],
  ['URL', 'no url'],
  ['URL', 'ftp://b2b-api.riseworks.io'],
  ['URL', 'http://b2b-api.riseworks.io'],
  ['URL', 'https://127.0.0.1:4010/riseworks'],
  ['URL', 'https://localhost/riseworks'],
  ['URL', 'https://[::1]/riseworks'],
  ['URL', 'https://b2b-api.dev-riseworks.io'],
  ['URL', 'https://b2b-api.staging-riseworks.io'],
  ['MODE', 'production'],
  ['WALLET_KEY', SIMULATOR_KEY],
  ['WALLET_KEY', 'c0ffee42'],
  ['WALLET_KEY', `0x${'00'.repeat(32)}`],
  ['WALLET_KEY', `0x${'ff'.repeat(32)}`],
  ['RISE_ID', '0x1234'],
  ['TEAM', 'us-abc123def456'],
  ['WEBHOOK_SECRET', 'first-secret,short'],
  ['WEBHOOK_TEMPLATE', '{body}'],
  ['WEBHOOK_TOLERANCE_S', '0'],
  ['CHAIN_ID', 'arbitrum'],
  ['CONTRACT', '0x12'],
  ['KYC_MAP', 'no json'],
  ['KYC_MAP', '{"kyc":{"ok":"VERIFIED"}}'],
])('refuses BURSAR_RISEWORKS_%s=%s where the mode is live, without repeating it', (name, value) => {
  const { config, problems } = read({ [`BURSAR_RISEWORKS_${name}`]: value });
  expect(config.riseworks).toBeUndefined();
  expect(problems.join('\n')).toContain(`BURSAR_RISEWORKS_${name}`);
  const told = problems.join('\n').toLowerCase();
  expect(value.length > 20 && told.includes(value.toLowerCase())).toBe(false);
});

test.each(['https://b2b-api.riseworks.io', 'https://api.rise.works/'])(
  'refuses the production address %s where the mode is test',
  (url) => {
    const { config, problems } = read({
      BURSAR_RISEWORKS_URL: url,
      BURSAR_RISEWORKS_MODE: 'test',
    });
    expect(config.riseworks).toBeUndefined();
    expect(problems.join('\n')).toMatch(/BURSAR_RISEWORKS_URL: is the production host/);
  },
);
