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

/** Listens for Ctrl-C and SIGTERM from now on. A second one ends the process at once. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const came = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Interrupted('interrupted'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return { signal: controller.signal, came };
}
