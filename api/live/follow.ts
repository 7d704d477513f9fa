import { readNews, type News } from '../../db/queries/news.ts';
import { groupNews } from '../../domain/live/news.ts';
import { readPosition, writePosition, type Position } from '../../domain/live/position.ts';
import { permissionOf, TOPICS, type Topic } from '../../domain/live/topics.ts';
import { callerHolds } from '../http/caller.ts';
import type { AppContext } from '../http/context.ts';
import { writeEvent } from './event-stream.ts';
import { openStream, type OpenStream } from './open-stream.ts';

/** Who was cut off comes back so soon. */
const COME_BACK_MS = 2_000;

/**
 * Opens the stream of news for the caller of `c`: from `lastEventId` on where that is a place in the
 * log, else from now. Throws what refuses it, before anything is sent.
 */
export async function followNews(
  c: AppContext,
  lastEventId: string | undefined,
): Promise<ReadableStream<Uint8Array>> {
  const follower = new Follower(c);
  await follower.begin(c, lastEventId);
  return follower.stream.body;
}

class Follower {
  readonly stream: OpenStream;
  #at: Position = { next: 0n, open: [] };

  constructor(c: AppContext) {
    this.stream = openStream(c, 'live', {
      behind: () => this.#reload(),
      // A client that hears nothing of what happens still goes on from here.
      heartbeat: () => `: alive\nid: ${writePosition(this.#at)}\n\n`,
    });
  }

  async begin(c: AppContext, lastEventId: string | undefined): Promise<void> {
    const { db } = c.var.deps;
    try {
      // What comes while older news are looked up waits behind them.
      const early: News[] = [];
      let hear = (news: News): void => void early.push(news);
      const { position } = await this.stream.join((news) => hear(news));
      const since = lastEventId === undefined ? position : readPosition(lastEventId);
      this.#at = since ?? position;
      this.#greet();
      if (since === null) this.#tell({ rows: [], position, missed: true });
      else if (since !== position) this.#tell(await readNews(db, since, position));
      for (const news of early) this.#tell(news);
      hear = (news) => this.#tell(news);
    } catch (error) {
      this.stream.end();
      throw error;
    }
  }

  #greet(): void {
    const data = { topics: TOPICS.filter((topic) => this.#mayHear(topic)) };
    const hello = writeEvent({ event: 'hello', data, id: writePosition(this.#at) });
    this.stream.send(`retry: ${COME_BACK_MS}\n${hello}`);
  }

  #tell(news: News): void {
    this.#at = news.position;
    if (news.missed) return this.stream.send(this.#reload());
    const events = groupNews(news.rows).filter(({ topic }) => this.#mayHear(topic));
    // Only who has met all that was read at once may go on behind it.
    const texts = events.map((data, index) =>
      writeEvent({
        event: 'news',
        data,
        ...(index === events.length - 1 && { id: writePosition(this.#at) }),
      }),
    );
    if (texts.length > 0) this.stream.send(texts.join(''));
  }

  #reload = (): string => writeEvent({ event: 'reload', data: {}, id: writePosition(this.#at) });

  #mayHear = (topic: Topic): boolean =>
    callerHolds(this.stream.watched.caller, permissionOf(topic));
}
