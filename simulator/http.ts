import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Answer } from './wire/port.ts';

const DISCARD_BYTES_MAX = 64 * 1024 * 1024;
const PIECE_CHARS = 65_536;
const EMPTY = Buffer.alloc(0);

/**
 * The body of a request; null when it is larger than `limitBytes`. The rest of a body that is too
 * large is read and thrown away, so that the caller gets to read its answer. Rejects when the caller
 * goes away.
 */
export async function readBody(req: IncomingMessage, limitBytes: number): Promise<Buffer | null> {
  return await new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) chunks.push(chunk);
      else chunks = [];
      if (bytes > DISCARD_BYTES_MAX) req.destroy();
    });
    req.on('end', () => {
      if (bytes > limitBytes) resolve(null);
      else resolve(chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks));
    });
    req.on('error', reject);
  });
}

/** Sends an answer whole. */
export function reply(res: ServerResponse, answer: Answer): void {
  if (res.destroyed || res.headersSent) return;
  const length = Buffer.byteLength(answer.body);
  const headers = ['content-type', 'application/json', 'content-length', String(length)];
  if (answer.headers !== undefined) {
    for (const [name, value] of Object.entries(answer.headers)) headers.push(name, value);
  }
  res.writeHead(answer.status, headers);
  res.end(answer.body);
}

/** Cuts the connection: the caller sees a reset. */
export function drop(req: IncomingMessage): void {
  req.socket.resetAndDestroy();
}

/** Sends `{"<name>":[...]}` at the pace of the reader: the list may be larger than memory. */
export async function replyRows(
  res: ServerResponse,
  name: string,
  rows: Iterable<unknown>,
): Promise<void> {
  res.writeHead(200, ['content-type', 'application/json']);
  await pipeline(Readable.from(pieces(name, rows)), res);
}

function* pieces(name: string, rows: Iterable<unknown>): Generator<string> {
  let piece = `{${JSON.stringify(name)}:[`;
  let comma = '';
  for (const row of rows) {
    piece += comma + JSON.stringify(row);
    comma = ',';
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}]}`;
}
