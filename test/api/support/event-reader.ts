import { expect } from 'vitest';
import type { TestApi } from './test-api.ts';

/** A block of a stream of events, by its fields; a comment stands under the empty name. */
export interface SentBlock {
  event?: string;
  id?: string;
  data?: string;
  retry?: string;
  ''?: string;
}

/** What a stream says of one change. */
export interface SentNews {
  topic: string;
  batchId?: string;
  paymentId?: string;
  action: string;
}

/** A stream that is being read. */
export interface EventReader {
  /** The next block, or null at its end. */
  block(): Promise<SentBlock | null>;
  /** The next event, heartbeats left out, or null at its end. */
  next(): Promise<SentBlock | null>;
  /** The first news from here on that fits, with the block it came in. */
  newsThat(fits: (news: SentNews) => boolean): Promise<SentNews & { id: string | undefined }>;
  /** Reads to the end of the stream, and answers what came before. */
  rest(): Promise<SentBlock[]>;
  stop(): Promise<void>;
}

/** Reads the body of an answer that goes on. */
export function readEvents(body: ReadableStream<Uint8Array> | null): EventReader {
  const reader = (body ?? new ReadableStream<Uint8Array>())
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let text = '';
  const block = async (): Promise<SentBlock | null> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        return Object.fromEntries(lines.map((line) => line.split(/: (.*)/s))) as SentBlock;
      }
      const { done, value } = await reader.read();
      if (done) return null;
      text += value;
    }
  };
  const next = async (): Promise<SentBlock | null> => {
    for (;;) {
      const found = await block();
      if (found === null || found.event !== undefined) return found;
    }
  };
  return {
    block,
    next,
    async newsThat(fits) {
      for (;;) {
        const found = await next();
        if (found === null) throw new Error('the stream ended before such news came');
        if (found.event !== 'news') continue;
        const news = JSON.parse(found.data ?? '') as SentNews;
        if (fits(news)) return { ...news, id: found.id };
      }
    },
    async rest() {
      const blocks: SentBlock[] = [];
      for (let found = await next(); found !== null; found = await next()) blocks.push(found);
      return blocks;
    },
    stop: () => reader.cancel(),
  };
}

/** Opens the stream of news as the holder of a key, the highest unless told. */
export async function openNews(
  api: TestApi,
  headers: Record<string, string> = {},
): Promise<EventReader & { hello: SentBlock }> {
  const as = 'cookie' in headers || 'authorization' in headers ? {} : keyOf(api);
  const answer = await api.app.request(
    '/api/disbursement/live',
    { headers: { ...as, ...headers } },
    {},
  );
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  const reader = readEvents(answer.body);
  const hello = await reader.next();
  expect(hello?.event).toBe('hello');
  return { ...reader, hello: hello ?? {} };
}

const keyOf = (api: TestApi) => ({ authorization: `Bearer ${api.keys.super_admin.secret}` });
