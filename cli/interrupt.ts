import { EXIT } from './exit-codes.ts';

const SAME_WITHIN_MS = 1_000;

/** Why something ended: somebody pressed Ctrl-C, or the system asked for it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Two signals of Ctrl-C: the first one, which ends things in order. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Resolves when it came. */
  readonly came: Promise<void>;
}

/**
 * Listens for Ctrl-C, SIGTERM and the end of the terminal from now on. A second one ends the process
 * at once, but not one that comes with the first: npm passes on what the terminal has sent us too.
 */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const came = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  let firstAtMs = 0;
  const stop = () => {
    if (controller.signal.aborted) {
      if (performance.now() - firstAtMs > SAME_WITHIN_MS) process.exit(EXIT.interrupted);
      return;
    }
    firstAtMs = performance.now();
    controller.abort(new Interrupted('interrupted'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  return { signal: controller.signal, came };
}
