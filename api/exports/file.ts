import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Db } from '../../db/client.ts';
import { readPart } from '../../db/queries/export/parts.ts';

const unpacked = promisify(gunzip);

/**
 * A file that a job has made, as bytes: part by part, when the reader wants more. A part that cannot be
 * read errors the stream, so that nobody takes a part for the whole.
 */
export function streamFile(db: Db, exportId: string, bytes: number): ReadableStream<Uint8Array> {
  let part = 0;
  let left = bytes;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const kept = await readPart(db, exportId, part);
        // The sweep removes the parts of a file that is deleted while it is fetched.
        if (!kept && left > 0) throw new Error(`export ${exportId} lacks part ${part}`);
        if (!kept) return controller.close();
        const text = await unpacked(kept.content);
        [part, left] = [part + 1, left - text.length];
        if (text.length > 0) controller.enqueue(new Uint8Array(text));
      },
    },
    { highWaterMark: 1 },
  );
}
