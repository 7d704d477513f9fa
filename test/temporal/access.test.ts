import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readTemporalAccess } from '../../temporal/access.ts';
import { temporaryDir } from '../support/temp-dir.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';

test('without anything set the connection is plain', () => {
  const none = { access: {}, problems: [] };
  expect(readTemporalAccess({})).toEqual(none);
  expect(readTemporalAccess({ TEMPORAL_TLS: '', TEMPORAL_API_KEY: '' })).toEqual(none);
  expect(readTemporalAccess({ TEMPORAL_TLS: '0' })).toEqual(none);
});

test('certificates, a name or an API key turn TLS on', () => {
  expect(readTemporalAccess({ TEMPORAL_TLS: '1' }).access).toEqual({ tls: {} });
  expect(readTemporalAccess({ TEMPORAL_API_KEY: 'k' }).access).toEqual({ tls: {}, apiKey: 'k' });
  expect(readTemporalAccess({ TEMPORAL_TLS_SERVER_NAME: 'a.b' }).access).toEqual({
    tls: { serverNameOverride: 'a.b' },
  });
  const pair = { TEMPORAL_TLS_CERT: PEM, TEMPORAL_TLS_KEY: PEM };
  expect(readTemporalAccess(pair).access.tls?.clientCertPair).toEqual({
    crt: Buffer.from(PEM),
    key: Buffer.from(PEM),
  });
});

test('each may be a file', () => {
  const file = path.join(temporaryDir(), 'ca.pem');
  writeFileSync(file, `${PEM}\n`);
  expect(readTemporalAccess({ TEMPORAL_TLS_CA_FILE: file }).access.tls).toEqual({
    serverRootCACertificate: Buffer.from(PEM),
  });
});

test('what cannot be is said, without values', () => {
  const problemsOf = (set: Record<string, string>) => readTemporalAccess(set).problems;
  expect(problemsOf({ TEMPORAL_TLS: 'maybe' })).toEqual(['TEMPORAL_TLS: is 1 or 0']);
  expect(problemsOf({ TEMPORAL_TLS: '0', TEMPORAL_API_KEY: 'hunter2' })).toEqual([
    'TEMPORAL_TLS: is off, but certificates and API keys are sent over TLS alone',
  ]);
  expect(problemsOf({ TEMPORAL_TLS_CERT: PEM })).toEqual([
    'TEMPORAL_TLS_CERT, TEMPORAL_TLS_KEY: one is of no use without the other',
  ]);
  expect(problemsOf({ TEMPORAL_TLS_CA: 'hunter2' })[0]).toMatch(/^TEMPORAL_TLS_CA: is not PEM/);
  expect(problemsOf({ TEMPORAL_TLS_CA_FILE: '/nowhere' })).toEqual([
    'TEMPORAL_TLS_CA_FILE: the file cannot be read',
  ]);
});
