import path from 'node:path';
import { commandFlags } from '../flags.ts';
import { fetchText } from '../http.ts';
import type { ProcessSpec } from '../process.ts';

/** The namespace that every dev server has. */
export const DEFAULT_NAMESPACE = 'default';

/** How to run a dev server that keeps its state in one SQLite file. */
export interface TemporalServerOptions {
  readonly binary: string;
  readonly port: number;
  readonly uiPort: number;
  readonly dbFile: string;
}

/** The Temporal dev server as a process: gRPC and Web UI on 127.0.0.1 only. */
export function temporalProcess(options: TemporalServerOptions): ProcessSpec {
  // Asked through the Web UI's server, which passes it on: the gRPC client takes long to load.
  const namespaceUrl = `http://127.0.0.1:${options.uiPort}/api/v1/namespaces/${DEFAULT_NAMESPACE}`;
  return {
    name: 'temporal',
    command: options.binary,
    args: [
      'server',
      'start-dev',
      ...commandFlags({
        ip: '127.0.0.1',
        port: options.port,
        'ui-port': options.uiPort,
        'db-filename': path.resolve(options.dbFile),
        namespace: DEFAULT_NAMESPACE,
        'log-level': 'error',
      }),
    ],
    env: process.env,
    ready: { probe: async () => (await fetchText(namespaceUrl)).ok },
    readyTimeoutMs: 60_000,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 10_000,
  };
}
