import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from './errors.ts';
import type { StackLog } from './events.ts';
import { commandFlags } from './flags.ts';
import { fetchText } from './http.ts';
import { openLogFile } from './log-file.ts';
import type { StackParts } from './options.ts';
import type { DatabaseUrls } from './postgres/migrate.ts';
import { nodeArguments } from './paths.ts';
import { ManagedProcess, type ProcessSpec } from './process.ts';
import type { Secrets } from './secrets.ts';
import { simulatedProviders } from './simulated-providers.ts';
import { startAll, type Start } from './start-all.ts';

/** What Bursar's own processes need to know of the world. */
export interface ServicesConfig {
  readonly dataDir: string;
  readonly apiPort: number;
  readonly simulatorPort: number;
  /** Asked each time a process starts: its users are made once the database is up. */
  readonly databaseUrls: () => DatabaseUrls;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly temporalUiUrl: string;
  readonly secrets: Secrets;
  /** Added to the environment of the API and the workers. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: StackLog;
  /** Called each time a process starts (with its id) or ends (null). */
  readonly onChange: (name: string, pid: number | null) => void;
}

/** Endpoints on this machine may be told of events: in development there are no others. */
const OUTGOING_ALLOW = '127.0.0.0/8,::1/128,localhost';
const READY_TIMEOUT_MS = 60_000;
const GRACE_MS = 10_000;

/** The simulator, the API and the workers of one stack. Nothing runs until it is started. */
export class Services {
  readonly apiUrl: string;
  readonly simulatorUrl: string;
  readonly simulator: ManagedProcess;
  readonly api: ManagedProcess;
  readonly workers: ManagedProcess[] = [];
  readonly #config: ServicesConfig;
  readonly #adminKeyFile: string;

  constructor(config: ServicesConfig) {
    this.#config = config;
    this.apiUrl = `http://127.0.0.1:${config.apiPort}`;
    this.simulatorUrl = `http://127.0.0.1:${config.simulatorPort}`;
    this.#adminKeyFile = path.join(config.dataDir, 'admin.key');
    this.simulator = manage(this.#simulatorSpec(), config);
    this.api = manage(this.#apiSpec(), config);
  }

  /** Starts a worker that is down, or one more; its process id, once it polls. */
  async startWorker(signal?: AbortSignal): Promise<number> {
    let worker = this.workers.find(({ isDown }) => isDown);
    if (worker === undefined) {
      worker = manage(this.#workerSpec(`worker-${this.workers.length + 1}`), this.#config);
      this.workers.push(worker);
    }
    await worker.start(signal);
    const { pid } = worker;
    if (pid === null) throw new StackError('The worker ended at once.', 'Read its log.');
    return pid;
  }

  /** Starts the API and that many workers, and waits until the API finds everything in place. */
  async startProduct(
    parts: Required<StackParts>,
    workers: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const starts: Start[] = [
      ...(parts.api ? [(either: AbortSignal) => this.api.start(either)] : []),
      ...(parts.worker
        ? Array.from({ length: workers }, () => (either: AbortSignal) => this.startWorker(either))
        : []),
    ];
    await startAll(starts, signal);
    if (parts.api && parts.worker) await this.#waitUntilReady(signal);
  }

  /** The administrator's key that the API wrote at its first start. */
  async apiKey(): Promise<string> {
    return (await readFile(this.#adminKeyFile, 'utf8')).trim();
  }

  /** Those who write end first, then the provider they write to. */
  async stop(): Promise<void> {
    await Promise.all([this.api, ...this.workers].map((each) => each.stop()));
    await this.simulator.stop();
  }

  async #waitUntilReady(signal: AbortSignal | undefined): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    for (;;) {
      signal?.throwIfAborted();
      const answer = await fetchText(`${this.apiUrl}/readyz`);
      if (answer.ok) return;
      if (this.api.isDown || Date.now() > deadline) {
        throw new StackError(
          `The API is up but not ready: ${answer.text}`,
          `Read the logs in ${path.join(this.#config.dataDir, 'logs')}.`,
        );
      }
      await sleep(200);
    }
  }

  #simulatorSpec(): ProcessSpec {
    const { dataDir, simulatorPort, secrets } = this.#config;
    return {
      ...nodeProcess('simulator', 'simulator/main', {
        port: simulatorPort,
        data: path.join(dataDir, 'simulator'),
        'webhook-url': `${this.apiUrl}/webhooks`,
        'webhook-secret': secrets.webhookSecret,
        'api-key': secrets.mockApiKey,
      }),
      env: process.env,
      ready: { line: (text) => isJsonWith(text, (value) => value['ready'] === true) },
    };
  }

  #apiSpec(): ProcessSpec {
    const { dataDir, apiPort, databaseUrls, env } = this.#config;
    const shared = this.#sharedEnv();
    return {
      ...nodeProcess('api', 'api/main'),
      get env() {
        return {
          ...shared,
          DATABASE_URL: databaseUrls().api,
          BURSAR_API_PORT: String(apiPort),
          BURSAR_API_HOST: '127.0.0.1',
          BURSAR_ADMIN_KEY_FILE: path.resolve(dataDir, 'admin.key'),
          ...env,
        };
      },
      ready: { probe: async () => (await fetchText(`${this.apiUrl}/healthz`)).ok },
    };
  }

  #workerSpec(name: string): ProcessSpec {
    const { dataDir, databaseUrls, env } = this.#config;
    return {
      ...nodeProcess(name, 'worker/main'),
      env: {
        ...this.#sharedEnv(),
        DATABASE_URL: databaseUrls().worker,
        BURSAR_AUDIT_ANCHOR: path.resolve(dataDir, 'audit-heads.jsonl'),
        BURSAR_WORKFLOW_BUNDLE_CACHE: path.resolve(dataDir, 'workflow-bundle'),
        ...env,
      },
      ready: { line: (text) => text.includes('worker ready') },
    };
  }

