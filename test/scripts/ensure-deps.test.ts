import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectDir, runCommand, type RunningProgram } from '../support/program.ts';
import { temporaryDir } from '../support/temp-dir.ts';

const LOCK = {
  name: 'project',
  lockfileVersion: 3,
  requires: true,
  packages: {
    '': { name: 'project', dependencies: { dep: 'file:dep' } },
    dep: { version: '1.0.0' },
    'node_modules/dep': { resolved: 'dep', link: true },
  },
};

/** A project with one dependency that lies in itself, so that the real npm needs no network. */
function createProject(engines = '>=20') {
  const dir = temporaryDir();
  cpSync(path.join(projectDir, 'scripts'), path.join(dir, 'scripts'), { recursive: true });
  mkdirSync(path.join(dir, 'dep'));
  const write = (file: string, content: object) =>
    writeFileSync(path.join(dir, file), JSON.stringify(content));
  write('dep/package.json', { name: 'dep', version: '1.0.0' });
  write('package.json', {
    name: 'project',
    type: 'module',
    engines: { node: engines },
    dependencies: { dep: 'file:dep' },
  });
  write('package-lock.json', LOCK);
  return { dir, write, stamp: path.join(dir, 'node_modules', '.bursar-stamp') };
}

function ensure(dir: string, env: NodeJS.ProcessEnv = {}): RunningProgram {
  const code = `import('./scripts/ensure-deps.js').then(async (m) => {
    await m.ensureDependencies(); console.log('READY'); })`;
  const settings = { ...process.env, HOME: temporaryDir(), npm_config_fetch_retries: '0', ...env };
  return runCommand(process.execPath, ['--eval', code], { cwd: dir, env: settings });
}

async function outcome(program: RunningProgram) {
  const code = await program.ended;
  return { code, output: program.output() };
}

const installed = /Installed dependencies in/;

/** A PATH with node, with a program called npm where its script is given, and nothing else. */
function pathWith(npmScript?: string): string {
  const bin = temporaryDir();
  symlinkSync(process.execPath, path.join(bin, 'node'));
  if (npmScript !== undefined) {
    writeFileSync(path.join(bin, 'npm'), `#!/bin/sh\n${npmScript}\n`, { mode: 0o755 });
  }
  return bin;
}

describe('ensureDependencies', () => {
  it('installs what is missing, and does nothing the next time', async () => {
    const { dir } = createProject();
    const first = await outcome(ensure(dir));
    expect(first).toEqual({ code: 0, output: expect.stringMatching(installed) });
    expect(existsSync(path.join(dir, 'node_modules/dep/package.json'))).toBe(true);
    expect(await outcome(ensure(dir))).toEqual({ code: 0, output: 'READY\n' });
    expect(readdirSync(path.join(dir, '.bursar'))).toEqual([]);
  });

  it('installs again where the lock file asks for something else', async () => {
    const { dir, write } = createProject();
    await ensure(dir).ended;
    write('dep/package.json', { name: 'dep', version: '2.0.0' });
    write('package-lock.json', {
      ...LOCK,
      packages: { ...LOCK.packages, dep: { version: '2.0.0' } },
    });
    expect((await outcome(ensure(dir))).output).toMatch(installed);
  });

  it('installs again for another Node', async () => {
    const { dir, stamp } = createProject();
    await ensure(dir).ended;
    writeFileSync(
      stamp,
      JSON.stringify({ ...JSON.parse(readFileSync(stamp, 'utf8')), node: '18' }),
    );
    expect((await outcome(ensure(dir))).output).toMatch(installed);
  });

  it('accepts what was installed by hand', async () => {
    const { dir, stamp } = createProject();
    await ensure(dir).ended;
    rmSync(stamp);
    expect(await outcome(ensure(dir))).toEqual({ code: 0, output: 'READY\n' });
    expect(existsSync(stamp)).toBe(true);
  });

  it('installs once where two commands start together', async () => {
    const { dir } = createProject();
    const both = await Promise.all([outcome(ensure(dir)), outcome(ensure(dir))]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ output }) => installed.test(output))).toHaveLength(1);
    expect(both.filter(({ output }) => /waiting for it/.test(output)).length).toBeLessThan(2);
  });

  it('takes over from an installation that was killed', async () => {
    const { dir } = createProject();
    const gone = runCommand('true', []);
    await gone.ended;
    mkdirSync(path.join(dir, '.bursar'));
    writeFileSync(path.join(dir, '.bursar', 'install.lock'), String(gone.child.pid));
    expect((await outcome(ensure(dir))).output).toMatch(installed);
  });

  it('is never reached on a Node that is too old, which is said in one line', async () => {
    const { dir } = createProject('^98.1.0 || >=99.0.0');
    expect(await outcome(runCommand(process.execPath, ['scripts/dev.js'], { cwd: dir }))).toEqual({
      code: 1,
      output: `Bursar needs Node ^98.1.0 || >=99.0.0; this is ${process.versions.node}. Install a newer Node (nodejs.org) and run the command again.\n`,
    });
  });

  it('says in one line that there is no npm', async () => {
    const { dir } = createProject();
    const { code, output } = await outcome(ensure(dir, { PATH: pathWith() }));
    expect(code).toBe(1);
    expect(output).toMatch(/^npm was not found\. Install Node with npm/m);
  });

  it('says in one line that the registry cannot be reached', async () => {
    const { dir, write } = createProject();
    write('package-lock.json', {
      ...LOCK,
      packages: {
        '': { name: 'project', dependencies: { far: '1.0.0' } },
        'node_modules/far': { version: '1.0.0', integrity: `sha512-${'A'.repeat(86)}==` },
      },
    });
    write('package.json', {
      ...JSON.parse(readFileSync(path.join(dir, 'package.json'), 'utf8')),
      dependencies: { far: '1.0.0' },
    });
    const { code, output } = await outcome(
      ensure(dir, { npm_config_registry: 'http://127.0.0.1:9/' }),
    );
    expect(code).toBe(1);
    expect(output).toMatch(/could not be installed\. The package registry cannot be reached\./);
  });

  // A full disk cannot be had everywhere, so npm's words for it are put into a stand-in's mouth.
  it.each([
    ['npm error code ENOSPC', /The disk is full\. Free about 1 GB/],
    ['npm error code EACCES', /This folder cannot be written/],
    ['npm error code E999\nnpm error nobody knows', /\(npm error nobody knows\)\. Run `npm ci`/],
  ])('says what to do about %j', async (words, line) => {
    const { dir } = createProject();
    const says = words.split('\n').map((line) => `echo '${line}' >&2`);
    const PATH = pathWith([...says, 'exit 1'].join('\n'));
    const { code, output } = await outcome(ensure(dir, { PATH }));
    expect(code).toBe(1);
    expect(output).toMatch(line);
    expect(existsSync(path.join(dir, 'node_modules'))).toBe(false);
  });
});
