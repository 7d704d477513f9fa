import path from 'node:path';
import { prepareDataDir } from './checks.ts';
import { StackError } from './errors.ts';
import { report } from './events.ts';
import { removeStackFile, writeStackFile, type StackInfo } from './info.ts';
import { choosePostgres, chooseTemporal, type ServerContext } from './infrastructure.ts';
import type { PostgresServer, Server, TemporalServer } from './infrastructure.ts';
import { claimDataDir, type Instance } from './instance.ts';
import { readJson, writeJson } from './json-file.ts';
import type { KillOptions, Stack, StackOptions, StackParts } from './options.ts';
import { defaultDataDir } from './paths.ts';
import { withFreePorts, type Ports } from './ports.ts';
import { migrateAsRoles, oneUserFor, type DatabaseUrls } from './postgres/migrate.ts';
import type { ManagedProcess } from './process.ts';
import { loadSecrets, type Secrets } from './secrets.ts';
import { manage, Services } from './services.ts';
import { startAll } from './start-all.ts';

/**
 * Finds or starts Postgres and Temporal, migrates, starts the simulator, the workers and the API,
 * and writes the stack file when all of them answer. Whatever was started is ended again where
 * that fails or `signal` is aborted, in which case the signal's reason is thrown.
 * @throws StackError with one line on what is wrong and one on what to do.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dataDir = path.resolve(options.dataDir ?? defaultDataDir);
  await prepareDataDir(dataDir);
  const instance = await claimDataDir(dataDir, (text) =>
    report(options.log, 'progress', 'stack', text),
  );
  try {
    removeStackFile(dataDir);
    const portsFile = path.join(dataDir, 'ports.json');
    const ports = await withFreePorts(options.ports, readJson(portsFile) as Ports | undefined);
    writeJson(portsFile, ports);
    const stack = new RunningStack(dataDir, ports, options, instance);
    await stack.start();
    return stack;
  } catch (error) {
    instance.release();
    throw error;
  }
}

class RunningStack implements Stack {
  readonly #dataDir: string;
  readonly #options: StackOptions;
  readonly #parts: Required<StackParts>;
  readonly #instance: Instance;
  readonly #postgres: PostgresServer;
  readonly #temporal: TemporalServer;
  readonly #services: Services;
  readonly #secrets: Secrets;
  #databaseUrls: DatabaseUrls;
  #apiKey = '';
  #published = false;
  #stopping: Promise<void> | undefined;

  constructor(dataDir: string, ports: Ports, options: StackOptions, instance: Instance) {
    this.#dataDir = dataDir;
    this.#options = options;
    this.#parts = { api: true, worker: true, simulator: true, ...options.parts };
    this.#instance = instance;
    const secrets = loadSecrets(dataDir);
    this.#secrets = secrets;
    const { log, env = {} } = options;
    const reporting = { dataDir, log, onChange: this.#onChange };
    const context: ServerContext = {
      dataDir,
      ports,
      environment: process.env,
      progress: this.#progress,
      manage: (spec) => manage(spec, reporting),
    };
    this.#postgres = choosePostgres(context, secrets.postgresPassword);
    this.#databaseUrls = oneUserFor(this.#postgres.databaseUrl);
    this.#temporal = chooseTemporal(context);
    this.#services = new Services({
      ...reporting,
      apiPort: ports.api,
      simulatorPort: ports.simulator,
      databaseUrls: () => this.#databaseUrls,
      temporalAddress: this.#temporal.address,
      temporalNamespace: this.#temporal.namespace,
      temporalUiUrl: this.#temporal.uiUrl,
      secrets,
      env,
    });
  }

  async start(): Promise<void> {
    const { signal } = this.#options;
    try {
      await this.#startAll(signal);
      this.#published = true;
      this.#publish();
    } catch (error) {
      await this.#stopAll();
      throw signal?.aborted === true ? signal.reason : error;
    }
  }

  async #startAll(outer: AbortSignal | undefined): Promise<void> {
    await startAll(
      [
        ...(this.#parts.simulator ? [this.#startSimulator] : []),
        async (signal) => {
          await this.#startServers(signal);
          await this.#startProduct(signal);
        },
      ],
      outer,
    );
    if (this.#parts.api) this.#apiKey = await this.#services.apiKey();
    outer?.throwIfAborted();
  }

  #startServers(outer: AbortSignal): Promise<void> {
    return startAll(
      [
        async (signal) => {
          await this.#step('postgres', signal, () => this.#postgres.start(signal));
          await this.#step('migrations', signal, () => this.#migrate());
        },
        (signal) => this.#step('temporal', signal, () => this.#temporal.start(signal)),
      ],
      outer,
    );
  }

  async #startProduct(signal: AbortSignal): Promise<void> {
    if (!this.#parts.api && !this.#parts.worker) return;
    const workers = this.#options.workers ?? 1;
    await this.#step('api and worker', signal, () =>
      this.#services.startProduct(this.#parts, workers, signal),
    );
  }

  async #migrate(): Promise<void> {
    this.#databaseUrls = await migrateAsRoles(this.#postgres.databaseUrl, this.#secrets, (text) =>
      this.#progress('postgres', text),
    );
  }

  readonly #startSimulator = (signal: AbortSignal): Promise<void> =>
    this.#step('simulator', signal, () => this.#services.simulator.start(signal));

  async #step(source: string, signal: AbortSignal, run: () => Promise<void>): Promise<void> {
    signal.throwIfAborted();
    const startedAtMs = Date.now();
    this.#progress(source, 'starting');
    await run();
    this.#progress(source, `ready in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
  }

  get databaseUrls(): DatabaseUrls {
    return this.#databaseUrls;
  }

  get info(): StackInfo {
    const { apiUrl, simulatorUrl, api, simulator, workers } = this.#services;
    return {
      apiUrl,
      apiKey: this.#apiKey,
      webUrl: apiUrl,
      temporalAddress: this.#temporal.address,
      temporalNamespace: this.#temporal.namespace,
      temporalUiUrl: this.#temporal.uiUrl,
      databaseUrl: this.#postgres.databaseUrl,
      simulatorUrl,
      processes: {
        api: api.pid,
        worker: workers.map(({ pid }) => pid).filter((pid) => pid !== null),
        simulator: simulator.pid,
        temporal: this.#temporal.process?.pid ?? null,
        postgres: this.#postgres.process?.pid ?? null,
      },
    };
  }

  async killWorker(index: number, signal: NodeJS.Signals, options?: KillOptions): Promise<void> {
    const worker = this.#services.workers[index];
    if (worker === undefined) throw new RangeError(`there is no worker ${index}`);
    await worker.kill(signal, options);
  }

  startWorker(): Promise<number> {
    return this.#services.startWorker();
  }

  async killApi(signal: NodeJS.Signals, options?: KillOptions): Promise<void> {
    await this.#services.api.kill(signal, options);
  }

  async restartApi(): Promise<void> {
    await this.#services.api.restart();
  }

  async killSimulator(signal: NodeJS.Signals, options?: KillOptions): Promise<void> {
    await this.#services.simulator.kill(signal, options);
  }

  async restartSimulator(): Promise<void> {
    await this.#services.simulator.restart();
  }

  async killTemporal(signal: NodeJS.Signals, options?: KillOptions): Promise<void> {
    await ownProcess(this.#temporal, 'TEMPORAL_ADDRESS').kill(signal, options);
  }

  async restartTemporal(): Promise<void> {
    await ownProcess(this.#temporal, 'TEMPORAL_ADDRESS').restart();
  }

  async killPostgres(signal: NodeJS.Signals, options?: KillOptions): Promise<void> {
    await ownProcess(this.#postgres, 'DATABASE_URL').kill(signal, options);
  }

  async restartPostgres(): Promise<void> {
    await ownProcess(this.#postgres, 'DATABASE_URL').restart();
  }

  async stop(): Promise<void> {
    await this.#stopAll();
    this.#instance.release();
  }

  /** Once for all callers; those who use a server end before it does. */
  #stopAll(): Promise<void> {
    this.#stopping ??= (async () => {
      this.#published = false;
      removeStackFile(this.#dataDir);
      await this.#services.stop();
      await Promise.all([this.#temporal.process?.stop(), this.#postgres.process?.stop()]);
    })();
    return this.#stopping;
  }

  readonly #onChange = (name: string, pid: number | null): void => {
    this.#instance.record(name, pid);
    if (this.#published) this.#publish();
  };

  readonly #progress = (source: string, text: string): void => {
    report(this.#options.log, 'progress', source, text);
  };

  #publish(): void {
    writeStackFile(this.#dataDir, this.info);
  }
}

function ownProcess({ process: managed }: Server, variable: string): ManagedProcess {
  if (managed !== undefined) return managed;
  throw new StackError(
    `This server is given by ${variable}, so it is not the stack's to end.`,
    `Unset ${variable}, and the stack starts one of its own.`,
  );
}
