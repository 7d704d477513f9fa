import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeLiveProviders } from '../../providers/live.ts';
import { readProvidersConfig } from '../../providers/config.ts';
import { watchSecretFiles } from '../../providers/secret-files.ts';
import { plainTools } from '../../providers/tools.ts';
import { temporaryDir } from '../support/temp-dir.ts';

const secret = () => `whsec_${randomBytes(32).toString('base64')}`;
const put = (file: string, text: string): void => {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
};

let file: string;
const warnings: string[] = [];
const log = {
  info: () => undefined,
  warn: (fields: object, message: string) => void warnings.push(JSON.stringify([fields, message])),
};

beforeEach(() => {
  vi.useFakeTimers();
  warnings.length = 0;
  file = path.join(temporaryDir(), 'secret');
});
afterEach(() => vi.useRealTimers());

test('a webhook secret whose file changes holds within a second; a broken file changes nothing', async () => {
  const first = secret();
  put(file, `${first}\n`);
  const variables = {
    BURSAR_MOCK_URL: 'http://127.0.0.1:9/mock',
    BURSAR_MOCK_API_KEY: randomBytes(16).toString('hex'),
    BURSAR_MOCK_WEBHOOK_SECRET_FILE: file,
  };
  const providers = makeLiveProviders(readProvidersConfig(variables).config, plainTools());
  const before = providers.named('mock');
  const stop = watchSecretFiles(variables, [providers], log);
  vi.advanceTimersByTime(3_000);
  expect(providers.named('mock')).toBe(before);
  put(file, secret());
  vi.advanceTimersByTime(1_000);
  const second = providers.named('mock');
  expect(second).not.toBe(before);
  for (const broken of ['changeme', '', 'hunter2'.repeat(9)]) {
    put(file, broken);
    vi.advanceTimersByTime(1_000);
    expect(providers.named('mock')).toBe(second);
  }
  rmSync(file);
  vi.advanceTimersByTime(5_000);
  expect(providers.named('mock')).toBe(second);
  expect(warnings).toHaveLength(4);
  expect(warnings.join()).not.toMatch(/changeme|hunter2/);
  put(file, secret());
  vi.advanceTimersByTime(1_000);
  expect(providers.named('mock')).not.toBe(second);
  stop();
  await providers.close();
});

test('what nobody heeds is not watched', () => {
  put(file, 'x');
  const taken: unknown[] = [];
  const taker = { heeds: (name: string) => name === 'BURSAR_A', take: () => void taken.push(1) };
  const stop = watchSecretFiles({ BURSAR_B_FILE: file, BURSAR_A: 'set' }, [taker], log);
  put(file, 'y');
  vi.advanceTimersByTime(5_000);
  expect(taken).toEqual([]);
  stop();
});