  #sharedEnv(): NodeJS.ProcessEnv {
    const { temporalAddress, temporalNamespace, temporalUiUrl, secrets } = this.#config;
    return {
      ...process.env,
      TEMPORAL_ADDRESS: temporalAddress,
      TEMPORAL_NAMESPACE: temporalNamespace,
      BURSAR_TEMPORAL_UI_URL: temporalUiUrl,
      BURSAR_PUBLIC_URL: this.apiUrl,
      BURSAR_MOCK_URL: `${this.simulatorUrl}/mock`,
      BURSAR_MOCK_API_KEY: secrets.mockApiKey,
      BURSAR_MOCK_WEBHOOK_SECRET: secrets.webhookSecret,
      BURSAR_FIELD_KEYS: secrets.fieldKeys,
      BURSAR_AUTH_SECRET: secrets.authSecret,
      BURSAR_AUDIT_KEYS: secrets.auditKeys,
      BURSAR_OUTGOING_ALLOW: process.env['BURSAR_OUTGOING_ALLOW'] ?? OUTGOING_ALLOW,
      ...simulatedProviders(this.simulatorUrl),
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
    };
  }
}

/** A process whose output goes to its own log file in the data folder. */
export function manage(
  spec: ProcessSpec,
  { dataDir, log, onChange }: Pick<ServicesConfig, 'dataDir' | 'log' | 'onChange'>,
): ManagedProcess {
  const managed = new ManagedProcess(spec, {
    log,
    logFile: openLogFile(path.join(dataDir, 'logs'), spec.name),
    onChange: () => onChange(spec.name, managed.pid),
  });
  return managed;
}

function nodeProcess(
  name: string,
  program: string,
  flags: Parameters<typeof commandFlags>[0] = {},
) {
  return {
    name,
    command: process.execPath,
    args: [...nodeArguments(program), ...commandFlags(flags)],
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: GRACE_MS,
  } as const;
}

function isJsonWith(
  text: string,
  holds: (value: Readonly<Record<string, unknown>>) => boolean,
): boolean {
  if (!text.startsWith('{')) return false;
  try {
    return holds(JSON.parse(text) as Readonly<Record<string, unknown>>);
  } catch {
    return false;
  }
}
