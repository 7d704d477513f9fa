import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorText, StackError } from './errors.ts';
import { report, type StackLog } from './events.ts';
import type { LogFile } from './log-file.ts';
import { projectRoot } from './paths.ts';

/** When a process counts as started: it printed such a line, or a probe finds it answering. */
export type Readiness =
  | { readonly line: (text: string) => boolean; readonly probe?: never }
  | { readonly line?: never; readonly probe: () => Promise<boolean> };

/** One program to run and keep running. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The user to run as, where not the present one. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  readonly ready: Readiness;
  readonly readyTimeoutMs: number;
  /** The signal that asks it to end, and how long it may take before SIGKILL. */
  readonly stopSignal: NodeJS.Signals;
  readonly stopTimeoutMs: number;
}

/** What a process reports to, and the file that keeps its output. */
export interface ProcessContext {
  readonly log: StackLog;
  readonly logFile: LogFile;
  /** Called each time the process starts or ends, at once. */
  readonly onChange: () => void;
}

const BACKOFF_FIRST_MS = 500;
const BACKOFF_LAST_MS = 15_000;
const STEADY_AFTER_MS = 30_000;
const PROBE_EVERY_MS = 50;
const LINES_KEPT = 20;

/** All processes of this one that run now, by what asks each of them to end. */
const running = new Map<ChildProcess, NodeJS.Signals>();

// However this process exits, as by a second Ctrl-C or an error nobody caught, none is left behind.
process.on('exit', () => {
  for (const [child, stopSignal] of running) child.kill(stopSignal);
});

/** One run of the program: from its spawn to its end. */
interface Run {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly ready: Promise<void>;
  readonly ended: Promise<string>;
  readonly startedAtMs: number;
}

/**
 * A process that is started again, with back-off, whenever it ends without having been told to stay
 * down. It leads a process group of its own, so Ctrl-C in a terminal reaches only the stack, which
 * then ends its processes in order.
 */
export class ManagedProcess {
  readonly spec: ProcessSpec;
  readonly #context: ProcessContext;
  /** `starting`: a first start, whose failure is its caller's to handle. */
  #wanted: 'down' | 'starting' | 'up' = 'down';
  #run: Run | undefined;
  #restart: NodeJS.Timeout | undefined;
  #backoffMs = BACKOFF_FIRST_MS;

  constructor(spec: ProcessSpec, context: ProcessContext) {
    this.spec = spec;
    this.#context = context;
  }

  /** Its process id, or null while it is down. */
  get pid(): number | null {
    return this.#run?.child.pid ?? null;
  }

  /** Whether it was told to stay down, or has not been started yet. */
  get isDown(): boolean {
    return this.#wanted === 'down';
  }

