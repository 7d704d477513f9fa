import { existsSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ASVS_LEVELS } from './asvs-ids.ts';
import { page, readText, root, tableRows } from './pages.ts';

const VERDICTS = ['met', 'partly', 'deployment', 'not_applicable', 'gap'] as const;

const read = <Schema extends z.ZodType>(file: string, schema: Schema) =>
  z.array(schema).parse(parse(readText(file), { columns: true }));

const asvs = read(
  'docs/security/asvs.csv',
  z.strictObject({
    id: z.string(),
    level: z.coerce.number(),
    verdict: z.enum(VERDICTS),
    how: z.string().min(10),
    test: z.string(),
  }),
);
const requirements = read(
  'docs/security/requirements.csv',
  z.strictObject({ id: z.string(), how: z.string().min(10), test: z.string() }),
);

/** What is called as a test, with its name: `it('…'`, `test('…'`, and `.each(…)('…'`. */
const TITLE = /(?:\b(?:it|test)|\))\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1\s*,/g;
const LEFT_OUT = /\b(?:it|test|describe)\.(?:skip|todo)\(/;

const titles = new Map<string, readonly string[]>();

/** The names of the tests in a file; none where there is no such file. */
function titlesOf(file: string): readonly string[] {
  const known = titles.get(file);
  if (known) return known;
  const text = existsSync(path.join(root, file)) ? readText(file) : '';
  const found = LEFT_OUT.test(text)
    ? []
    : [...text.matchAll(TITLE)].map(([, , title = '']) => title.replaceAll(/\\(.)/g, '$1'));
  titles.set(file, found);
  return found;
}

/** The named tests that are not there, or whose names say too little to find one. */
function missingTests(named: string): string[] {
  return named.split(' || ').filter((each) => {
    const [, file = '', part = ''] = /^(test\/[\w./-]+\.test\.ts) > (.{8,})$/.exec(each) ?? [];
    return part === '' || !titlesOf(file).some((title) => title.includes(part));
  });
}

describe('docs/security/asvs.csv', () => {
  it('has each requirement of level 1 and 2, and five of level 3, once and in order', () => {
    const counts = Object.values(ASVS_LEVELS).reduce<Record<number, number>>(
      (sums, level) => ({ ...sums, [level]: (sums[level] ?? 0) + 1 }),
      {},
    );
    expect(counts).toEqual({ 1: 70, 2: 183, 3: 5 });
    expect(asvs.map(({ id, level }) => [id, level])).toEqual(Object.entries(ASVS_LEVELS));
  });

  it('names a test that is there for whatever is met, all of it or a part', () => {
    const lacking = asvs
      .filter(({ verdict }) => verdict === 'met' || verdict === 'partly')
      .flatMap(({ id, test }) => missingTests(test).map((each) => `${id}: ${each}`));
    expect(lacking).toEqual([]);
  });

  it('names no test for what is not done here', () => {
    const others = asvs.filter(({ verdict }) => !['met', 'partly'].includes(verdict));
    expect(others.filter(({ test }) => test !== '').map(({ id }) => id)).toEqual([]);
  });

  it('says what would close each gap, and where the operator reads what to do', () => {
    const silent = asvs.filter(
      ({ verdict, how }) =>
        (verdict === 'gap' && !/\bNeeded: /.test(how)) ||
        (verdict === 'deployment' && !/\bdocs\/[\w./-]+\.md\b/.test(how)),
    );
    expect(silent.map(({ id }) => id)).toEqual([]);
  });

  it('names only files that are there', () => {
    const named = [...asvs, ...requirements].flatMap(({ id, how }) =>
      [
        ...how.matchAll(/\b((?:api|cli|db|docs|domain|providers|temporal|test)\/[\w./-]+\.\w+)/g),
      ].map(([, file = '']) => [id, file] as const),
    );
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter(([, file]) => !existsSync(path.join(root, file)))).toEqual([]);
  });
});

describe('docs/security/requirements.csv', () => {
  it('has S-1 to S-28, each with tests that are there', () => {
    const ids = Array.from({ length: 28 }, (_, at) => `S-${at + 1}`);
    expect(requirements.map(({ id }) => id)).toEqual(ids);
    const lacking = requirements.flatMap(({ id, test }) =>
      missingTests(test).map((each) => `${id}: ${each}`),
    );
    expect(lacking).toEqual([]);
  });
});

describe('docs/security/README.md', () => {
  const readme = page('docs/security/README.md');

  it('counts the verdicts as they are', () => {
    const written = tableRows(readme, '## How to read them').slice(1);
    expect(written.map(([verdict = '', , count]) => [verdict.replaceAll('`', ''), count])).toEqual(
      VERDICTS.map((verdict) => [
        verdict,
        String(asvs.filter((row) => row.verdict === verdict).length),
      ]),
    );
  });

  it('has every gap, and no other', () => {
    const [, below = ''] = readme.split('\n## Gaps\n');
    const [section = ''] = below.split('\n## ');
    const written = [...section.matchAll(/^- \*\*([\d.]+)\*\*/gm)].map(([, id = '']) => id);
    expect(written).toEqual(asvs.filter(({ verdict }) => verdict === 'gap').map(({ id }) => id));
  });
});
