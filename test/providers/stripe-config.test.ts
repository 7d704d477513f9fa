import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assert, bigInt, constantFrom, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readProvidersConfig } from '../../providers/config.ts';
import {
  fromStripeAmount,
  STRIPE_CURRENCIES,
  stripeLimits,
  toStripeAmount,
} from '../../providers/stripe/money.ts';
import { makeStripeProvider } from '../../providers/stripe/provider.ts';
import { plainTools } from '../../providers/tools.ts';
import { configFor } from './stripe-rig.ts';

const GIVEN = {
  BURSAR_STRIPE_MODE: 'test',
  BURSAR_STRIPE_SECRET_KEY: 'sk_test_canary0123456789',
  BURSAR_STRIPE_WEBHOOK_SECRET: 'whsec_canary0123456789',
};
const read = (more: Record<string, string> = {}) => readProvidersConfig({ ...GIVEN, ...more });

describe('the settings', () => {
  test('a mode, a key and a secret are enough', () => {
    expect(read().config.stripe).toEqual({
      baseUrl: 'https://api.stripe.com',
      mode: 'test',
      secretKey: 'sk_test_canary0123456789',
      webhookSecrets: ['whsec_canary0123456789'],
      method: 'transfer',
      account: null,
      currencies: STRIPE_CURRENCIES,
      perSecond: 25,
    });
  });

  test('all of them are read, secrets from files too', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'bursar-stripe-config-'));
    const file = path.join(dir, 'key');
    writeFileSync(file, 'rk_live_canary0123456789\n');
    const { config, problems } = readProvidersConfig({
      BURSAR_STRIPE_URL: 'https://stripe.example/proxy',
      BURSAR_STRIPE_MODE: 'live',
      BURSAR_STRIPE_SECRET_KEY_FILE: file,
      BURSAR_STRIPE_WEBHOOK_SECRET: 'whsec_canary_old,whsec_canary_new',
      BURSAR_STRIPE_METHOD: 'payout',
      BURSAR_STRIPE_ACCOUNT: 'acct_1',
      BURSAR_STRIPE_CURRENCIES: 'USD, EUR',
      BURSAR_STRIPE_PER_SECOND: '100',
    });
    rmSync(dir, { recursive: true });
    expect(problems).toEqual([]);
    expect(config.stripe).toEqual({
      baseUrl: 'https://stripe.example/proxy',
      mode: 'live',
      secretKey: 'rk_live_canary0123456789',
      webhookSecrets: ['whsec_canary_old', 'whsec_canary_new'],
      method: 'payout',
      account: 'acct_1',
      currencies: ['USD', 'EUR'],
      perSecond: 100,
    });
  });

  test.each([
    ['a live key in test mode', { BURSAR_STRIPE_SECRET_KEY: 'sk_live_canary0123456789' }],
    [
      'a restricted live key in test mode',
      { BURSAR_STRIPE_SECRET_KEY: 'rk_live_canary0123456789' },
    ],
    ['a test key in live mode', { BURSAR_STRIPE_MODE: 'live' }],
    [
      'a restricted test key in live mode',
      { BURSAR_STRIPE_MODE: 'live', BURSAR_STRIPE_SECRET_KEY: 'rk_test_canary0123456789' },
    ],
    ['a publishable key', { BURSAR_STRIPE_SECRET_KEY: 'pk_test_canary0123456789' }],
    ['no key', { BURSAR_STRIPE_SECRET_KEY: '' }],
    ['no mode', { BURSAR_STRIPE_MODE: '' }],
    ['another mode', { BURSAR_STRIPE_MODE: 'canary' }],
    ['no signing secret', { BURSAR_STRIPE_WEBHOOK_SECRET: '' }],
    ['one of two signing secrets', { BURSAR_STRIPE_WEBHOOK_SECRET: 'whsec_canary1,canary' }],
    ['an account of something else', { BURSAR_STRIPE_ACCOUNT: 'canary' }],
    ['a currency that nobody has', { BURSAR_STRIPE_CURRENCIES: 'USD,ZZZ' }],
    ['a currency that Stripe does not take', { BURSAR_STRIPE_CURRENCIES: 'IRR' }],
    ['another method', { BURSAR_STRIPE_METHOD: 'canary' }],
    ['no rate', { BURSAR_STRIPE_PER_SECOND: '0' }],
    ['no address', { BURSAR_STRIPE_URL: 'canary' }],
    [
      'live without encryption',
      {
        BURSAR_STRIPE_MODE: 'live',
        BURSAR_STRIPE_SECRET_KEY: 'sk_live_canary0123456789',
        BURSAR_STRIPE_URL: 'http://stripe.example',
      },
    ],
  ])('%s is refused, and no value is shown', (_name, more) => {
    const { config, problems } = read(more);
    expect(config.stripe).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems.join()).toContain('BURSAR_STRIPE_');
    expect(problems.join()).not.toContain('canary');
  });
});

