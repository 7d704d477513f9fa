import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import type { StackEvent } from '../../stack/index.ts';
import { withFreePorts } from '../../stack/index.ts';
import { inDatabase } from '../../stack/postgres/migrate.ts';
import { loadSecrets } from '../../stack/secrets.ts';
import { Services } from '../../stack/services.ts';
import { relaxPolicy, withDatabase } from './policy.ts';
import { createTestDatabase } from './test-database.ts';
import { createTestNamespace } from './test-namespace.ts';

/** Simulator, API and workers of one test, on a database and a Temporal namespace of its own. */
export interface TestStack {
  readonly apiUrl: string;
  /** The key of the first administrator. */
  readonly apiKey: string;
  readonly simulatorUrl: string;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly namespace: string;
  /** Where its logs lie, until it stops. */
  readonly dataDir: string;
  /** Ends a worker (the first unless told) and leaves it down. */
  killWorker(signal: NodeJS.Signals, index?: number): Promise<void>;
  /** Starts a worker that is down, or one more; its process id, once it polls. */
  startWorker(): Promise<number>;
  /** Freezes the first worker, as a swapping or overloaded machine would; `resume` lets it go on. */
  freezeWorker(): { resume(): void };
  /** The process ids of API and workers; an id that changed is a process that exited. */
  processIds(): (number | null)[];
  killApi(signal: NodeJS.Signals): Promise<void>;
  startApi(): Promise<void>;
  killSimulator(signal: NodeJS.Signals): Promise<void>;
  startSimulator(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestStackOptions {
  /** Worker processes; default 1. With 0 the API reports that no worker polls. */
  readonly workers?: number;
  /** Whether payments of high value need approvals, as they do by default outside of tests. */
  readonly careful?: boolean;
  /** Added to the environment of the API and the workers. */
  readonly env?: Readonly<Record<string, string>>;
}

const LINES_SHOWN = 40;

/** Starts the product's own processes against the run's Postgres and Temporal. */
export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const { temporalAddress, databaseUrls, runDir } = inject('servers');
  const [database, namespace, ports] = await Promise.all([
    createTestDatabase(),
    createTestNamespace(),
    withFreePorts(),
  ]);
  const dataDir = mkdtempSync(path.join(runDir, 'stack-'));
  chmodSync(dataDir, 0o711);
  const lines: string[] = [];
  const { workers = 1, careful = false, env = {} } = options;
  if (!careful) await withDatabase(database.databaseUrl, relaxPolicy);
  const services = new Services({
    dataDir,
    apiPort: ports.api,
    simulatorPort: ports.simulator,
    databaseUrls: () => inDatabase(databaseUrls, database.databaseUrl),
    temporalAddress,
    temporalNamespace: namespace,
    temporalUiUrl: `http://127.0.0.1:${ports.temporalUi}`,
    secrets: loadSecrets(dataDir),
    // One bundle for all stacks of the run: webpack needs seconds for it.
    env: { BURSAR_WORKFLOW_BUNDLE_CACHE: path.join(runDir, 'workflow-bundle'), ...env },
    log: (event) => keepLine(lines, event),
    onChange: () => undefined,
  });
  const stop = async (): Promise<void> => {
    await services.stop();
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await services.simulator.start();
    await services.startProduct({ api: true, worker: workers > 0, simulator: true }, workers);
    const apiKey = await services.apiKey();
    const { apiUrl, simulatorUrl } = services;
    const { databaseUrl } = database;
    const addresses = { apiUrl, simulatorUrl, databaseUrl, temporalAddress, namespace };
    return { ...controls(services), ...addresses, apiKey, dataDir, stop };
  } catch (error) {
    console.error(lines.join('\n'));
    await stop();
    throw error;
  }
}

function controls(services: Services) {
  const { api, simulator, workers } = services;
  const down = { keepDown: true };
  return {
    killWorker: async (signal: NodeJS.Signals, index = 0) => {
      const worker = workers[index];
      if (worker === undefined) throw new RangeError(`there is no worker ${index}`);
      await worker.kill(signal, down);
    },
    startWorker: () => services.startWorker(),
    freezeWorker: () => {
      const pid = workers[0]?.pid;
      if (typeof pid !== 'number') throw new RangeError('there is no worker');
      process.kill(pid, 'SIGSTOP');
      return { resume: () => void process.kill(pid, 'SIGCONT') };
    },
    processIds: () => [api.pid, ...workers.map(({ pid }) => pid)],
    killApi: (signal: NodeJS.Signals) => api.kill(signal, down),
    startApi: () => api.start(),
    killSimulator: (signal: NodeJS.Signals) => simulator.kill(signal, down),
    startSimulator: () => simulator.start(),
  };
}

function keepLine(lines: string[], { kind, source, text }: StackEvent): void {
  if (kind === 'progress') return;
  lines.push(`[${source}] ${text}`);
  if (lines.length > LINES_SHOWN) lines.shift();
}
