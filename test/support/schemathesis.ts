import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheDir } from '../../stack/paths.ts';
import { runCommand } from './program.ts';

const VERSION = '4.32.5';
const INSTALL_MS = 300_000;

/** What is asked of each answer: no server error, nothing that the OpenAPI document does not say. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];

/** Schemathesis' program; or why it cannot be had here. */
export type Schemathesis = { kind: 'ready'; program: string } | { kind: 'missing'; reason: string };

/**
 * Finds Schemathesis, or installs it from PyPI into the cache, once. Where it cannot be had it says
 * so on the console, and the caller skips.
 */
export function findSchemathesis(): Schemathesis {
  const dir = path.join(cacheDir(), `schemathesis-${VERSION}`);
  const program = path.join(dir, 'bin', 'schemathesis');
  const reason = existsSync(program) ? null : install(dir);
  if (reason === null) return { kind: 'ready', program };
  console.warn(`SKIPPED: schemathesis ${VERSION} cannot be had here: ${reason}`);
  return { kind: 'missing', reason };
}

/** Null once it is installed, else why not. A half installation is not left behind. */
function install(dir: string): string | null {
  mkdirSync(path.dirname(dir), { recursive: true });
  const old = `${dir}.incomplete`;
  rmSync(dir, { recursive: true, force: true });
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['python3', ['-m', 'venv', dir]],
    [path.join(dir, 'bin', 'pip'), ['install', '--quiet', `schemathesis==${VERSION}`]],
  ];
  for (const [command, args] of steps) {
    const { error, status, stderr } = spawnSync(command, args, {
      encoding: 'utf8',
      timeout: INSTALL_MS,
    });
    if (!error && status === 0) continue;
    // A folder of a virtual environment cannot be moved into place, so a broken one is moved away.
    if (existsSync(dir)) renameSync(dir, old);
    rmSync(old, { recursive: true, force: true });
    return error?.message ?? stderr.trim().split('\n').at(-1) ?? 'no reason given';
  }
  return null;
}

/** How many inputs each operation is tried with, beside the examples and edges of its schema. */
const examples = (): string => process.env['BURSAR_FUZZ_EXAMPLES'] ?? '15';

/** The routes of the codec, whose bodies Schemathesis cannot always generate in its coverage phase. */
const CODEC_PATHS = ['/api/temporal/codec/encode', '/api/temporal/codec/decode'];
/** Server-sent events do not end by themselves. */
const ENDLESS_PATHS = ['/api/disbursement/live', '/api/disbursement/batches/{id}/events'];

interface FuzzOptions {
  headers: Readonly<Record<string, string>>;
  phases: string;
  /** All routes, all but those of the codec, or these alone. */
  scope: 'all' | 'without codec' | 'codec';
}

const pathFlags = (scope: FuzzOptions['scope']): string[] => {
  if (scope === 'codec') return CODEC_PATHS.flatMap((path) => ['--include-path', path]);
  const left = scope === 'all' ? ENDLESS_PATHS : [...ENDLESS_PATHS, ...CODEC_PATHS];
  return left.flatMap((path) => ['--exclude-path', path]);
};

/**
 * Calls the operations of the API's OpenAPI document with what their schemas allow and what they do
 * not, in the named phases. Answers the exit code, 0 where nothing was found, and the report.
 */
export async function fuzz(
  program: string,
  apiUrl: string,
  { headers, phases, scope }: FuzzOptions,
): Promise<{ code: number | NodeJS.Signals; report: string }> {
  const flags = {
    checks: CHECKS.join(','),
    phases,
    'max-examples': examples(),
    workers: '2',
    'suppress-health-check': 'all',
    seed: '1',
  };
  const run = runCommand(program, [
    'run',
    `${apiUrl}/openapi.json`,
    ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
    ...pathFlags(scope),
    '--continue-on-failure',
    '--no-color',
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
  ]);
  return { code: await run.ended, report: run.output() };
}
