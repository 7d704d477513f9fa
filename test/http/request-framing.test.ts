import { once } from 'node:events';
import { connect } from 'node:net';
import { serve, type ServerType } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVER_OPTIONS } from '../../api/listen.ts';

/** What the handler was given; what is refused before it leaves nothing here. */
const seen: string[] = [];
const holder: { server?: ServerType; port: number } = { port: 0 };

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    holder.server = serve(
      {
        async fetch(request: Request) {
          seen.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`);
          return new Response('ok');
        },
        port: 0,
        hostname: '127.0.0.1',
        serverOptions: SERVER_OPTIONS,
      },
      ({ port }) => {
        holder.port = port;
        resolve();
      },
    );
  });
});
afterAll(() => void holder.server?.close());

/** Sends these bytes over one connection, and reads until the server ends it. */
async function send(lines: readonly string[]): Promise<string> {
  const socket = connect(holder.port, '127.0.0.1');
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  socket.on('error', () => {});
  socket.write(lines.join('\r\n'));
  await once(socket, 'close');
  return Buffer.concat(parts).toString('latin1');
}

const SMUGGLED = 'GET /smuggled HTTP/1.1';
const chunked = (...headers: string[]) => [
  'POST /front HTTP/1.1',
  'Host: a',
  'Connection: close',
  ...headers,
  '',
  '0',
  '',
  SMUGGLED,
  'Host: a',
  '',
  '',
];

describe('a request', () => {
  it.each([
    ['a length and chunks', chunked('Content-Length: 5', 'Transfer-Encoding: chunked')],
    ['chunks and a length', chunked('Transfer-Encoding: chunked', 'Content-Length: 5')],
    ['two lengths', chunked('Content-Length: 5', 'Content-Length: 6')],
    ['an encoding that is none', chunked('Transfer-Encoding: xchunked')],
    ['chunks that are not last', chunked('Transfer-Encoding: chunked, identity')],
    ['a length with a sign', chunked('Content-Length: +5')],
    ['a blank before the colon', chunked('Content-Length : 5')],
    ['a line that goes on', chunked('X-A: b', ' Content-Length: 5')],
    ['a length that is no number', chunked('Content-Length: 0x5')],
  ])('is refused where its end is not plain: %s', async (_what, lines) => {
    seen.length = 0;
    const answer = await send(lines);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(seen.filter((each) => each.includes('smuggled'))).toEqual([]);
  });

  it('is refused where its headers do not end', async () => {
    seen.length = 0;
    const answer = await send([
      'GET / HTTP/1.1',
      'Host: a',
      `X-Long: ${'x'.repeat(20_000)}`,
      '',
      '',
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(seen).toEqual([]);
  });

  it('is read where it is plain', async () => {
    const answer = await send([
      'POST /plain HTTP/1.1',
      'Host: a',
      'Connection: close',
      'Content-Length: 5',
      '',
      'hello',
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(seen.at(-1)).toBe('POST /plain hello');
  });
});
