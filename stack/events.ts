/**
 * What the stack reports while it starts, runs and stops.
 * - `progress`: a step was begun or done; `source` is the part it is about.
 * - `output`: one line that a process wrote (also kept in `<dataDir>/logs/<source>.log`).
 * - `warning`: something ended by itself and what is done about it.
 */
export interface StackEvent {
  readonly at: Date;
  readonly kind: 'progress' | 'output' | 'warning';
  readonly source: string;
  readonly text: string;
}

/** Receives each event at once; must not throw. */
export type StackLog = (event: StackEvent) => void;

/** Tells `log` about one event of now. */
export function report(
  log: StackLog,
  kind: StackEvent['kind'],
  source: string,
  text: string,
): void {
  log({ at: new Date(), kind, source, text });
}
