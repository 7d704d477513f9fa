import { expect, test } from 'vitest';
import { openEventStream, writeEvent } from '../../api/live/event-stream.ts';

const textOf = async (body: ReadableStream<Uint8Array>): Promise<string> =>
  new Response(body).text();

test('what is sent arrives whole and in order, then the end', async () => {
  const stream = openEventStream(() => 'behind\n');
  const text = textOf(stream.body);
  for (let n = 0; n < 500; n += 1) stream.send(`${n}\n`);
  stream.end();
  stream.send('too late\n');
  expect(await text).toBe(Array.from({ length: 500 }, (_, n) => `${n}\n`).join(''));
});

test('a reader who does not read costs a bounded number of texts, and is told to begin anew', async () => {
  const stream = openEventStream(() => 'behind\n');
  for (let n = 0; n < 2_500; n += 1) stream.send(`${n}\n`);
  stream.end();
  const lines = (await textOf(stream.body)).trim().split('\n');
  expect(lines.length).toBeLessThanOrEqual(1_000);
  expect([lines[0], lines.at(-1)]).toEqual(['behind', '2499']);
});

test('who loses the right to it gets nothing more of what waits', async () => {
  const stream = openEventStream(() => '');
  stream.send('secret\n');
  stream.end({ unread: 'dropped' });
  expect(await textOf(stream.body)).toBe('');
});

test('what is to follow its end follows once, whoever ended it', async () => {
  const ends: string[] = [];
  const left = openEventStream(() => '');
  left.onEnd(() => ends.push('reader'));
  await left.body.cancel();
  left.end();
  const ended = openEventStream(() => '');
  ended.end();
  ended.onEnd(() => ends.push('writer'));
  expect(ends).toEqual(['reader', 'writer']);
});

test('an event is written as the form of event streams asks for', () => {
  const text = writeEvent({ event: 'news', data: { action: 'a\nb' }, id: '7' });
  expect(text).toBe('event: news\ndata: {"action":"a\\nb"}\nid: 7\n\n');
});
