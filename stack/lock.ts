import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from './errors.ts';
import { identify, isAlive, type ProcessIdentity } from './identity.ts';

/** A lock that this process holds. */
export interface FileLock {
  release(): void;
}

/** The lock, or who holds it. */
export type LockResult =
  | { readonly lock: FileLock; readonly holder?: never }
  | { readonly lock?: never; readonly holder: ProcessIdentity };

/**
 * Takes the lock `file` for this process, without waiting. A lock whose holder has ended, as after
 * kill -9 or a power cut, is taken over.
 */
export function tryLock(file: string): LockResult {
  mkdirSync(path.dirname(file), { recursive: true });
  const me = identify(process.pid);
  if (me === undefined) throw new Error('this process cannot find itself in the process list');
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(me));
  try {
    for (;;) {
      if (link(mine, file)) return { lock: { release: () => release(file, me) } };
      const holder = readHolder(file);
      if (holder !== undefined && isAlive(holder)) return { holder };
      discardStale(file, `${mine}.stale`);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** A hard link is made whole or not at all, so nobody ever reads a half-written lock. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

/** Moves the lock away; where another process took it over in between, gives it back to that one. */
function discardStale(file: string, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const holder = readHolder(aside);
  if (holder !== undefined && isAlive(holder)) link(aside, file);
  rmSync(aside, { force: true });
}

function release(file: string, me: ProcessIdentity): void {
  const holder = readHolder(file);
  if (holder?.pid === me.pid && holder.startedAt === me.startedAt) rmSync(file, { force: true });
}
