import { parseArgs } from 'node:util';
import { BATCH_PAYMENTS_MAX } from '../domain/limits.ts';

export const SUITES = [
  'throughput',
  'webhooks',
  'api',
  'latency',
  'intake',
  'reconcile',
  'revenue',
  'earnings',
  'dry-run',
  'door',
  'risk',
  'reports',
  'exports',
  'console',
] as const;
export type Suite = (typeof SUITES)[number];

/** What to measure, and how often. */
export interface BenchOptions {
  only: readonly Suite[];
  rounds: number;
  /** Sizes of the batches of `throughput` and `webhooks`, of the days of `reconcile`, of the years of `reports` and `exports`, and of the lists of `console`; `latency` takes the smallest. */
  payments: readonly number[];
  /** Payees of `api`, each with ten commissions. */
  affiliates: number;
  jsonFile: string | undefined;
  /** Where workers and loops leave a CPU profile each; slows them down. */
  profileDir: string | undefined;
}

export const USAGE = `npm run bench -- [options]
  --only LIST        of ${SUITES.join(', ')} (default: all)
  --rounds N         how often each pair is measured (default 3)
  --payments LIST    sizes of the batches, and of the days to reconcile (default 10000,100000)
  --affiliates N     payees of the api measurements, ten commissions each (default 100000)
  --json FILE        also write all figures of all rounds
  --profile DIR      leave a CPU profile of each worker and each loop there
  --help`;

/** A flag that cannot be used; its message says which values can. */
export class UsageError extends Error {}

/** Reads the flags; null where only help is asked for. Throws `UsageError`. */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parse(args);
  if (values.help) return null;
  return {
    only: values.only === undefined ? SUITES : list(values.only).map(toSuite),
    rounds: toCount('--rounds', values.rounds ?? '3', 100),
    payments: list(values.payments ?? '10000,100000').map((text) =>
      toCount('--payments', text, BATCH_PAYMENTS_MAX),
    ),
    affiliates: toCount('--affiliates', values.affiliates ?? '100000', BATCH_PAYMENTS_MAX),
    jsonFile: values.json,
    profileDir: values.profile,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    only: text,
    rounds: text,
    payments: text,
    affiliates: text,
    json: text,
    profile: text,
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...args], options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const list = (text: string): string[] => text.split(',').map((item) => item.trim());

function toSuite(text: string): Suite {
  const suite = SUITES.find((name) => name === text);
  if (!suite) throw new UsageError(`--only takes ${SUITES.join(', ')}; "${text}" is none of them`);
  return suite;
}

function toCount(flag: string, text: string, max: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= max) return count;
  throw new UsageError(`${flag} takes whole numbers from 1 to ${max}, not "${text}"`);
}
