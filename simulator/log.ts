import { constants } from 'node:fs';
import { mkdir, open, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

const READ_BYTES = 4 * 1024 * 1024;
const NEWLINE = 10;
// A write returns when it is on disk: one trip to the disk where write and fdatasync are two.
const APPEND = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_DSYNC;

type Group = {
  lines: string[];
  startsOver: boolean;
  readonly written: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/**
 * An append-only file of lines. Lines appended while a write is under way share the next write.
 * After a failed write it stays failed, so that nothing is ever answered that is not on disk.
 */
export class Log {
  readonly #path: string;
  #file: FileHandle;
  #waiting: Group | null = null;
  #writing: Group | null = null;
  #failure: Error | null = null;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens or makes the file and hands each line to `onLine`, oldest first. A last line without its
   * line end was never acknowledged: it is cut off.
   */
  static async open(path: string, onLine: (line: string) => void): Promise<Log> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, APPEND);
    try {
      const keptBytes = await readLines(file, onLine);
      await file.truncate(keptBytes);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new Log(path, file);
  }

  /** Takes a line (without line end). Throws when an earlier write failed. */
  append(line: string): void {
    this.#open().lines.push(line);
  }

  /** Resolves when every line appended so far is on disk. */
  async durable(): Promise<void> {
    await (this.#waiting ?? this.#writing)?.written;
    if (this.#failure !== null) throw this.#failure;
  }

  /** Replaces the whole content by this line, in one step; lines appended afterwards follow it. */
  async startOver(firstLine: string): Promise<void> {
    const group = this.#open();
    group.lines = [firstLine];
    group.startsOver = true;
    await group.written;
  }

  async close(): Promise<void> {
    await this.durable().catch(() => undefined);
    await this.#file.close();
  }

  #open(): Group {
    if (this.#failure !== null) throw this.#failure;
    if (this.#waiting === null) {
      this.#waiting = newGroup();
      // Not at once: all requests that this turn of the event loop reads belong to the same write.
      if (this.#writing === null) setImmediate(() => void this.#drain());
    }
    return this.#waiting;
  }

  async #drain(): Promise<void> {
    while (this.#waiting !== null) {
      const group = this.#waiting;
      this.#waiting = null;
      this.#writing = group;
      try {
        await this.#write(group);
        group.resolve();
      } catch (error) {
        this.#fail(error, group);
      }
      this.#writing = null;
    }
  }

  async #write(group: Group): Promise<void> {
    const text = `${group.lines.join('\n')}\n`;
    if (group.startsOver) await this.#replace(text);
    else await this.#file.writeFile(text);
  }

  async #replace(text: string): Promise<void> {
    const fresh = await open(`${this.#path}.new`, 'w');
    await fresh.writeFile(text);
    await fresh.sync();
    await fresh.close();
    await rename(`${this.#path}.new`, this.#path);
    const folder = await open(dirname(this.#path), 'r');
    await folder.sync();
    await folder.close();
    await this.#file.close();
    this.#file = await open(this.#path, APPEND);
  }

  #fail(error: unknown, group: Group): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#failure = new Error(`cannot write ${this.#path}: ${reason}`);
    process.stderr.write(`simulator: ${this.#failure.message}\n`);
    group.reject(this.#failure);
    this.#waiting?.reject(this.#failure);
    this.#waiting = null;
  }
}

function newGroup(): Group {
  const { promise, resolve, reject } = withResolvers();
  // A group nobody waits for must not end the process when its write fails.
  promise.catch(() => undefined);
  return { lines: [], startsOver: false, written: promise, resolve, reject };
}

function withResolvers() {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((onDone, onError) => {
    resolve = onDone;
    reject = onError;
  });
  return { promise, resolve, reject };
}

async function readLines(file: FileHandle, onLine: (line: string) => void): Promise<number> {
  const chunk = Buffer.allocUnsafe(READ_BYTES);
  let rest = Buffer.alloc(0);
  let position = 0;
  let keptBytes = 0;
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return keptBytes;
    position += bytesRead;
    const data = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, start)) {
      onLine(data.toString('utf8', start, end));
      start = end + 1;
    }
    keptBytes += start;
    rest = data.subarray(start);
  }
}
