import type { AppContext } from '../http/context.ts';
import { openEventStream, type EventStream } from './event-stream.ts';
import type { Joined, Hear } from './hub.ts';
import type { StreamKind } from './streams.ts';
import { watchCaller, type WatchedCaller } from './watch-caller.ts';

/** Proxies and browsers give up connections on which nothing happens. */
const HEARTBEAT_MS = 15_000;

/** What a stream says by itself. */
interface Words {
  /** In place of all that a slow reader has not taken. */
  behind: () => string;
  /** So that the connection is not idle. */
  heartbeat: () => string;
}

/** A stream that lasts no longer than its caller may have it. */
export interface OpenStream extends EventStream {
  readonly watched: WatchedCaller;
  /** Hears news until the stream ends. Throws `DatabaseUnavailable`. */
  join(hear: Hear): Promise<Joined>;
}

/**
 * Opens a stream for the caller of `c`, who needs the permission `view` all the time; it ends with
 * their rights, with their connection, or with this process. Throws `rate_limited` where they have too
 * many. What fails before it is answered must end it.
 */
export function openStream(c: AppContext, kind: StreamKind, words: Words): OpenStream {
  const { live, stopping, streams } = c.var.deps;
  const giveBack = streams.take(c.var.caller.actor, kind);
  const stream = openEventStream(words.behind);
  stream.onEnd(giveBack);
  const watched = watchCaller(c, 'view', () => stream.end({ unread: 'dropped' }));
  stream.onEnd(watched.stop);
  const beat = setInterval(() => stream.send(words.heartbeat()), HEARTBEAT_MS).unref();
  stream.onEnd(() => clearInterval(beat));
  const stop = () => stream.end();
  stopping.addEventListener('abort', stop);
  stream.onEnd(() => stopping.removeEventListener('abort', stop));
  return {
    ...stream,
    watched,
    async join(hear) {
      const joined = await live.join((news, rights) => {
        if (rights) watched.look();
        hear(news, rights);
      });
      stream.onEnd(joined.leave);
      return joined;
    },
  };
}
