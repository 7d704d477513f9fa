import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';

/** The file that keeps what one process writes. */
export interface LogFile {
  readonly path: string;
  write(line: string): void;
}

/** Starts a new log file; the one of the time before is kept as `<name>.log.1`. */
export function openLogFile(dir: string, name: string): LogFile {
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, `${name}.log`);
  if (existsSync(file)) renameSync(file, `${file}.1`);
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  // A log that cannot be written, as on a full disk, must not take the stack down.
  stream.on('error', () => undefined);
  return {
    path: file,
    write: (line) => void (stream.writable && stream.write(`${line}\n`)),
  };
}
