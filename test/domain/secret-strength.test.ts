import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readEnv } from '../../api/env.ts';
import { weaknessOfKey, weaknessOfText } from '../../domain/secret-strength.ts';
import { PROVIDER_SECRETS } from '../../providers/secrets.ts';
import { readWorkerEnv } from '../../worker/env.ts';
import { projectDir } from '../support/program.ts';

const WEAK_KEYS = [
  Buffer.alloc(32),
  Buffer.alloc(32, 0xff),
  Buffer.from('0123'.repeat(8)),
  Buffer.from('correct horse battery staple !!!'),
  Buffer.from(randomBytes(8).toString('hex').repeat(2)),
];
const PLACEHOLDERS = [
  'changeme',
  'change-me-in-production',
  'your-secret-here',
  'REPLACE_ME',
  'placeholder-0123456789abcdef',
  'example-0123456789abcdef01234567',
  'whsec_secret',
  'password1',
  '<put the key here, 32 characters>',
];

test('32 random bytes are a key, and what repeats itself or was typed is none', () => {
  for (let round = 0; round < 20_000; round += 1) {
    const key = randomBytes(32);
    expect(weaknessOfKey(key)).toBeNull();
    expect(weaknessOfText(`whsec_${key.toString('base64')}`, 30)).toBeNull();
    expect(weaknessOfText(key.toString('hex'), 30)).toBeNull();
  }
  for (const key of WEAK_KEYS) expect(weaknessOfKey(key)).not.toBeNull();
});

test('placeholders, short ones and repeated ones are no secrets', () => {
  for (const text of PLACEHOLDERS) expect(weaknessOfText(text, 0)).toMatch(/placeholder/);
  expect(weaknessOfText('k3x', 16)).toMatch(/shorter than 16/);
  expect(weaknessOfText('aaaaaaaaaaaaaaaaaaaaaaaa', 16)).toMatch(/repeats itself/);
});

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const API = {
  DATABASE_URL: 'postgres://bursar@localhost/bursar',
  TEMPORAL_ADDRESS: 'localhost:7233',
  BURSAR_API_PORT: '3000',
  BURSAR_FIELD_KEYS: key('k1'),
  BURSAR_AUTH_SECRET: randomBytes(32).toString('base64'),
};
const WORKER = {
  DATABASE_URL: API.DATABASE_URL,
  TEMPORAL_ADDRESS: API.TEMPORAL_ADDRESS,
  BURSAR_FIELD_KEYS: key('k1'),
  BURSAR_AUDIT_KEYS: key('a1'),
};
const [, ...typed] = WEAK_KEYS;
const weakKeys = typed.map((bytes) => `k1:${bytes.toString('base64')}`);

/** Every secret of a process, and what may not stand there. */
const SECRETS: readonly (readonly [string, (set: Record<string, string>) => unknown, object])[] = [
  ['BURSAR_FIELD_KEYS', readEnv, API],
  ['BURSAR_CODEC_KEYS', readEnv, API],
  ['BURSAR_AUTH_SECRET', readEnv, API],
  ['BURSAR_FIELD_KEYS', readWorkerEnv, WORKER],
  ['BURSAR_CODEC_KEYS', readWorkerEnv, WORKER],
  ['BURSAR_AUDIT_KEYS', readWorkerEnv, WORKER],
];

test.each(SECRETS)('%s: a weak one keeps the process from starting', (name, read, good) => {
  expect(() => read({ ...good })).not.toThrow();
  for (const weak of [...weakKeys, ...PLACEHOLDERS, 'k1:', 'k1']) {
    const attempt = () => read({ ...good, [name]: weak });
    expect(attempt).toThrow(name);
    expect(attempt).not.toThrow(weak);
  }
});

test.each(SECRETS.filter(([name]) => name !== 'BURSAR_CODEC_KEYS'))(
  '%s has no default',
  (name, read, good) => {
    expect(() => read({ ...good, [name]: '' })).toThrow(name);
  },
);

const LIVE = Object.fromEntries(
  ['STRIPE', 'XENDIT', 'RISEWORKS'].map((provider) => [`BURSAR_${provider}_MODE`, 'live']),
);

test.each(PROVIDER_SECRETS.map(({ variable }) => [variable]))(
  '%s: a placeholder keeps both processes from starting',
  (variable) => {
    for (const weak of ['whsec_secret', 'changeme', 'sk_live_example', 'short1']) {
      expect(() => readEnv({ ...API, ...LIVE, [variable]: weak })).toThrow(variable);
      expect(() => readWorkerEnv({ ...WORKER, ...LIVE, [variable]: weak })).toThrow(variable);
    }
  },
);

test('no key that stands in the documentation is accepted', () => {
  const docs = readdirSync(path.join(projectDir, 'docs')).filter((name) => name.endsWith('.md'));
  const files = ['README.md', '.env.example', ...docs.map((name) => `docs/${name}`)];
  const text = files.map((name) => readFileSync(path.join(projectDir, name), 'utf8')).join('\n');
  for (const [, base64 = ''] of text.matchAll(/\w+:([A-Za-z0-9+/]{43}=)/g)) {
    expect(weaknessOfKey(Buffer.from(base64, 'base64'))).not.toBeNull();
  }
});
