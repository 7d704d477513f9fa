import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** An empty folder that is removed when the test is over. */
export function temporaryDir(mode = 0o711): string {
  const dir = createDir(mode);
  onTestFinished(() => removeDir(dir));
  return dir;
}

/** An empty folder that is removed when all tests of the file, or of its `describe`, are over. */
export function longLivedDir(): string {
  const dir = createDir(0o711);
  afterAll(() => removeDir(dir));
  return dir;
}

function createDir(mode: number): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'bursar-test-'));
  chmodSync(dir, mode);
  return dir;
}

function removeDir(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}
