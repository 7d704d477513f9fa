import path from 'node:path';
import { StackError } from './errors.ts';
import type { Ports } from './ports.ts';
import {
  ensureDatabase,
  localDatabaseUrl,
  requireDatabase,
  siblingDatabaseUrl,
} from './postgres/database.ts';
import { POSTGRES_ROLE, postgresProcess } from './postgres/embedded.ts';
import type { ManagedProcess, ProcessSpec } from './process.ts';
import { temporalAnswers } from './temporal/client.ts';
import { locateTemporal } from './temporal/locate.ts';
import { DEFAULT_NAMESPACE, temporalProcess } from './temporal/server.ts';

/** One of the two servers: given by the environment, or a process of ours. */
export interface Server {
  /** Checks or starts it; resolves when it answers, gives up when told to. */
  start(signal: AbortSignal): Promise<void>;
  /** The process where it is ours and has been started. */
  readonly process: ManagedProcess | undefined;
}

/** The database that holds the truth, and its address. */
export interface PostgresServer extends Server {
  readonly databaseUrl: string;
}

/** The server that drives workflows, and its addresses. */
export interface TemporalServer extends Server {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string;
}

/** What is needed to start either server. */
export interface ServerContext {
  readonly dataDir: string;
  readonly ports: Ports;
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: (source: string, text: string) => void;
  readonly manage: (spec: ProcessSpec) => ManagedProcess;
}

const DATABASE_NAME = 'bursar';

/** `DATABASE_URL` where it is set, else an embedded server on `<dataDir>/postgres`. */
export function choosePostgres(context: ServerContext, password: string): PostgresServer {
  const given = context.environment['DATABASE_URL'];
  if (given) {
    return { databaseUrl: given, process: undefined, start: () => requireDatabase(given) };
  }
  const { port, clusterDir } = {
    port: context.ports.postgres,
    clusterDir: path.join(context.dataDir, 'postgres'),
  };
  const databaseUrl = localDatabaseUrl(POSTGRES_ROLE, password, port, DATABASE_NAME);
  let managed: ManagedProcess | undefined;
  return {
    databaseUrl,
    get process() {
      return managed;
    },
    start: async (signal) => {
      const spec = await postgresProcess({ clusterDir, port, password });
      managed = context.manage(spec);
      await managed.start(signal);
      await ensureDatabase(siblingDatabaseUrl(databaseUrl, 'postgres'), DATABASE_NAME);
    },
  };
}

/** `TEMPORAL_ADDRESS` where it is set, else a dev server on `<dataDir>/temporal.db`. */
export function chooseTemporal(context: ServerContext): TemporalServer {
  const given = context.environment['TEMPORAL_ADDRESS'];
  if (given) return givenTemporal(given, context.environment);
  const { temporal: port, temporalUi: uiPort } = context.ports;
  const dbFile = path.join(context.dataDir, 'temporal.db');
  let managed: ManagedProcess | undefined;
  return {
    address: `127.0.0.1:${port}`,
    namespace: DEFAULT_NAMESPACE,
    uiUrl: `http://127.0.0.1:${uiPort}`,
    get process() {
      return managed;
    },
    start: async (signal) => {
      const binary = await locateTemporal({
        environment: context.environment,
        signal,
        progress: (text) => context.progress('temporal', text),
      });
      managed = context.manage(temporalProcess({ binary, port, uiPort, dbFile }));
      await managed.start(signal);
    },
  };
}

function givenTemporal(address: string, environment: NodeJS.ProcessEnv): TemporalServer {
  const namespace = environment['TEMPORAL_NAMESPACE'] || DEFAULT_NAMESPACE;
  const host = address.replace(/:\d+$/, '');
  return {
    address,
    namespace,
    uiUrl: environment['BURSAR_TEMPORAL_UI_URL'] || `http://${host}:8233`,
    process: undefined,
    start: async () => {
      if (await temporalAnswers(address, namespace)) return;
      throw new StackError(
        `Temporal at ${address} (TEMPORAL_ADDRESS) does not answer, or has no namespace ${namespace}.`,
        'Check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, or unset them and a Temporal server is started.',
      );
    },
  };
}
