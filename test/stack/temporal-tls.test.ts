import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { connect, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { createServer, type Server } from 'node:tls';
import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readTemporalAccess } from '../../temporal/access.ts';
import { longLivedDir } from '../support/temp-dir.ts';

const dir = longLivedDir();
const at = (name: string): string => path.join(dir, name);
const openssl = (...args: string[]): void => {
  execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' });
};

/** A certificate signed by `ca`, with its key beside it. */
function certificate(name: string, ca: string, san: string): void {
  const request = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    '-days',
    '2',
    ...request,
    '-subj',
    `/CN=${name}`,
    '-addext',
    `subjectAltName=${san}`,
    '-CA',
    `${ca}.pem`,
    '-CAkey',
    `${ca}.key`,
    '-addext',
    'basicConstraints=critical,CA:false',
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.pem`,
  );
}

function authority(name: string): void {
  const request = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    '-days',
    '2',
    ...request,
    '-subj',
    `/CN=${name}`,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.pem`,
  );
}

/** TLS in front of the run's Temporal, which itself speaks plain gRPC. */
interface Front {
  readonly address: string;
  close(): Promise<void>;
}

async function startFront(requireClient: boolean): Promise<Front> {
  const sockets = new Set<Socket>();
  const [host = '', port = ''] = inject('servers').temporalAddress.split(':');
  const server: Server = createServer(
    {
      key: readFileSync(at('server.key')),
      cert: readFileSync(at('server.pem')),
      ca: readFileSync(at('ca.pem')),
      requestCert: requireClient,
      rejectUnauthorized: requireClient,
      ALPNProtocols: ['h2'],
    },
    (outside) => {
      const inside = connect({ host, port: Number(port) });
      for (const socket of [outside, inside]) {
        sockets.add(socket);
        socket.on('error', () => outside.destroy());
      }
      outside.pipe(inside).pipe(outside);
    },
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

let plain: Front;
let mutual: Front;

beforeAll(async () => {
  authority('ca');
  authority('other-ca');
  certificate('server', 'ca', 'DNS:temporal.test');
  certificate('client', 'ca', 'DNS:worker.test');
  certificate('stranger', 'other-ca', 'DNS:worker.test');
  plain = await startFront(false);
  mutual = await startFront(true);
});
afterAll(() => Promise.all([plain.close(), mutual.close()]));

const TRUST = { TEMPORAL_TLS_SERVER_NAME: 'temporal.test' };
const trusted = () => ({ ...TRUST, TEMPORAL_TLS_CA_FILE: at('ca.pem') });
const as = (name: string) => ({
  ...trusted(),
  TEMPORAL_TLS_CERT_FILE: at(`${name}.pem`),
  TEMPORAL_TLS_KEY_FILE: at(`${name}.key`),
});

/** How the API and the stack connect. */
async function clientReaches(address: string, set: Record<string, string>): Promise<boolean> {
  const { access, problems } = readTemporalAccess(set);
  expect(problems).toEqual([]);
  try {
    const connection = await Connection.connect({ address, connectTimeout: '3s', ...access });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

/** How the worker connects. */
async function workerReaches(address: string, set: Record<string, string>): Promise<boolean> {
  try {
    const connection = await NativeConnection.connect({
      address,
      ...readTemporalAccess(set).access,
    });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

describe.each([
  ['client', clientReaches],
  ['worker', workerReaches],
])('the %s', (_name, reaches) => {
  test('reaches a server of a trusted authority over TLS', async () => {
    expect(await reaches(plain.address, trusted())).toBe(true);
  });

  test.each([
    ['another authority', () => ({ ...TRUST, TEMPORAL_TLS_CA_FILE: at('other-ca.pem') })],
    ['the authorities of the system', () => ({ ...TRUST, TEMPORAL_TLS: '1' })],
    ['another name', () => ({ ...trusted(), TEMPORAL_TLS_SERVER_NAME: 'evil.test' })],
    ['no TLS at all', () => ({})],
  ])('does not with %s', async (_why, set) => {
    expect(await reaches(plain.address, set())).toBe(false);
  });

  test('proves itself with its certificate, where the server asks for one', async () => {
    expect(await reaches(mutual.address, as('client'))).toBe(true);
    expect(await reaches(mutual.address, as('stranger'))).toBe(false);
    expect(await reaches(mutual.address, trusted())).toBe(false);
  });
});

/** A server that answers every call with an empty message, and notes the key it came with. */
async function startPeer(): Promise<{ address: string; keys: unknown[]; close: () => void }> {
  const keys: unknown[] = [];
  const server = createSecureServer({
    key: readFileSync(at('server.key')),
    cert: readFileSync(at('server.pem')),
  });
  server.on('stream', (stream, headers) => {
    keys.push(headers['authorization']);
    const head = { ':status': 200, 'content-type': 'application/grpc' };
    stream.respond(head, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(5));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, keys, close: () => void server.close() };
}

test('an API key goes with each call of both, within TLS', async () => {
  const peer = await startPeer();
  const { access } = readTemporalAccess({ ...trusted(), TEMPORAL_API_KEY: 'tk.4f9a1c' });
  const connection = await Connection.connect({ address: peer.address, ...access });
  await connection.workflowService.getSystemInfo({});
  await connection.close();
  const calls = peer.keys.length;
  expect(calls).toBeGreaterThan(0);
  const native = await NativeConnection.connect({ address: peer.address, ...access });
  await native.close();
  expect(peer.keys.length).toBeGreaterThan(calls);
  expect(new Set(peer.keys)).toEqual(new Set(['Bearer tk.4f9a1c']));
  peer.close();
});
