import { readStackFile } from '../stack/index.ts';
import { dataDirOf, type Environment } from './config.ts';
import { CliError } from './errors.ts';
import { readSession } from './stored-session.ts';

/** Where to send requests, and where that was found. */
export interface Connection {
  readonly url: string;
  /** Empty where a session is used. */
  readonly apiKey: string;
  /** The cookie of a person who signed in here. */
  readonly cookie?: string;
  readonly source: string;
}

/** The flags that every command understands. */
export interface ConnectionFlags {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly data?: string | undefined;
}

/** Where the API answers, and the key that was found with it. */
interface Address {
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly source: string;
}

/**
 * Finds the API: flags, else `BURSAR_URL`, else the stack that runs here. A `--data` folder is meant
 * before the environment.
 * @throws CliError where none of these says it.
 */
export function findAddress(flags: ConnectionFlags, environment: Environment): Address {
  const dataDir = dataDirOf(flags.data);
  const given = flags.key ?? environment.apiKey;
  if (flags.url === undefined && flags.data === undefined && environment.url !== undefined)
    return checked({ url: environment.url, apiKey: given, source: 'BURSAR_URL' });
  if (flags.url !== undefined) return checked({ url: flags.url, apiKey: given, source: '--url' });
  const stack = readStackFile(dataDir);
  if (stack !== undefined) {
    const source = `the stack in ${dataDir}`;
    return checked({ url: stack.apiUrl, apiKey: flags.key ?? stack.apiKey, source });
  }
  throw new CliError('There is no Bursar to talk to.', {
    why: [`No --url and no BURSAR_URL is given, and no stack runs on ${dataDir}.`],
    next: [startHint(flags.data)],
    code: 'not_connected',
  });
}

/**
 * Finds the API and how to call it: with the key that is given, else as the person who signed in
 * there, else with `BURSAR_API_KEY` or the stack's own key. A key is never sent to an address that
 * came with another one.
 * @throws CliError where nothing says it.
 */
export function findConnection(flags: ConnectionFlags, environment: Environment): Connection {
  const { url, apiKey, source } = findAddress(flags, environment);
  const keyGiven = flags.key !== undefined || environment.apiKey !== undefined;
  const session = keyGiven ? undefined : readSession(dataDirOf(flags.data), url);
  if (session) return { url, apiKey: '', cookie: session.cookie, source: `${source}, signed in` };
  if (apiKey) return { url, apiKey, source };
  throw new CliError(`There is no API key for ${url}.`, {
    next: ['Give one with --key or BURSAR_API_KEY.', 'bursar sign-in'],
    code: 'not_connected',
  });
}

/** How to start the stack that is meant. */
export const startHint = (data: string | undefined): string =>
  `npm run dev${data === undefined ? '' : ` -- --data ${data}`}   (in another terminal)`;

function checked(address: Address): Address {
  const { url, source } = address;
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new CliError(`The address ${url} (${source}) is not an http address.`, {
      next: ['Give one like http://127.0.0.1:3000 with --url or BURSAR_URL.'],
      code: 'not_connected',
    });
  }
  return { ...address, url: url.replace(/\/+$/, '') };
}
