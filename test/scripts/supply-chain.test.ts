import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectDir } from '../support/program.ts';

const { auditProblems, lockProblems, scriptProblems } = (await import(
  new URL('../../scripts/supply-chain.js', import.meta.url).href
)) as Record<string, (...given: readonly unknown[]) => readonly string[] | null>;

const manifest = { dependencies: { good: '1.2.3' }, allowScripts: { built: true, refused: false } };
const entry = { version: '1.2.3', integrity: 'sha512-AAAA' };

describe('what comes from others', () => {
  it('is pinned: a range, a package without its hash and a download address are told', () => {
    const lock = {
      packages: {
        '': {},
        'node_modules/good': entry,
        'node_modules/bare': { version: '1.0.0' },
        'node_modules/other-system': { version: '1.0.0', optional: true },
        'node_modules/from': { ...entry, resolved: 'https://example.test/from.tgz' },
      },
    };
    expect(lockProblems?.({ dependencies: { good: '^1.2.3' } }, lock)).toEqual([
      expect.stringContaining('good: "^1.2.3"'),
      expect.stringContaining('node_modules/bare'),
      expect.stringContaining('node_modules/from'),
    ]);
    expect(lockProblems?.(manifest, { packages: { 'node_modules/good': entry } })).toEqual([]);
  });

  it('runs no script at installation that nobody has judged, however deep it lies', () => {
    const scripted = { ...entry, hasInstallScript: true };
    const lock = {
      packages: {
        'node_modules/built': scripted,
        'node_modules/refused': scripted,
        'node_modules/good/node_modules/@new/one': scripted,
      },
    };
    expect(scriptProblems?.(manifest, lock)).toEqual([expect.stringContaining('@new/one')]);
  });

  it('has no advisory of level high or critical; without an answer nothing is claimed', () => {
    const finding = (severity: string) => ({ name: severity, severity, range: '<2' });
    const report = {
      metadata: { vulnerabilities: { total: 3 } },
      vulnerabilities: {
        a: finding('moderate'),
        b: finding('high'),
        c: finding('critical'),
      },
    };
    expect(auditProblems?.(report)).toHaveLength(2);
    expect(auditProblems?.({ metadata: { vulnerabilities: {} }, vulnerabilities: {} })).toEqual([]);
    expect(auditProblems?.({ error: { code: 'E405' } })).toBeNull();
    expect(auditProblems?.(undefined)).toBeNull();
  });

  it('is listed whole by `npm run sbom`: every direct dependency with its version', () => {
    const text = execFileSync('npm', ['run', '--silent', 'sbom'], {
      cwd: projectDir,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { components } = JSON.parse(text) as { components: { purl: string }[] };
    const listed = new Set(
      components.map(({ purl }) => decodeURIComponent(purl.split('?')[0] ?? '')),
    );
    const { dependencies } = JSON.parse(
      readFileSync(path.join(projectDir, 'package.json'), 'utf8'),
    ) as { dependencies: Record<string, string> };
    const missing = Object.entries(dependencies)
      .map(([name, version]) => `pkg:npm/${name}@${version}`)
      .filter((purl) => !listed.has(purl));
    expect(missing).toEqual([]);
  });
});
