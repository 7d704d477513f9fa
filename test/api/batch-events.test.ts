import { expect, test } from 'vitest';
import { addPayable } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();

interface SentEvent {
  event: string;
  id: string;
  data: string;
}

/** Opens the stream of a batch; `next` waits for its next event, heartbeats left out. */
async function follow(batchId: string, headers: Record<string, string> = {}) {
  const abort = new AbortController();
  const answer = await api.app.request(
    `/api/disbursement/batches/${batchId}/events`,
    {
      headers: { authorization: `Bearer ${api.keys.viewer.secret}`, ...headers },
      signal: abort.signal,
    },
    {},
  );
  expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const reader = (answer.body ?? new ReadableStream())
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let text = '';
  const next = async (): Promise<SentEvent | null> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const fields = Object.fromEntries(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => line.split(/: (.*)/s)),
        );
        text = text.slice(end + 2);
        return fields as SentEvent;
      }
      const { done, value } = await reader.read();
      if (done) return null;
      text += value;
    }
  };
  return { next, stop: () => reader.cancel() };
}

async function makeBatch(): Promise<string> {
  const answer = await api.post('/batches', { affiliateIds: [await addPayable(api)] });
  return String(answer.at('batch.id'));
}

test('the stream starts with the present state, follows each change, and ends with the batch', async () => {
  const id = await makeBatch();
  const stream = await follow(id);
  const first = await stream.next();
  expect([first?.event, JSON.parse(first?.data ?? '{}')]).toEqual([
    'progress',
    expect.objectContaining({ id, status: 'PENDING' }),
  ]);
  await api.post(
    `/payments/${String((await api.get(`/batches/${id}`)).at('batch.payments.0.id'))}/cancel`,
  );
  const second = await stream.next();
  expect(JSON.parse(second?.data ?? '{}')).toMatchObject({ counts: { CANCELLED: 1, PENDING: 0 } });
  expect(Number(second?.id)).toBeGreaterThan(Number(first?.id));
  await stream.stop();
});

test('who comes back with Last-Event-ID misses nothing and sees nothing twice', async () => {
  const id = await makeBatch();
  const before = await follow(id);
  const seen = (await before.next())?.id ?? '';
  await before.stop();
  const quiet = await follow(id, { 'last-event-id': seen });
  const pending = quiet.next();
  await api.post(
    `/payments/${String((await api.get(`/batches/${id}`)).at('batch.payments.0.id'))}/cancel`,
  );
  expect(JSON.parse((await pending)?.data ?? '{}')).toMatchObject({ counts: { CANCELLED: 1 } });
  await quiet.stop();
});
