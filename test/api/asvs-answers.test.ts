import { once } from 'node:events';
import { connect } from 'node:net';
import { serve } from '@hono/node-server';
import { beforeAll, describe, expect, it } from 'vitest';
import { SERVER_OPTIONS } from '../../api/listen.ts';
import { operationsOf, type Operation } from './support/operations.ts';
import { useTestApi, type Answer } from './support/test-api.ts';

const MANY = { points: 1_000_000, seconds: 60 };
const api = useTestApi({ network: { limits: { badCredentials: MANY, requests: MANY } } });
const secure = useTestApi({ publicUrl: 'https://pay.example.com' });

let reads: readonly Operation[] = [];
let answers: readonly { route: string; answer: Answer }[] = [];

beforeAll(async () => {
  // Streams go on for as long as what they tell of does.
  reads = (await operationsOf(api)).filter(
    ({ method, route }) => method === 'GET' && !/\/(?:events|live)$/.test(route),
  );
  const all: { route: string; answer: Answer }[] = [];
  for (const { route, path } of reads) {
    for (const as of ['super_admin', null] as const)
      all.push({ route, answer: await api.call('GET', path, { as }) });
  }
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png', 'start.js']) {
    const route = `GET /docs/${file}`;
    all.push({ route, answer: await api.call('GET', `/docs/${file}`, { as: null }) });
  }
  answers = all;
}, 60_000);

const TYPES: readonly RegExp[] = [
  /^application\/json$/,
  /^application\/x-ndjson(?:; charset=utf-8)?$/,
  /^text\/(?:html|plain|css|javascript|csv); (?:version=[\d.]+; )?charset=utf-8/i,
  /^image\/png$/,
];

/** The same API behind a real server, for what no client in this process can send. */
const listening = () =>
  new Promise<{ port: number; close: () => void }>((resolve) => {
    const server = serve(
      { fetch: api.app.fetch, port: 0, hostname: '127.0.0.1', serverOptions: SERVER_OPTIONS },
      ({ port }) => resolve({ port, close: () => void server.close() }),
    );
  });

/** What comes back until the connection ends. */
async function sendRaw(port: number, lines: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  socket.on('error', () => {});
  socket.write([...lines, '', ''].join('\r\n'));
  await once(socket, 'close');
  return Buffer.concat(parts).toString('latin1');
}

