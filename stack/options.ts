import type { StackLog } from './events.ts';
import type { StackInfo } from './info.ts';
import type { Ports } from './ports.ts';
import type { DatabaseUrls } from './postgres/migrate.ts';

/** Which of our own processes to start; Postgres and Temporal are always found or started. */
export interface StackParts {
  readonly api?: boolean;
  readonly worker?: boolean;
  readonly simulator?: boolean;
}

export interface StackOptions {
  /** Everything the stack keeps lies in here; made where missing. Default: `.bursar` in the project. */
  readonly dataDir?: string;
  /** Worker processes; default 1. */
  readonly workers?: number;
  /** Ports to use; the others are those of the last start where free, else free ones. */
  readonly ports?: Partial<Ports>;
  readonly log: StackLog;
  /** Added to the environment of the API and the workers, over what the stack sets. */
  readonly env?: Readonly<Record<string, string>>;
  readonly parts?: StackParts;
  /** Aborting it while the stack starts takes everything down again and rejects `startStack`. */
  readonly signal?: AbortSignal;
}

export interface KillOptions {
  /** Leave it down until it is started again by a call; otherwise it comes back by itself. */
  readonly keepDown?: boolean;
}

/**
 * A running stack. Processes that end by themselves or are killed are started again with back-off
 * (0.5 s doubling to 15 s), unless killed with `keepDown`. Indices of workers count from 0.
 */
export interface Stack {
  /** As in the stack file, with the process ids of this moment. */
  readonly info: StackInfo;
  /** The database as the API and the worker reach it. */
  readonly databaseUrls: DatabaseUrls;
  /** Sends a signal to one worker and resolves when it has ended. */
  killWorker(index: number, signal: NodeJS.Signals, options?: KillOptions): Promise<void>;
  /** Starts a worker that is down, or one more; its process id, once it is ready. */
  startWorker(): Promise<number>;
  killApi(signal: NodeJS.Signals, options?: KillOptions): Promise<void>;
  /** Each restart ends the process if it is up, starts it and resolves when it answers again. */
  restartApi(): Promise<void>;
  killSimulator(signal: NodeJS.Signals, options?: KillOptions): Promise<void>;
  restartSimulator(): Promise<void>;
  /** Postgres and Temporal only where the stack started them; otherwise a StackError. */
  killTemporal(signal: NodeJS.Signals, options?: KillOptions): Promise<void>;
  restartTemporal(): Promise<void>;
  killPostgres(signal: NodeJS.Signals, options?: KillOptions): Promise<void>;
  restartPostgres(): Promise<void>;
  /** Ends everything that was started, in order, and removes the stack file. May be called again. */
  stop(): Promise<void>;
}
