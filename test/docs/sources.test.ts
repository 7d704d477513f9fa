import { describe, expect, it } from 'vitest';
import { readText } from './pages.ts';
import { filesWith, productSources } from './product-sources.ts';

/** All that a pattern with one group finds in the sources, each once. */
const found = (pattern: RegExp): string[] =>
  [
    ...new Set(
      productSources.flatMap(({ text }) =>
        [...text.matchAll(pattern)].map(([, name = '']) => name.toLowerCase()),
      ),
    ),
  ].toSorted();

/** Waits that must not fall together, and where to begin: nothing that anybody could want to guess. */
const CHANCE_WITHOUT_SECRETS = [
  'activities/deliver-lane.ts',
  'db/client.ts',
  'db/queries/add-rule-version.ts',
  'db/queries/split-models.ts',
  'db/roles/roles.ts',
  'providers/xendit/lookup.ts',
];

/** The logger, what is said before there is one, the heads of seals, and the command's own output. */
const WRITERS = ['api/first-key.ts', 'api/main.ts', 'db/log.ts', 'worker/main.ts'];

describe('the product', () => {
  it('is read whole', () => {
    expect(productSources.length).toBeGreaterThan(500);
  });

  it('starts no program and runs no text as code', () => {
    const dangerous =
      /child_process|node:vm|\beval\(|\bnew Function\(|\bset(?:Timeout|Interval)\(\s*['"`]/;
    expect(filesWith(dangerous)).toEqual([]);
  });

  it('makes patterns of constants alone', () => {
    expect(filesWith(/\bRegExp\(/)).toEqual(['cli/api-errors.ts']);
  });

  it('draws secrets from the system, and only waits from elsewhere', () => {
    expect(filesWith(/Math\.random/)).toEqual(CHANCE_WITHOUT_SECRETS);
  });

  it('names ciphers and hashes of a list', () => {
    expect(found(/create(?:Hash|Hmac)\(\s*['"`]([^'"`]*)/g)).toEqual(['sha256']);
    expect(
      found(/['"`]((?:aes|aria|camellia|des)-[\w-]+|des3|rc[24][\w-]*|x?chacha20[\w-]*)['"`]/gi),
    ).toEqual(['aes-256-gcm']);
    const computed = /create(?:Hash|Hmac|Cipheriv|Decipheriv)\(\s*(?!['"`]sha256|CIPHER\b)/;
    expect(filesWith(computed)).toEqual([]);
  });

  it('turns no verification of certificates off', () => {
    expect(
      filesWith(
        /rejectUnauthorized|TLS_REJECT_UNAUTHORIZED|checkServerIdentity|insecureHTTPParser/,
      ),
    ).toEqual([]);
  });

  it('writes to no log but those of the inventory', () => {
    const writing = filesWith(/process\.std(?:out|err)|\bconsole\.\w|\bpino\(|node:syslog/);
    expect(writing.filter((file) => !file.startsWith('cli/'))).toEqual(WRITERS);
  });
});

describe('the image', () => {
  it('is given the build alone: no history, no settings, no sources', () => {
    const left = readText('.dockerignore').split('\n');
    expect(left).toEqual(expect.arrayContaining(['.git', '.env', '.bursar']));
    const [, last = ''] = readText('Dockerfile').split(/\nFROM (?!.* AS )/);
    const copied = [...last.matchAll(/^COPY (.+)$/gm)].map(([, what]) => what);
    expect(copied).toEqual([
      '--from=build /app/package.json /app/LICENSE ./',
      '--from=build /app/node_modules ./node_modules',
      '--from=build /app/dist ./dist',
    ]);
    expect(last).toMatch(/^ENV NODE_ENV=production$/m);
  });
});
