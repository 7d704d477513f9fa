import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runTypeScript, type RunningProgram } from '../support/program.ts';
import { temporaryDir } from '../support/temp-dir.ts';

/** A machine with nothing on PATH but what the test puts there, and without internet. */
function emptyMachine() {
  const bin = temporaryDir();
  const cache = temporaryDir();
  const cached = path.join(cache, 'bursar', 'temporal', 'v1.5.1-sqlite1.44.3');
  const env = {
    HOME: temporaryDir(),
    PATH: bin,
    XDG_CACHE_HOME: cache,
    HTTPS_PROXY: 'http://127.0.0.1:9',
    https_proxy: 'http://127.0.0.1:9',
  };
  const locate = (): RunningProgram =>
    runTypeScript('test/stack/programs/locate-temporal.ts', [], env);
  return { bin, cached, locate };
}

function putProgram(dir: string, name: string, script: string): string {
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, name);
  writeFileSync(file, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`, { mode: 0o755 });
  return file;
}

// A compiler of minutes is stood in for by a script here; the real one is for a machine without it.
const FAKE_GO = (calls: string) =>
  `echo "$@ with $(grep -o 'temporalio/cli v[0-9.]*\\|modernc.org/sqlite v[0-9.]*' go.mod | xargs)" >> ${calls}; sleep 1; echo binary > temporal`;

describe('locateTemporal', () => {
  it('prefers the one on PATH', async () => {
    const { bin, cached, locate } = emptyMachine();
    putProgram(cached, 'temporal', 'true');
    const onPath = putProgram(bin, 'temporal', 'true');
    const program = locate();
    await program.ended;
    expect(program.output()).toBe(`FOUND ${onPath}\n`);
  });

  it('takes the cached one without asking anybody', async () => {
    const { cached, locate } = emptyMachine();
    const file = putProgram(cached, 'temporal', 'true');
    const program = locate();
    await program.ended;
    expect(program.output()).toBe(`FOUND ${file}\n`);
  });

  it('says what to do where there is none, no internet and no Go', async () => {
    const { locate } = emptyMachine();
    const program = locate();
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/^ERROR No Temporal server: none on PATH.*TEMPORAL_ADDRESS/m);
  });

  it('builds once with the pinned versions where two processes need it at once', async () => {
    const { bin, cached, locate } = emptyMachine();
    const calls = path.join(bin, 'calls');
    appendFileSync(calls, '');
    putProgram(bin, 'go', FAKE_GO(calls));
    const programs = [locate(), locate()];
    expect(await Promise.all(programs.map(({ ended }) => ended))).toEqual([0, 0]);
    expect(readFileSync(calls, 'utf8')).toBe(
      'build -o temporal github.com/temporalio/cli/cmd/temporal with temporalio/cli v1.5.1 modernc.org/sqlite v1.44.3\n',
    );
    for (const program of programs) expect(program.output()).toContain(`FOUND ${cached}/temporal`);
    expect(programs.map((program) => program.output()).join('')).toMatch(/waiting for it/);
    expect(readdirSync(cached)).toEqual(['temporal']);
  });

  it('leaves nothing half built where Go fails, and shows Go’s last words', async () => {
    const { bin, cached, locate } = emptyMachine();
    putProgram(bin, 'go', 'echo half > temporal; echo "checksum mismatch" >&2; exit 1');
    const program = locate();
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/^ERROR .*built with Go \(checksum mismatch\)/m);
    expect(readdirSync(cached)).toEqual([]);
  });

  it('says so where the build fills the disk', async () => {
    const { bin, locate } = emptyMachine();
    putProgram(bin, 'go', 'echo "compile: write: no space left on device" >&2; exit 1');
    const program = locate();
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/^ERROR The disk is full: Temporal could not be built/m);
  });

  it('ends the build with all its compilers when interrupted', async () => {
    const { bin, cached, locate } = emptyMachine();
    const alive = path.join(bin, 'alive');
    putProgram(bin, 'go', `sh -c 'while :; do date > ${alive}; sleep 0.1; done'`);
    const program = locate();
    await program.waitFor(/building Temporal/);
    await expect.poll(() => readdirSync(bin), { timeout: 10_000 }).toContain('alive');
    program.child.kill('SIGINT');
    await program.ended;
    expect(program.output()).toContain('ABORTED');
    const last = readFileSync(alive, 'utf8');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(readFileSync(alive, 'utf8')).toBe(last);
    expect(readdirSync(cached)).toEqual([]);
  });
});
