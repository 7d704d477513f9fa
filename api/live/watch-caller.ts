import type { Permission } from '../../domain/permissions.ts';
import { closedList } from '../http/allowed-address.ts';
import { callerNow } from '../http/authenticate.ts';
import { callerHolds, type Caller } from '../http/caller.ts';
import type { AppContext } from '../http/context.ts';

/** Credentials are looked at that often, beside at once when rights change. */
const LOOK_EVERY_MS = 900;
/** Where nobody can tell whether they still work, a stream goes on no longer than that. */
const UNKNOWN_MS_MAX = 30_000;

/** Somebody whose answer goes on. */
export interface WatchedCaller {
  /** As they may act by now. */
  readonly caller: Caller;
  /** Looks at once. */
  look: () => void;
  stop: () => void;
}

/**
 * Watches whether the caller of a stream could still open it: `lost` is called once, within a second
 * after their session, key or token has ended, or their role, their scopes or their address no longer
 * let them. Looking is no use of a session: who only watches is idle.
 */
export function watchCaller(
  c: AppContext,
  permission: Permission,
  lost: () => void,
): WatchedCaller {
  let { caller } = c.var;
  let knownAt = performance.now();
  let [ended, looking, again] = [false, false, false];
  const mayStill = async (): Promise<boolean> => {
    const now = await callerNow(c);
    if (!now || !callerHolds(now, permission)) return false;
    c.set('caller', now);
    caller = now;
    return (await closedList(c, permission)) === null;
  };
  const look = async (): Promise<void> => {
    // What is being looked up may be what has just changed.
    again = looking;
    if (looking || ended) return;
    looking = true;
    try {
      if (!(await mayStill())) end();
      else knownAt = performance.now();
    } catch {
      if (performance.now() - knownAt > UNKNOWN_MS_MAX) end();
    }
    looking = false;
    if (again) await look();
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref();
  const stop = (): void => {
    ended = true;
    clearInterval(timer);
  };
  const end = (): void => {
    if (ended) return;
    stop();
    lost();
  };
  return {
    get caller() {
      return caller;
    },
    look: () => void look(),
    stop,
  };
}
