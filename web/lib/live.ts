import type { QueryClient } from '@tanstack/react-query';
import type { LiveEvent } from '../../domain/live/news.ts';
import { makeStore, useStore } from './store.ts';
import { refreshPages } from './refresh-pages.ts';

/** How the screen stands to the server's events. */
export type LiveState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  /** The stream broke and is opened again; what is shown is as of `sinceMs`. */
  | { kind: 'reconnecting'; sinceMs: number };

const STREAM = '/api/disbursement/live';
/** Many events a second become one look at the server. */
const FLUSH_EVERY_MS = 700;
/** A stream that was refused is not opened again by the browser itself. */
const OPEN_AGAIN_MS = 3_000;

const state = makeStore<LiveState>({ kind: 'connecting' });

export const useLiveState = (): LiveState => useStore(state);

/**
 * Follows the server's events until the returned function is called. They only say that something
 * changed: what is on the screen is asked for again, so that the screen never holds what the API would
 * not answer.
 */
export function followEvents(queries: QueryClient): () => void {
  const waiting: LiveEvent[] = [];
  const held: { stream?: EventSource; flush?: number; again?: number } = {};
  const flush = () => {
    delete held.flush;
    applyNews(queries, waiting.splice(0));
  };
  const lost = () => {
    if (state.get().kind !== 'reconnecting') {
      state.set({ kind: 'reconnecting', sinceMs: Date.now() });
      // A stream also ends where a person is shut out: then this tells so at once.
      void queries.invalidateQueries({ queryKey: ['session'] });
    }
    if (held.stream?.readyState === EventSource.CLOSED) {
      window.clearTimeout(held.again);
      held.again = window.setTimeout(open, OPEN_AGAIN_MS);
    }
  };
  const open = () => {
    const stream = new EventSource(STREAM);
    const anew = held.stream !== undefined;
    held.stream = stream;
    stream.addEventListener('news', (event: MessageEvent<string>) => {
      waiting.push(JSON.parse(event.data) as LiveEvent);
      held.flush ??= window.setTimeout(flush, FLUSH_EVERY_MS);
    });
    stream.addEventListener('reload', () => void queries.invalidateQueries());
    stream.addEventListener('open', () => {
      // The browser goes on where its own stream broke; a new one does not know where that was.
      if (anew && state.get().kind === 'reconnecting') void queries.invalidateQueries();
      state.set({ kind: 'live' });
    });
    stream.addEventListener('error', lost);
  };
  open();
  return () => {
    window.clearTimeout(held.flush);
    window.clearTimeout(held.again);
    held.stream?.close();
    state.set({ kind: 'connecting' });
  };
}

/** What each topic is shown by, beside the batch that an event names. */
const SHOWN_BY: Partial<Record<LiveEvent['topic'], readonly (readonly string[])[]>> = {
  batch: [['batches', 'list'], ['payables'], ['payments', 'list'], ['health'], ['overview']],
  approval: [['approval-rules']],
  payable: [['payables'], ['recipients']],
  account: [['payables'], ['recipients']],
  reconciliation: [['reconciliations']],
  case: [['cases']],
  provider: [['health'], ['providers']],
  webhook: [['webhooks']],
  schedule: [['schedules']],
  rule: [['rules']],
  mail: [['mails']],
  export: [['exports']],
  alert: [['alerts']],
  view: [['saved-views']],
  risk: [['risk']],
  people: [['session'], ['permissions'], ['people']],
  key: [['keys']],
  audit: [['audit']],
};
/** Asks again for what these events may have touched, and for nothing else. */
function applyNews(queries: QueryClient, events: readonly LiveEvent[]): void {
  const again = (queryKey: readonly string[]) => void queries.invalidateQueries({ queryKey });
  for (const topic of new Set(events.map(({ topic }) => topic))) {
    for (const key of SHOWN_BY[topic] ?? []) again(key);
  }
  for (const id of new Set(events.flatMap(({ batchId }) => batchId ?? []))) {
    again(['batches', 'one', id]);
    again(['batches', 'approvals', id]);
    again(['ledger', id]);
    void queries.invalidateQueries({ queryKey: ['webhooks', 'in', { batchId: id }] });
    void refreshPages(queries, ['payments', 'of', id]);
    // Which of its payments changed is not told where they are several.
    again(['payments', 'one']);
    again(['payments', 'why']);
  }
  for (const id of new Set(events.flatMap(({ paymentId }) => paymentId ?? []))) {
    again(['payments', 'one', id]);
    again(['payments', 'why', id]);
  }
}
