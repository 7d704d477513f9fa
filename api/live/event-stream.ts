import type { AppContext } from '../http/context.ts';

/** One event of a stream, in its form on the wire. */
export interface ServerEvent {
  event: string;
  data: unknown;
  /** Where a client goes on from that has met this event. */
  id?: string;
}

/** Texts that wait for a reader who does not read. */
const WAITING_MAX = 1_000;

/** An event as text; its data is JSON, which holds no line break. */
export const writeEvent = ({ event, data, id }: ServerEvent): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n${id === undefined ? '' : `id: ${id}\n`}\n`;

/** An answer that goes on: what is sent waits until the reader takes it. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array>;
  send(text: string): void;
  /** Ends it after what was sent; `unread: 'dropped'` ends it without. */
  end(options?: { unread: 'dropped' }): void;
  /** Calls `act` once it has ended, whoever ended it; at once where that is so already. */
  onEnd(act: () => void): void;
}

/**
 * Opens a stream. A reader who falls far behind gets `behind()` in place of all that waits, so that
 * nobody's slowness costs memory.
 */
export function openEventStream(behind: () => string): EventStream {
  const encoder = new TextEncoder();
  let waiting: string[] = [];
  let [ended, cancelled] = [false, false];
  let wake = (): void => {};
  const afterwards: (() => void)[] = [];
  const end = (): void => {
    if (ended) return;
    ended = true;
    for (const act of afterwards) act();
    wake();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (waiting.length === 0 && !ended) await new Promise<void>((resolve) => (wake = resolve));
        const text = waiting.join('');
        waiting = [];
        if (text !== '') controller.enqueue(encoder.encode(text));
        else if (!cancelled) controller.close();
      },
      cancel() {
        cancelled = true;
        end();
      },
    },
    // Nothing is taken before somebody reads.
    { highWaterMark: 0 },
  );
  return {
    body,
    send(text) {
      if (ended) return;
      if (waiting.length >= WAITING_MAX) waiting = [behind()];
      else waiting.push(text);
      wake();
    },
    end(options) {
      if (options?.unread === 'dropped') waiting = [];
      end();
    },
    onEnd(act) {
      if (ended) act();
      else afterwards.push(act);
    },
  };
}

const TYPE = { 'content-type': 'text/event-stream' } as const;

/**
 * Answers with a stream that no proxy is to hold back. None is opened for HEAD, whose answer nobody
 * reads or ends.
 */
export async function answerStream(
  c: AppContext,
  open: () => Promise<ReadableStream<Uint8Array>>,
): Promise<Response> {
  if (c.req.method === 'HEAD') return c.newResponse(null, 200, TYPE);
  const headers = { ...TYPE, 'transfer-encoding': 'chunked', 'x-accel-buffering': 'no' };
  return c.newResponse(await open(), 200, headers);
}