  /**
   * Starts it and resolves when it is ready; at once where it already is.
   * @throws StackError where it ends or stays silent instead, or `signal` is aborted before it is
   * ready; it is then left down.
   */
  async start(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#wanted === 'down') this.#wanted = 'starting';
    clearTimeout(this.#restart);
    this.#run ??= this.#launch();
    const run = this.#run;
    const onAbort = () => void this.stop();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await run.ready;
      if (this.#wanted === 'starting') this.#wanted = 'up';
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Sends a signal and, where that ends the process or it must stay down, waits for its end. */
  async kill(signal: NodeJS.Signals, options: { readonly keepDown?: boolean } = {}): Promise<void> {
    if (options.keepDown === true) this.#stayDown();
    const run = this.#run;
    if (run === undefined) return;
    run.child.kill(signal);
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await run.ended;
  }

  /** Ends it, by force once its time is up, and leaves it down. */
  async stop(): Promise<void> {
    this.#stayDown();
    const run = this.#run;
    if (run === undefined) return;
    run.child.kill(this.spec.stopSignal);
    const timeout = new AbortController();
    const inTime = await Promise.race([
      run.ended.then(() => true),
      sleep(this.spec.stopTimeoutMs, false, { signal: timeout.signal }).catch(() => true),
    ]);
    timeout.abort();
    if (inTime) return;
    this.#warn(
      `still runs ${this.spec.stopTimeoutMs / 1000} s after ${this.spec.stopSignal}; killing it`,
    );
    run.child.kill('SIGKILL');
    await run.ended;
  }

  /** Ends it if it is up, and starts it. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  #stayDown(): void {
    this.#wanted = 'down';
    clearTimeout(this.#restart);
  }

  #launch(): Run {
    const { command, args, env, user, name } = this.spec;
    const lines: string[] = [];
    const child = spawn(command, args, {
      cwd: projectRoot,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
    });
    running.set(child, this.spec.stopSignal);
    const startedAtMs = Date.now();
    const listeners = new Set<(text: string) => void>();
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (text) => {
        lines.push(text);
        if (lines.length > LINES_KEPT) lines.shift();
        this.#context.logFile.write(text);
        report(this.#context.log, 'output', name, text);
        for (const listener of listeners) listener(text);
      });
    }
    const ended = endOf(child);
    const ready = this.#awaitReady(ended, lines, listeners);
    // Whoever waits sees the failure; a run that is started again by itself has nobody who waits.
    ready.catch(() => undefined);
    const run: Run = { child, lines, ready, ended, startedAtMs };
    void ended.then((reason) => this.#onEnd(run, reason));
    this.#run = run;
    this.#context.onChange();
    return run;
  }

  async #awaitReady(
    ended: Promise<string>,
    lines: readonly string[],
    listeners: Set<(text: string) => void>,
  ): Promise<void> {
    const over = new AbortController();
    const { ready, readyTimeoutMs, name } = this.spec;
    const failed = ended.then((reason) => {
      // Its last lines may still be on the way through the pipe when the end is known.
      return sleep(20).then(() =>
        Promise.reject(startFailure(name, reason, lines, this.#context.logFile.path)),
      );
    });
    const late = sleep(readyTimeoutMs, undefined, { signal: over.signal }).then(() =>
      Promise.reject(
        startFailure(
          name,
          `was not ready after ${readyTimeoutMs / 1000} s`,
          lines,
          this.#context.logFile.path,
        ),
      ),
    );
    failed.catch(() => undefined);
    late.catch(() => undefined);
    try {
      await Promise.race([this.#becomesReady(ready, listeners, over.signal), failed, late]);
    } finally {
      over.abort();
      listeners.clear();
    }
  }

  async #becomesReady(
    ready: Readiness,
    listeners: Set<(text: string) => void>,
    over: AbortSignal,
  ): Promise<void> {
    const { line, probe } = ready;
    if (line !== undefined) {
      return new Promise((resolve) => {
        listeners.add((text) => {
          if (line(text)) resolve();
        });
      });
    }
    while (!over.aborted && !(await probe())) await sleep(PROBE_EVERY_MS);
  }

  #onEnd(run: Run, reason: string): void {
    running.delete(run.child);
    this.#run = undefined;
    this.#context.onChange();
    if (this.#wanted !== 'up') return;
    if (Date.now() - run.startedAtMs > STEADY_AFTER_MS) this.#backoffMs = BACKOFF_FIRST_MS;
    const waitMs = this.#backoffMs;
    this.#backoffMs = Math.min(this.#backoffMs * 2, BACKOFF_LAST_MS);
    this.#warn(`${reason}; starting it again in ${waitMs / 1000} s`);
    this.#restart = setTimeout(() => {
      this.#run = this.#launch();
    }, waitMs);
  }

  #warn(text: string): void {
    report(this.#context.log, 'warning', this.spec.name, text);
  }
}

/** How the process ended, in words. */
async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'exit');
    return signal === null ? `ended with exit code ${code}` : `ended by ${signal}`;
  } catch (error) {
    return `could not be run (${errorText(error)})`;
  }
}

function startFailure(
  name: string,
  reason: string,
  lines: readonly string[],
  logPath: string,
): StackError {
  const text = lines.join('\n');
  if (/no space left on device|ENOSPC/i.test(text)) {
    return new StackError(
      `The disk is full: ${name} ${reason}.`,
      'Free some space and start again.',
    );
  }
  if (/EADDRINUSE|address already in use/i.test(text)) {
    return new StackError(
      `${name} ${reason}: its port was taken by another program.`,
      'Start again; where the port was given by a flag, give another one.',
    );
  }
  const last = lines.findLast((line) => line.trim() !== '');
  return new StackError(
    `${name} ${reason}${last === undefined ? '.' : `: ${last.trim()}`}`,
    `Its whole output is in ${logPath}.`,
  );
}