describe('amounts', () => {
  test.each([
    ['USD', 12_345n, 12_345n],
    ['IDR', 100_000_000n, 100_000_000n],
    ['PHP', 1_000n, 1_000n],
    ['VND', 5_000n, 5_000n],
    ['JPY', 500n, 500n],
    ['KWD', 5_120n, 5_120n],
    ['ISK', 5n, 500n],
    ['UGX', 5n, 500n],
    ['MGA', 500n, 5n],
    ['MGA', 550n, null],
    ['HUF', 1_000n, 1_000n],
  ])('%s %s is written as %s', (currency, amountMinor, written) => {
    expect(toStripeAmount(amountMinor, currency)).toBe(written);
  });

  test('M1: what is written is read back exactly, in every currency', () => {
    const amounts = bigInt({ min: 1n, max: 9_007_199_254_740_991n });
    assert(
      property(constantFrom(...STRIPE_CURRENCIES), amounts, (currency, amount) => {
        const { incrementMinor } = stripeLimits(currency, 'transfer');
        const amountMinor = amount - (amount % incrementMinor);
        const written = toStripeAmount(amountMinor, currency);
        expect(written).not.toBeNull();
        expect(written !== null && fromStripeAmount(written, currency)).toBe(amountMinor);
      }),
    );
  });

  test.each([
    [505n, 'ISK', null],
    [500n, 'ISK', 5n],
    [500n, 'ZZZ', null],
    [5n, 'MGA', 500n],
  ])('%i of %s is read as %s', (amount, currency, amountMinor) => {
    expect(fromStripeAmount(amount, currency)).toBe(amountMinor);
  });

  const limitsOf = (currency: string, more: Record<string, string> = {}) =>
    makeStripeProvider(configFor('http://127.0.0.1:9', more), plainTools()).limits(currency);

  test('the largest has twelve digits at Stripe, and steps are those of the currency', () => {
    const limits = (minimum: bigint, maximumMinor: bigint) => ({
      minimumMinor: minimum,
      maximumMinor,
      incrementMinor: minimum,
    });
    expect(limitsOf('USD')).toEqual(limits(1n, 999_999_999_999n));
    expect(limitsOf('JPY')).toEqual(limits(1n, 999_999_999_999n));
    expect(limitsOf('ISK')).toEqual(limits(1n, 9_999_999_999n));
    expect(limitsOf('MGA')).toEqual(limits(100n, 99_999_999_999_900n));
    expect(limitsOf('KWD')).toEqual(limits(10n, 999_999_999_990n));
    expect(limitsOf('HUF')).toEqual(limits(1n, 999_999_999_999n));
    expect(limitsOf('HUF', { BURSAR_STRIPE_METHOD: 'payout' })).toEqual(
      limits(100n, 999_999_999_900n),
    );
  });

  test('a currency that Stripe does not take, or we do not, has none', () => {
    expect(limitsOf('IRR')).toBeNull();
    expect(limitsOf('EUR', { BURSAR_STRIPE_CURRENCIES: 'USD' })).toBeNull();
  });
});
