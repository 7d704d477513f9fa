import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readEnv } from '../../api/env.ts';
import { loginName } from '../../db/roles/logins.ts';
import { freePort } from '../../stack/index.ts';
import { readWorkerEnv } from '../../worker/env.ts';
import { projectDir, runTypeScript } from '../support/program.ts';
import { temporaryDir } from '../support/temp-dir.ts';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly restart?: string;
  readonly privileged?: boolean;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const read = (name: string) => readFileSync(path.join(projectDir, name), 'utf8');
const composeText = read('docker-compose.yml');

/** Read by `providers/config.ts`. */
const MOCK = { BURSAR_MOCK_URL: '', BURSAR_MOCK_API_KEY: '', BURSAR_MOCK_WEBHOOK_SECRET: '' };

/** Values a person would put into .env. */
const ENV: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: 'a1',
  TEMPORAL_DB_PASSWORD: 'b2',
  BURSAR_API_DATABASE_PASSWORD: 'd4',
  BURSAR_WORKER_DATABASE_PASSWORD: 'e5',
  BURSAR_MOCK_API_KEY: randomBytes(24).toString('hex'),
  BURSAR_CODEC_KEYS: `c1:${randomBytes(32).toString('base64')}`,
  BURSAR_AUTH_SECRET: randomBytes(32).toString('base64'),
  BURSAR_AUDIT_KEYS: `a1:${randomBytes(32).toString('base64')}`,
  BURSAR_FIELD_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  BURSAR_MOCK_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
};

/** What may stand there besides. */
const MAY: Readonly<Record<string, string>> = {
  BURSAR_MAIL_URL: 'smtp://mail.example:587',
  BURSAR_MAIL_FROM: 'Bursar <payouts@platform.example>',
};

/** Puts values in as Compose does: `${NAME:?why}` must be set, `${NAME:-value}` has a default. */
const interpolated = composeText.replaceAll(
  /\$\{(\w+):([?-])([^}]*)\}/g,
  (_, name: string, kind: string, rest: string) => {
    const value = ENV[name] ?? MAY[name] ?? (kind === '-' ? rest : undefined);
    if (value === undefined) throw new Error(`${name} is not in .env`);
    return value;
  },
);

const { services } = parse(interpolated, { merge: true }) as {
  services: Readonly<Record<string, Service>>;
};
const named = Object.entries(services).map(([name, service]) => ({ name, ...service }));

