import { setTimeout as sleep } from 'node:timers/promises';

export interface Pace {
  /** Between the beginnings of two works, at least. */
  gapMs: number;
  /** What comes while so many wait already is left out. */
  waitingMax: number;
}

/** Begins works one after the other in the order they are given; the first of all at once. They must not throw. */
export function paced({ gapMs, waitingMax }: Pace): (work: () => Promise<void>) => void {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return (work) => {
    if (waiting >= waitingMax) return;
    waiting += 1;
    last = last.then(() => {
      waiting -= 1;
      return Promise.all([work(), sleep(gapMs, null, { ref: false })]);
    });
  };
}
