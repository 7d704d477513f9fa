import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { identify } from '../../stack/identity.ts';
import { tryLock } from '../../stack/lock.ts';
import { runTypeScript } from '../support/program.ts';
import { temporaryDir } from '../support/temp-dir.ts';

const lockPath = () => path.join(temporaryDir(), 'deep', 'stack.lock');

describe('tryLock', () => {
  it('gives the lock to one and tells the other who holds it', () => {
    const file = lockPath();
    const { lock } = tryLock(file);
    expect(tryLock(file).holder).toEqual(identify(process.pid));
    lock?.release();
    expect(existsSync(file)).toBe(false);
    expect(tryLock(file).lock).toBeDefined();
  });

  it('takes over the lock of a process ended by kill -9', async () => {
    const file = lockPath();
    const holder = runTypeScript('test/stack/programs/try-lock.ts', [file]);
    await holder.waitFor(/LOCKED/);
    expect(tryLock(file).holder?.pid).toBe(holder.child.pid);
    holder.child.kill('SIGKILL');
    await holder.ended;
    expect(tryLock(file).lock).toBeDefined();
  });

  it('is not fooled by another program that got the id of the dead holder', () => {
    const file = lockPath();
    tryLock(file).lock?.release();
    writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: 'before the last boot' }));
    expect(tryLock(file).lock).toBeDefined();
  });

  it('takes over a lock file that holds no readable holder', () => {
    const file = lockPath();
    tryLock(file).lock?.release();
    writeFileSync(file, '{"pid": 1');
    expect(tryLock(file).lock).toBeDefined();
  });

  it('lets one of six processes win that reach for a dead one’s lock at once', async () => {
    const file = lockPath();
    tryLock(file).lock?.release();
    writeFileSync(file, JSON.stringify({ pid: 1, startedAt: 'never' }));
    const programs = Array.from({ length: 6 }, () =>
      runTypeScript('test/stack/programs/try-lock.ts', [file]),
    );
    const answers = await Promise.all(
      programs.map((program) => program.waitFor(/LOCKED|HELD \d+/)),
    );
    expect(answers.filter(([answer]) => answer === 'LOCKED')).toHaveLength(1);
    expect(readdirSync(path.dirname(file))).toEqual(['stack.lock']);
  });
});
