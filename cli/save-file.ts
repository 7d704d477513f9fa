import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError, textOf } from './errors.ts';

/** What stands in a file now. */
export interface SavedFile {
  bytes: number;
  sha256: string;
}

/**
 * Writes an answer to a file that only its owner reads. One that is there already stays; one that was not
 * written as a whole is told by a `CliError`.
 */
export async function saveFile(body: AsyncIterable<Uint8Array>, file: string): Promise<SavedFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted() {
    for await (const part of body) {
      bytes += part.byteLength;
      hash.update(part);
      yield part;
    }
  }
  try {
    await pipeline(Readable.from(counted()), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    throw new CliError(`${file} was not written as a whole.`, {
      why: [textOf(error)],
      code: 'export_failed',
    });
  }
  return { bytes, sha256: hash.digest('hex') };
}
