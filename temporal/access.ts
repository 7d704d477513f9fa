import { readFileSync } from 'node:fs';

/** TLS of a connection, in the form both kinds of Temporal's connections take. */
export interface TemporalTls {
  serverNameOverride?: string;
  serverRootCACertificate?: Buffer;
  clientCertPair?: { crt: Buffer; key: Buffer };
}

/** How Temporal is reached, beside its address. Without anything set it is plain gRPC. */
export interface TemporalAccess {
  tls?: TemporalTls;
  apiKey?: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

const ON = new Set(['1', 'true', 'yes', 'on']);
const OFF = new Set(['0', 'false', 'no', 'off']);
const PEM = /-----BEGIN [A-Z ]+-----/;

/**
 * Reads `TEMPORAL_TLS`, its `_CA`, `_CERT`, `_KEY` and `_SERVER_NAME`, and `TEMPORAL_API_KEY`. Each but
 * the first may be a file by its name and `_FILE`; empty ones count as unset. A certificate, a name or
 * an API key turns TLS on. Answers a plain line for each that is wrong, never a value.
 */
export function readTemporalAccess(variables: Variables): {
  access: TemporalAccess;
  problems: string[];
} {
  const problems: string[] = [];
  const read = (name: string) => valueOf(variables, name, problems);
  const pem = (name: string): Buffer | undefined => {
    const text = read(name);
    if (text === undefined) return undefined;
    if (!PEM.test(text)) problems.push(`${name}: is not PEM (-----BEGIN …)`);
    return Buffer.from(text);
  };
  const ca = pem('TEMPORAL_TLS_CA');
  const crt = pem('TEMPORAL_TLS_CERT');
  const key = pem('TEMPORAL_TLS_KEY');
  const name = read('TEMPORAL_TLS_SERVER_NAME');
  const apiKey = read('TEMPORAL_API_KEY');
  const flag = (variables['TEMPORAL_TLS'] ?? '').toLowerCase();
  if (flag !== '' && !ON.has(flag) && !OFF.has(flag)) problems.push('TEMPORAL_TLS: is 1 or 0');
  if ((crt === undefined) !== (key === undefined)) {
    problems.push('TEMPORAL_TLS_CERT, TEMPORAL_TLS_KEY: one is of no use without the other');
  }
  const asked = [ca, crt, key, name, apiKey].some((each) => each !== undefined);
  if (OFF.has(flag) && asked) {
    problems.push('TEMPORAL_TLS: is off, but certificates and API keys are sent over TLS alone');
  }
  const tls: TemporalTls = {
    ...(ca && { serverRootCACertificate: ca }),
    ...(crt && key && { clientCertPair: { crt, key } }),
    ...(name !== undefined && { serverNameOverride: name }),
  };
  const access = {
    ...((asked || ON.has(flag)) && { tls }),
    ...(apiKey !== undefined && { apiKey }),
  };
  return { access, problems };
}

function valueOf(variables: Variables, name: string, problems: string[]): string | undefined {
  const file = variables[`${name}_FILE`];
  if (!file) return variables[name] || undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    problems.push(`${name}_FILE: the file cannot be read`);
    return undefined;
  }
}