function environmentOf(name: string): Record<string, string> {
  const entries = Object.entries(services[name]?.environment ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

describe('docker-compose.yml', () => {
  it('has the services of a production-shaped start', () => {
    expect(Object.keys(services).sort()).toEqual([
      'api',
      'migrate',
      'postgres',
      'simulator',
      'temporal',
      'temporal-db',
      'temporal-ui',
      'worker',
    ]);
  });

  it.each(named)('$name: an image of a pinned version, no privileges', (service) => {
    expect(service.image).toMatch(/^[\w./-]+:[\w.-]+$/);
    expect(service.image).not.toMatch(/:latest$/);
    expect(service.privileged).toBeUndefined();
  });

  it.each(named.filter(({ restart }) => restart !== 'no'))(
    '$name: a healthcheck, since it stays up',
    ({ healthcheck }) => {
      expect(healthcheck?.test[0]).toMatch(/^CMD(-SHELL)?$/);
      for (const word of healthcheck?.test ?? []) expect(word).toBeTypeOf('string');
    },
  );

  it.each(named.filter(({ ports }) => ports !== undefined))(
    '$name: ports of this machine only',
    ({ ports }) => {
      for (const port of ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    },
  );

  it('starts nothing before what it depends on is healthy or done', () => {
    for (const { depends_on: needs = {} } of named) {
      for (const [name, { condition }] of Object.entries(needs)) {
        const once = services[name]?.restart === 'no';
        expect(condition).toBe(once ? 'service_completed_successfully' : 'service_healthy');
      }
    }
    expect(Object.keys(services['api']?.depends_on ?? {})).toContain('migrate');
    expect(Object.keys(services['worker']?.depends_on ?? {})).toContain('migrate');
  });

  it('has no default for a secret, and .env.example asks for each', () => {
    const used = [...composeText.matchAll(/\$\{(\w+):([?-])/g)];
    const required = new Set(used.filter(([, , kind]) => kind === '?').map(([, name]) => name));
    expect(required).toEqual(new Set(Object.keys(ENV)));
    const withDefault = used.filter(([, , kind]) => kind === '-').map(([, name = '']) => name);
    expect(withDefault.filter((name) => /PASSWORD|SECRET|KEY|TOKEN/.test(name))).toEqual([]);
    const asked = [...read('.env.example').matchAll(/^(\w+)=(.*)$/gm)];
    expect(asked.map(([, name, value]) => `${name}=${value}`).sort()).toEqual(
      [...required].map((name) => `${name}=`).sort(),
    );
  });

  it('gives the API and the worker an environment that they accept, and nothing unknown', () => {
    const api = readEnv(environmentOf('api'));
    const worker = readWorkerEnv(environmentOf('worker'));
    expect(Object.keys(api.providers)).toContain('mock');
    expect(worker.providers).toEqual(api.providers);
    const known = new Set([...Object.keys(api), ...Object.keys(worker), ...Object.keys(MOCK)]);
    const given = [...Object.keys(environmentOf('api')), ...Object.keys(environmentOf('worker'))];
    expect(given.filter((key) => !known.has(key))).toEqual([]);
    expect([api, worker].map(({ DATABASE_URL }) => DATABASE_URL)).toEqual([
      'postgres://bursar_api_login:d4@postgres:5432/bursar',
      'postgres://bursar_worker_login:e5@postgres:5432/bursar',
    ]);
  });

  it('migrates first, and makes the users as which API and worker then come', () => {
    const migrate = environmentOf('migrate');
    expect(services['migrate']?.command).toEqual(['dist/cli/main.js', 'migrate', '--roles']);
    expect(migrate['DATABASE_URL']).toBe('postgres://bursar:a1@postgres:5432/bursar');
    for (const [name, group] of [
      ['api', 'bursar_api'],
      ['worker', 'bursar_worker'],
    ] as const) {
      const url = new URL(environmentOf(name)['DATABASE_URL'] ?? '');
      expect(url.username).toBe(loginName(group, 'bursar'));
      expect(url.password).toBe(migrate[`${group.toUpperCase()}_DATABASE_PASSWORD`]);
    }
    const everywhere = [...named].filter(({ name }) => name !== 'postgres' && name !== 'migrate');
    for (const { name } of everywhere) {
      expect(JSON.stringify(environmentOf(name))).not.toContain(':a1@');
    }
  });

  it('encrypts what Temporal stores, by the keys of both, and its Web UI asks the API', () => {
    expect(environmentOf('api')['BURSAR_CODEC_KEYS']).toBe(ENV['BURSAR_CODEC_KEYS']);
    expect(environmentOf('worker')['BURSAR_CODEC_KEYS']).toBe(ENV['BURSAR_CODEC_KEYS']);
    expect(environmentOf('temporal-ui')['TEMPORAL_CODEC_ENDPOINT']).toMatch(
      /\/api\/temporal\/codec$/,
    );
  });

  it('starts the simulator with flags that it accepts', async () => {
    const [program = '', ...flags] = services['simulator']?.command ?? [];
    const port = await freePort();
    const here = flags.map((flag) =>
      flag
        .replace(/^--data=.*/, `--data=${temporaryDir()}`)
        .replace(/^--port=.*/, `--port=${port}`)
        .replace(/^--host=.*/, '--host=127.0.0.1'),
    );
    const source = program.replace(/^dist\//, '').replace(/\.js$/, '.ts');
    await runTypeScript(source, here).waitFor(/"ready":true/);
    const [, , , probe = ''] = services['simulator']?.healthcheck?.test ?? [];
    const address = services['simulator']?.healthcheck?.test.at(-1)?.replace(':3001', `:${port}`);
    const check = spawnSync(process.execPath, ['--eval', probe, address ?? '']);
    expect(check.status).toBe(0);
  });

  it('is accepted by Docker Compose itself', ({ skip }) => {
    if (spawnSync('docker', ['compose', 'version']).status !== 0) {
      console.warn(
        'NOT CHECKED: `docker compose config`, because Docker Compose is not installed.',
      );
      skip('Docker Compose is not installed');
    }
    const result = spawnSync('docker', ['compose', 'config', '--quiet'], {
      cwd: projectDir,
      env: { ...process.env, ...ENV },
      encoding: 'utf8',
    });
    expect(result.stderr).toBe('');
    expect(result.status).toBe(0);
  });
});
