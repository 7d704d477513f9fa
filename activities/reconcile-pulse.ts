import { Context } from '@temporalio/activity';
import { beating } from './beating.ts';

/** How a long work tells how far it is, and where a restart of it may go on. */
export interface Pulse {
  /** What the execution before this one told last; undefined where there was none. */
  readonly resumed: unknown;
  /** Tells how far it is. Throws where the work is to stop. */
  beat(place: unknown): void;
}

/** Runs a work of any length; statements that take minutes are covered by heartbeats of their own. */
export function withPulse<T>(work: (pulse: Pulse) => Promise<T>): Promise<T> {
  const { info, cancellationSignal, heartbeat } = Context.current();
  let place: unknown = info.heartbeatDetails;
  return beating(
    () => place,
    () =>
      work({
        resumed: place,
        beat(now) {
          place = now;
          cancellationSignal.throwIfAborted();
          heartbeat(place);
        },
      }),
  );
}
