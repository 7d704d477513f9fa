import { statSync } from 'node:fs';
import { withFiles } from './config.ts';

const LOOK_EVERY_MS = 1_000;

/** What takes other secrets while the process runs. */
export interface SecretTaker {
  /** Whether a change of this variable, named without `_FILE`, is its business. */
  heeds(variable: string): boolean;
  /** Takes the values that hold now, by variable. Throws, and keeps what it has, where they are not fit. */
  take(set: Readonly<Record<string, string>>): void;
}

interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * Looks once a second whether a file that a `BURSAR_…_FILE` variable names has changed, and hands the new
 * values to whoever heeds the variable. A file that is away, or not fit, changes nothing and is warned
 * of once. Answers how to stop looking.
 */
export function watchSecretFiles(
  variables: Readonly<Record<string, string | undefined>>,
  takers: readonly SecretTaker[],
  log: Log,
): () => void {
  const files = Object.entries(variables).flatMap(([name, file]) => {
    const variable = name.replace(/_FILE$/, '');
    const heeded = takers.some((taker) => taker.heeds(variable));
    return heeded && name.endsWith('_FILE') && file ? [{ name, variable, file }] : [];
  });
  if (files.length === 0) return () => undefined;
  const marks = new Map(files.map(({ name, file }) => [name, markOf(file)]));
  let held = withFiles(variables).set;
  const look = (): void => {
    const touched = files.filter(({ name, file }) => {
      const mark = markOf(file);
      return mark !== marks.get(name) && marks.set(name, mark);
    });
    if (touched.length === 0) return;
    const { set, problems } = withFiles(variables);
    const changed = touched.filter(({ variable }) => set[variable] !== held[variable]);
    for (const taker of takers) {
      const own = changed.filter(({ variable }) => taker.heeds(variable));
      if (own.length > 0) handOver(taker, own, { ...held, ...set }, problems);
    }
    held = { ...held, ...set };
  };
  const handOver = (
    taker: SecretTaker,
    own: typeof files,
    set: Readonly<Record<string, string>>,
    problems: readonly string[],
  ): void => {
    const names = own.map(({ name }) => name);
    try {
      const unread = names.filter((name) => problems.some((line) => line.startsWith(`${name}:`)));
      if (unread.length > 0) throw new RangeError('the file cannot be read');
      taker.take(set);
      log.info({ files: names }, 'secrets were read anew');
    } catch (error) {
      log.warn({ files: names, reason: reasonOf(error) }, 'new secrets are not fit; the old stay');
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** Changes when the file does; what is mounted as a secret changes by another file in its place. */
function markOf(file: string): string {
  try {
    const { mtimeMs, ino, size } = statSync(file);
    return `${mtimeMs} ${ino} ${size}`;
  } catch {
    return 'away';
  }
}

/** Messages of our own checks hold no values. */
const reasonOf = (error: unknown): string =>
  error instanceof RangeError ? error.message : 'they are not in the form they must have';
