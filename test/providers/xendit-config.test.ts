import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readProvidersConfig } from '../../providers/config.ts';
import { temporaryDir } from '../support/temp-dir.ts';

const TEST_KEY = 'xnd_development_canaryKey/+=';
const LIVE_KEY = 'xnd_production_canaryKey';
const idr = { apiKey: TEST_KEY, callbackToken: 'canaryToken' };
const read = (credentials: unknown, more: Record<string, string> = {}) =>
  readProvidersConfig({
    BURSAR_XENDIT_MODE: 'test',
    BURSAR_XENDIT_CREDENTIALS:
      typeof credentials === 'string' ? credentials : JSON.stringify(credentials),
    ...more,
  });

test('what is left out has the documented defaults', () => {
  const { config, problems } = read({
    IDR: idr,
    PHP: { ...idr, callbackToken: 'old, new', ratePerMinute: 120, defaultChannel: 'PH_GCASH' },
  });
  expect(problems).toEqual([]);
  expect(config.xendit).toMatchObject({
    baseUrl: 'https://api.xendit.co',
    apiVersion: 'v2',
    versionHeader: '2025-09-01',
  });
  expect(config.xendit?.credentials.get('IDR')).toEqual({
    apiKey: TEST_KEY,
    callbackTokens: ['canaryToken'],
    businessId: null,
    forUserId: null,
    defaultChannel: null,
    perMinute: 60,
  });
  expect(config.xendit?.credentials.get('PHP')).toMatchObject({
    callbackTokens: ['old', 'new'],
    perMinute: 120,
    defaultChannel: 'PH_GCASH',
  });
});

test('live mode has the live rate, and credentials may stand in a file', () => {
  const file = path.join(temporaryDir(), 'credentials.json');
  writeFileSync(file, `${JSON.stringify({ IDR: { ...idr, apiKey: LIVE_KEY } })}\n`);
  const { config, problems } = readProvidersConfig({
    BURSAR_XENDIT_MODE: 'live',
    BURSAR_XENDIT_CREDENTIALS_FILE: file,
  });
  expect(problems).toEqual([]);
  expect(config.xendit?.credentials.get('IDR')?.perMinute).toBe(600);
});

test('nothing of Xendit is configured where no variable of it is given', () => {
  expect(readProvidersConfig({}).config.xendit).toBeUndefined();
});

test.each<[string, unknown, Record<string, string>, RegExp]>([
  ['no mode', { IDR: idr }, { BURSAR_XENDIT_MODE: '' }, /BURSAR_XENDIT_MODE/],
  ['a test key in live mode', { IDR: idr }, { BURSAR_XENDIT_MODE: 'live' }, /IDR has a test key/],
  ['a live key in test mode', { IDR: { ...idr, apiKey: LIVE_KEY } }, {}, /IDR has a live key/],
  [
    'a public key',
    { IDR: { ...idr, apiKey: 'xnd_public_development_canaryKey' } },
    {},
    /IDR has a public key/,
  ],
  [
    'an address without TLS in live mode',
    { IDR: { ...idr, apiKey: LIVE_KEY } },
    { BURSAR_XENDIT_MODE: 'live', BURSAR_XENDIT_URL: 'http://127.0.0.1:9' },
    /BURSAR_XENDIT_URL: must be an https address/,
  ],
  ['no JSON', '{canaryKey', {}, /must be JSON/],
  ['a list', [idr], {}, /must be JSON, an object by currency/],
  ['no currency', {}, {}, /must have one currency at least/],
  ['a key for a name', { [TEST_KEY]: idr }, {}, /no currency which Xendit pays/],
  ['a currency that Xendit does not pay', { JPY: idr }, {}, /no currency which Xendit pays/],
  ['no key', { IDR: { callbackToken: 'canaryToken' } }, {}, /IDR has no usable apiKey/],
  ['a key that would break its header', { IDR: { ...idr, apiKey: 'canaryKey:x y' } }, {}, /apiKey/],
  ['no token', { IDR: { ...idr, callbackToken: ' , ' } }, {}, /IDR has no usable callbackToken/],
  ['a currency without an object', { IDR: 'canaryKey' }, {}, /IDR has no usable value/],
  ['a sub-account with a line break', { IDR: { ...idr, forUserId: 'a\nb' } }, {}, /forUserId/],
  ['a channel in words', { IDR: { ...idr, defaultChannel: 'BCA' } }, {}, /defaultChannel/],
  ['a rate of nothing', { IDR: { ...idr, ratePerMinute: 0 } }, {}, /ratePerMinute/],
  ['an unknown generation', { IDR: idr }, { BURSAR_XENDIT_API_VERSION: 'v4' }, /API_VERSION/],
  [
    'a version that is no date',
    { IDR: idr },
    { BURSAR_XENDIT_API_VERSION_HEADER: 'latest' },
    /VERSION_HEADER/,
  ],
])('%s is said plainly, without any value', (_name, credentials, more, expected) => {
  const { config, problems } = read(credentials, more);
  expect(config.xendit).toBeUndefined();
  expect(problems.join('\n')).toMatch(expected);
  expect(problems.join('\n')).not.toMatch(/canary|xnd_/);
});
