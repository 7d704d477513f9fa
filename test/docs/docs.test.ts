import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemOf } from '../../api/http/problems.ts';
import { ROUTES } from '../../api/routes/index.ts';
import { SKIP_REASONS } from '../../domain/eligibility.ts';
import { DomainError, ERROR_CODES } from '../../domain/errors.ts';
import { HOLD_REASONS } from '../../domain/payment.ts';
import {
  anchorsOf,
  codeSpans,
  page,
  pages,
  readText,
  root,
  shellLines,
  tableRows,
} from './pages.ts';

const plain = (cell: string): string => cell.replaceAll('`', '');

describe.each(pages)('$file', ({ file, text }) => {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const local = targets.filter((target) => !/^https?:/.test(target));

  it('links only to files, folders and headings that are there', () => {
    const broken = local.filter((target) => {
      const [to = '', anchor] = target.split('#');
      const place = to === '' ? file : path.join(path.dirname(file), to);
      if (!existsSync(path.join(root, place))) return true;
      if (anchor === undefined) return false;
      return statSync(path.join(root, place)).isDirectory()
        ? true
        : !anchorsOf(readText(place)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names only routes that the API has', () => {
    const named = [
      ...codeSpans(text)
        .join('\n')
        .matchAll(/^(GET|POST|PATCH|DELETE) (\/\S+)$/gm),
    ];
    const called = [...text.matchAll(/(?<!base=")\$(?:base|BURSAR_URL)(\/[^\s"?`]+)/g)].map(
      ([whole, rest = '']) => (whole.startsWith('$base') ? `/api/disbursement${rest}` : rest),
    );
    const paths = new Set([...declared].map((route) => route.split(' ')[1]));
    const unknown = [
      ...named
        .map(([, method, to = '']) => `${method} ${to}`)
        .filter((call) => !declared.has(call)),
      ...called.map((to) => to.replaceAll('$ID', '{id}')).filter((to) => !paths.has(to)),
    ];
    expect(unknown).toEqual([]);
  });
});

const declared = new Set(
  ROUTES.flatMap((route) => route.openAPIRegistry.definitions).flatMap((definition) =>
    definition.type === 'route'
      ? [`${definition.route.method.toUpperCase()} ${definition.route.path}`]
      : [],
  ),
);

describe('docs/errors.md', () => {
  const errors = page('docs/errors.md');
  const rowsOf = (heading: string) => tableRows(errors, heading).slice(1);

  it('has every error code once, with its HTTP status', () => {
    const written = rowsOf('## Error codes').map(([code = '', status]) => [plain(code), status]);
    const known = ERROR_CODES.map((code) => [
      code,
      String(problemOf(new DomainError(code, '')).status),
    ]);
    expect(Object.fromEntries(written)).toEqual(Object.fromEntries(known));
    expect(written).toHaveLength(known.length);
  });

  it('has every skip reason once, with the sentence that callers read', () => {
    const written = rowsOf('## Skip reasons').map(([code = '', sentence]) => [
      plain(code),
      sentence,
    ]);
    expect(Object.fromEntries(written)).toEqual(SKIP_REASONS);
    expect(written).toHaveLength(Object.keys(SKIP_REASONS).length);
  });

  it('has every reason to hold a payment', () => {
    const written = rowsOf('## Holds of payments').map(([code = '']) => plain(code));
    expect(written.toSorted()).toEqual(HOLD_REASONS.toSorted());
  });
});

/** The variables that a schema of the environment names, each with whether it may be left out. */
const variablesOf = (file: string) =>
  new Map(
    [...readText(file).matchAll(/^ {2,4}([A-Z][A-Z0-9_]+): (.*),$/gm)].map(
      ([, name = '', rule = '']) => [
        name,
        /\.optional\(|\.default\(/.test(rule) ? 'yes' : 'needed',
      ],
    ),
  );

describe('docs/configuration.md', () => {
  const configuration = page('docs/configuration.md');
  const api = variablesOf('api/env.ts');
  const worker = variablesOf('worker/env.ts');

  it('has every variable of the API and the worker, says who reads it, and has no other', () => {
    const written = tableRows(configuration, '## API and worker').slice(1);
    const seen = written.map(([name = '', byApi, byWorker]) => [plain(name), [byApi, byWorker]]);
    const known = [...new Set([...api.keys(), ...worker.keys()])].map((name) => [
      name,
      [api.get(name) ?? '', worker.get(name) ?? ''],
    ]);
    expect(known.length).toBeGreaterThan(15);
    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(known));
    expect(written).toHaveLength(known.length);
  });

  it('has every variable of the providers, and no other', () => {
    const written = tableRows(configuration, '## Providers').slice(1);
    const sources = readdirSync(path.join(root, 'providers'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => readText(`providers/${name}/config.ts`));
    const known = new Set(sources.join('\n').match(/BURSAR_[A-Z_]+[A-Z](?=:)/g));
    expect(written.map(([name = '']) => plain(name)).toSorted()).toEqual([...known].toSorted());
  });

  it.each([
    ['## The command `bursar`', ['cli/config.ts']],
    [
      '## The stack of `npm start` and `npm run dev`',
      ['stack/infrastructure.ts', 'stack/paths.ts'],
    ],
    ['## docker-compose.yml', ['docker-compose.yml']],
  ])('names below "%s" only variables that are read there', (heading, files) => {
    const names = tableRows(configuration, heading)
      .flatMap(([cell = '']) => codeSpans(cell))
      .filter((code) => /^[A-Z][A-Z0-9_]+$/.test(code));
    const sources = files.map(readText).join('\n');
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !new RegExp(`['{]${name}['}:]`).test(sources))).toEqual([]);
  });

  it('has every variable that the compose file takes from .env', () => {
    const used = [...readText('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(
      ([, name = '']) => name,
    );
    const written = tableRows(configuration, '## docker-compose.yml').map(([name = '']) =>
      plain(name),
    );
    expect([...new Set(used)].filter((name) => !written.includes(name))).toEqual([]);
  });
});

describe('the commands in the pages', () => {
  const lines = pages.flatMap(({ text }) => [...shellLines(text), ...codeSpans(text)]);

  it('are scripts of package.json', () => {
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
    const named = lines.flatMap((line) => [
      ...[...line.matchAll(/\bnpm run (?:-s )?([a-z]+)/g)].map(([, name = '']) => name),
      ...[...line.matchAll(/\bnpm (start|test)\b/g)].map(([, name = '']) => name),
    ]);
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('name files that are there', () => {
    const named = lines.flatMap((line) => /^(?:node --import tsx )(\S+)/.exec(line)?.[1] ?? []);
    const files = [...named, '.ci/run', '.env.example'];
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });
});
