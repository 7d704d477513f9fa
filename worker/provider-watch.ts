import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import { forgetOldStates, storeProviderStates } from '../db/queries/provider-states.ts';
import { budgetsIn } from '../db/queries/rate-budgets.ts';
import { writeProcessName } from '../domain/process-name.ts';
import type { CircuitReport } from '../providers/circuit.ts';
import type { ProviderName } from '../providers/port.ts';
import { makeProviderTools, type SharedTools } from '../providers/tools.ts';

/** It is by this that others know whether a worker is there: see `domain/stalled.ts`. */
const TELL_EVERY_MS = 5_000;

/** The tools of the adapters of this worker, whose circuits are told to everybody. */
export interface ProviderWatch {
  tools: SharedTools;
  /** Begins to tell; the states of a process that falls silent are no longer shown after a minute. */
  start(): void;
  stop(): void;
}

export function watchProviders(db: Db, logger: Logger): ProviderWatch {
  const processName = writeProcessName(hostname(), process.pid);
  const tell = (states: ReadonlyMap<ProviderName, CircuitReport>): void => {
    const sightings = [...states].map(([provider, report]) => ({
      provider,
      process: processName,
      report,
    }));
    storeProviderStates(db, sightings).catch((error: unknown) =>
      logger.warn({ err: error }, 'the state of the providers was not written down'),
    );
  };
  const tools = makeProviderTools(budgetsIn(db), (provider, report) => {
    const level = report.state === 'open' ? 'warn' : 'info';
    logger[level]({ provider, ...report }, `the circuit of ${provider} is ${report.state}`);
    tell(new Map([[provider, report]]));
  });
  let timer: NodeJS.Timeout | undefined;
  return {
    tools,
    start() {
      tell(tools.circuits());
      timer = setInterval(() => tell(tools.circuits()), TELL_EVERY_MS);
      forgetOldStates(db).catch((error: unknown) => logger.warn({ err: error }, 'old states stay'));
    },
    stop: () => clearInterval(timer),
  };
}
