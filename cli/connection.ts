import { readStackFile } from '../stack/index.ts';
import { dataDirOf, type Environment } from './config.ts';
import { CliError } from './errors.ts';

/** Where to send requests, and where that was found. */
export interface Connection {
  readonly url: string;
  readonly apiKey: string;
  readonly source: string;
}

/** The flags that every command understands. */
export interface ConnectionFlags {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly data?: string | undefined;
}

/**
 * Finds the API: flags, else `BURSAR_URL` and `BURSAR_API_KEY`, else the stack that runs here. A
 * `--data` folder is meant before the environment. A key is never sent to an address that came with
 * another one.
 * @throws CliError where none of these says it.
 */
export function findConnection(flags: ConnectionFlags, environment: Environment): Connection {
  const dataDir = dataDirOf(flags.data);
  if (flags.url === undefined && flags.data === undefined && environment.url !== undefined) {
    return need(environment.url, flags.key ?? environment.apiKey, 'BURSAR_URL');
  }
  if (flags.url !== undefined) return need(flags.url, flags.key ?? environment.apiKey, '--url');
  const stack = readStackFile(dataDir);
  if (stack !== undefined) {
    return need(stack.apiUrl, flags.key ?? stack.apiKey, `the stack in ${dataDir}`);
  }
  throw new CliError('There is no Bursar to talk to.', {
    why: [`No --url and no BURSAR_URL is given, and no stack runs on ${dataDir}.`],
    next: [startHint(flags.data)],
    code: 'not_connected',
  });
}

/** How to start the stack that is meant. */
export const startHint = (data: string | undefined): string =>
  `npm run dev${data === undefined ? '' : ` -- --data ${data}`}   (in another terminal)`;

function need(url: string, apiKey: string | undefined, source: string): Connection {
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new CliError(`The address ${url} (${source}) is not an http address.`, {
      next: ['Give one like http://127.0.0.1:3000 with --url or BURSAR_URL.'],
      code: 'not_connected',
    });
  }
  if (!apiKey) {
    throw new CliError(`There is no API key for ${url}.`, {
      next: ['Give one with --key or BURSAR_API_KEY.'],
      code: 'not_connected',
    });
  }
  return { url: url.replace(/\/+$/, ''), apiKey, source };
}