describe('an answer', () => {
  it('names the type of every body, and the alphabet of every text', () => {
    const wrong = answers
      .filter(({ answer }) => answer.text !== '')
      .map(({ route, answer }) => `${route}: ${answer.headers.get('content-type')}`)
      .filter((each) => !TYPES.some((type) => type.test(each.split(': ')[1] ?? '')));
    expect(answers.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it('sends nobody elsewhere but people to the console, by whatever protocol they came', async () => {
    const moved = answers.filter(({ answer }) => answer.status >= 300 && answer.status < 400);
    expect(new Set(moved.map(({ route }) => route))).toEqual(new Set(['GET /', 'GET /console']));
    expect(new Set(moved.map(({ answer }) => answer.headers.get('location')))).toEqual(
      new Set(['/console/']),
    );
    const plain = await secure.get('/batches', { headers: { 'x-forwarded-proto': 'http' } });
    expect([plain.status, plain.headers.get('location')]).toEqual([200, null]);
  });

  it('holds browsers to https for a year, with all names below', async () => {
    for (const as of ['viewer', null] as const) {
      const policy = (await secure.get('/batches', { as })).headers.get(
        'strict-transport-security',
      );
      const [, seconds] = /^max-age=(\d+); includeSubDomains$/.exec(policy ?? '') ?? [];
      expect(Number(seconds)).toBeGreaterThanOrEqual(31_536_000);
    }
  });

  it('lets no object and no other base in', () => {
    const open = answers.filter(({ answer }) => {
      const policy = answer.headers.get('content-security-policy') ?? '';
      return !(
        /(?:^|; )base-uri 'none'/.test(policy) &&
        /(?:^|; )(?:default-src|object-src) 'none'/.test(policy) &&
        !/object-src (?!'none')/.test(policy)
      );
    });
    expect(open.map(({ route }) => route)).toEqual([]);
  });

  it('tells nothing of itself: no server, no version, no trace of the code', async () => {
    const broken = await api.call('POST', '/api/disbursement/commissions', {
      raw: '{"externalId": ',
      headers: { 'content-type': 'application/json' },
    });
    const all = [...answers, { route: 'broken', answer: broken }];
    const named = all.filter(
      ({ answer: { headers } }) => headers.has('server') || headers.has('x-powered-by'),
    );
    expect(named.map(({ route }) => route)).toEqual([]);
    const inside =
      /node_modules|\bat \w+.*:\d+:\d+|\.ts\b|select .* from |PostgresError|postgres:/i;
    const refusals = all.filter(({ answer }) => answer.status >= 400);
    expect(refusals.length).toBeGreaterThan(50);
    const telling = refusals.filter(({ answer }) => inside.test(answer.text));
    expect(telling.map(({ route, answer }) => `${route}: ${answer.text}`)).toEqual([]);
  });
});

describe('the API', () => {
  it('answers no TRACE, and no other method that nobody declared', async () => {
    const canary = 'trace-me-73019455';
    const server = await listening();
    try {
      for (const method of ['TRACE', 'TRACK', 'DEBUG', 'PROPFIND', 'PURGE', 'CONNECT']) {
        for (const path of ['/', '/healthz', '/api/disbursement/batches']) {
          const answer = await sendRaw(server.port, [
            `${method} ${path} HTTP/1.1`,
            'Host: api.test',
            `X-Canary: ${canary}`,
            'Connection: close',
          ]);
          expect([method, path, answer]).toEqual([
            method,
            path,
            expect.not.stringMatching(/^HTTP\/1\.1 [23]/),
          ]);
          expect(answer).not.toContain(canary);
        }
      }
    } finally {
      server.close();
    }
  });

  it('lists no folder, and serves no file but those of its contract', async () => {
    for (const path of [
      '/docs/',
      '/docs/../nothing',
      '/docs/%2e%2e/package.json',
      '/docs/..%2fpackage.json',
      '/docs/package.json',
      '/.git/config',
      '/.env',
      '/node_modules/',
      '/api/',
      '/api/disbursement/',
    ]) {
      const answer = await api.call('GET', path, { as: 'super_admin' });
      expect([path, answer.status, answer.text]).toEqual([
        path,
        404,
        expect.not.stringMatching(/Index of|"version"|\[core\]/),
      ]);
    }
  });

  it('takes no key from a query', async () => {
    const { secret } = api.keys.super_admin;
    for (const name of ['key', 'apiKey', 'api_key', 'access_token', 'token', 'authorization']) {
      const answer = await api.get(`/batches?${name}=${secret}`, { as: null });
      expect([name, answer.status]).toEqual([name, 401]);
      const beside = await api.get(`/batches?${name}=${secret}`);
      expect([name, beside.status]).toEqual([name, 422]);
      expect(beside.text).not.toContain(secret);
    }
  });

  it('takes no parameter twice', async () => {
    for (const query of ['limit=1&limit=2', 'status=PENDING&status=COMPLETED']) {
      const answer = await api.get(`/batches?${query}`);
      expect([query, answer.status]).toEqual([query, 422]);
    }
    expect((await api.get('/batches?limit=1')).status).toBe(200);
  });

  it('exports under a name of ours, as an attachment', async () => {
    // Each by somebody else: who exports a lot is held by the risk rules.
    const exported = async (query: string) => {
      const { headers } = await api.person('admin');
      const path = `/api/disbursement/audit-logs/export?${query}`;
      return api.call('GET', path, { as: null, headers });
    };
    for (const format of ['csv', 'jsonl']) {
      const answer = await exported(`format=${format}`);
      expect([format, answer.status]).toEqual([format, 200]);
      expect(answer.headers.get('content-disposition')).toBe(
        `attachment; filename="audit-logs.${format}"`,
      );
    }
    expect((await exported('format=csv&filename=x.html')).status).toBe(422);
  });
});
