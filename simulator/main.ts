import { parseArgs } from 'node:util';
import { readCredentials } from './credentials.ts';
import { startSimulator, type SimulatorOptions } from './server.ts';

const USAGE =
  'usage: simulator --port N --data DIR --webhook-url URL --webhook-secret whsec_... --api-key KEY [--host ADDRESS] [--credentials FILE]';

async function main(): Promise<void> {
  const simulator = await startSimulator(readFlags());
  process.stdout.write(`${JSON.stringify({ ready: true, port: simulator.port })}\n`);
  const stop = () => void simulator.close().finally(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function readFlags(): SimulatorOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      'webhook-url': { type: 'string' },
      'webhook-secret': { type: 'string' },
      'api-key': { type: 'string' },
      credentials: { type: 'string' },
    },
  });
  const port = Number(needed('port', values.port));
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port is a number from 0 to 65535; ${USAGE}`);
  }
  const webhookUrl = needed('webhook-url', values['webhook-url']);
  if (!URL.canParse(webhookUrl) || !/^https?:/.test(webhookUrl)) {
    throw new Error(`--webhook-url is an http address; ${USAGE}`);
  }
  const webhookSecret = needed('webhook-secret', values['webhook-secret']);
  if (!/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(webhookSecret)) {
    throw new Error(`--webhook-secret is whsec_ and at least 24 bytes in base64; ${USAGE}`);
  }
  return {
    port,
    webhookUrl,
    webhookSecret,
    dataDir: needed('data', values.data),
    apiKey: needed('api-key', values['api-key']),
    host: values.host,
    ...(values.credentials !== undefined && {
      credentials: readCredentials(values.credentials),
    }),
  };
}

function needed(flag: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new Error(`--${flag} is missing; ${USAGE}`);
  return value;
}

try {
  await main();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`simulator: ${message.replaceAll('\n', ' ')}\n`);
  process.exit(2);
}
