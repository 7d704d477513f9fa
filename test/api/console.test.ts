import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { longLivedDir } from '../support/temp-dir.ts';
import { useTestApi } from './support/test-api.ts';

/** A console as the build leaves it. */
function builtConsole(): string {
  const dir = longLivedDir();
  mkdirSync(path.join(dir, 'assets'));
  mkdirSync(path.join(dir, '.vite'));
  writeFileSync(
    path.join(dir, 'index.html'),
    '<meta name="bursar-nonce" content="__NONCE__"><meta name="bursar-settings" content="__SETTINGS__">',
  );
  writeFileSync(path.join(dir, 'assets', 'main-Ab_1-x.js'), 'start()');
  writeFileSync(path.join(dir, 'assets', 'main-Ab_1-x.js.gz'), gzipSync('start()'));
  writeFileSync(path.join(dir, 'assets', 'plain-1.css'), 'p{}');
  writeFileSync(path.join(dir, '.vite', 'manifest.json'), '{}');
  writeFileSync(path.join(dir, 'secret.js'), 'secret');
  return dir;
}

const api = useTestApi({ consoleDir: builtConsole() });
const bare = useTestApi({ consoleDir: '/nowhere' });
const call = (to: string, headers: Record<string, string> = {}) =>
  api.call('GET', to, { as: null, headers });

test.each(['/', '/console'])('%s leads to the console', async (to) => {
  const answer = await call(to);
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/console/']);
});

test('every screen is the same page, never kept, each time with another nonce', async () => {
  const nonces = new Set<string>();
  for (const to of ['/console/', '/console/batches?status=FAILED', '/console/batches/bat_1']) {
    const answer = await call(to);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    const [, nonce = ''] = /name="bursar-nonce" content="([^"]{22,})"/.exec(answer.text) ?? [];
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(3);
});

test('the page tells the settings of the installation, and no more', async () => {
  const { text } = await call('/console/');
  const [, settings = ''] = /name="bursar-settings" content="([^"]+)"/.exec(text) ?? [];
  expect(JSON.parse(settings.replaceAll('&quot;', '"'))).toEqual({
    signInElsewhere: false,
    test: true,
  });
});

test('a file with its hash in its name may be kept for ever, and comes compressed to who takes that', async () => {
  const plain = await call('/console/assets/main-Ab_1-x.js');
  expect([plain.status, plain.text, plain.headers.get('content-encoding')]).toEqual([
    200,
    'start()',
    null,
  ]);
  expect(plain.headers.get('cache-control')).toMatch(/immutable/);
  const zipped = await api.app.request(
    '/console/assets/main-Ab_1-x.js',
    { headers: { 'accept-encoding': 'br, gzip' } },
    {},
  );
  expect(zipped.headers.get('content-encoding')).toBe('gzip');
  expect(zipped.headers.get('vary')).toMatch(/accept-encoding/i);
  const bytes = new Uint8Array(await zipped.arrayBuffer());
  expect([bytes[0], bytes[1]]).toEqual([0x1f, 0x8b]);
  const style = await call('/console/assets/plain-1.css', { 'accept-encoding': 'gzip' });
  expect([style.text, style.headers.get('content-encoding')]).toEqual(['p{}', null]);
});

test.each([
  '..%2fsecret.js',
  '..%2f.vite%2fmanifest.json',
  '%2e%2e%2fsecret.js',
  '..%5csecret.js',
  'nothing-1.js',
  'main-Ab_1-x.js.gz',
  '.hidden.js',
  'main',
])('assets/%s is not a file of the console', async (name) => {
  expect((await call(`/console/assets/${name}`)).status).toBe(404);
});

test('where the console is not built, that is said', async () => {
  const answer = await bare.call('GET', '/console/', { as: null });
  expect([answer.status, answer.at('error.code')]).toEqual([404, 'not_found']);
  expect(answer.at('error.message')).toMatch(/npm run build/);
});
