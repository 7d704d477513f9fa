import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, inject } from 'vitest';
import { z } from 'zod';
import { createApp } from '../../../api/app.ts';
import type { AuthOptions } from '../../../api/auth/auth.ts';
import { drawSecret } from '../../../api/http/key-ring.ts';
import type { NetworkSettings } from '../../../api/http/network-settings.ts';
import { openLog } from '../../../api/log.ts';
import { makeTemporalClient } from '../../../api/temporal.ts';
import { openDatabase, type Db } from '../../../db/client.ts';
import { newId } from '../../../db/new-id.ts';
import { SYSTEM } from '../../../db/queries/actor.ts';
import { createApiKey } from '../../../db/queries/api-keys.ts';
import { ROLES, type Role } from '../../../domain/permissions.ts';
import type { Provider, Providers } from '../../../providers/port.ts';
import { makeProviders } from '../../../providers/registry.ts';
import type { TargetCheck } from '../../../providers/targets.ts';
import { plainTools } from '../../../providers/tools.ts';
import type { SealingCodec } from '../../../temporal/codec.ts';
import { testVault } from '../../support/vault.ts';
import { startSimulator } from '../../../simulator/server.ts';
import { registerSearchAttributes } from '../../../worker/namespace.ts';
import { AUTH_SECRET, makePerson, QUICK_HASHER, type Person } from '../../support/people.ts';
import { longLivedDir } from '../../support/temp-dir.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { createTestNamespace } from '../../support/test-namespace.ts';

export const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const BASE = '/api/disbursement';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The answer's JSON; null where it is none. */
  body: unknown;
  /** A field of the JSON by its path, like `error.details.0.path`. */
  at(path: string): unknown;
  /** A list of the JSON by its path. */
  list(path: string): unknown[];
}

export interface TestApi {
  readonly db: Db;
  readonly app: ReturnType<typeof createApp>;
  readonly keys: Record<Role, { id: string; secret: string }>;
  readonly simulatorUrl: string;
  /** Temporal's, where no worker runs. */
  readonly namespace: string;
  /** Calls as that role, the highest unless told; `null` calls without a key. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  get(path: string, options?: CallOptions): Promise<Answer>;
  /** A person of that role, signed in a moment ago: call with `as: null` and their headers. */
  person(role: Role): Promise<Person>;
  post(path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
}

export interface CallOptions {
  as?: Role | null;
  headers?: Record<string, string>;
  /** The address of the socket's peer; none unless told. */
  from?: string;
  /** Sent as it is, with the content type of `headers`. */
  raw?: string | Uint8Array<ArrayBuffer> | ReadableStream;
  json?: unknown;
}

interface Settings {
  approvalsRequired?: number;
  /** More providers, made from the one that reaches the simulator. */
  providers?: (mock: Provider) => readonly Provider[];
  /** Where events may be sent; public addresses alone unless told. */
  checkTarget?: TargetCheck;
  /** Proxies, origins and limits that are not the usual ones. */
  network?: Partial<NetworkSettings>;
  publicUrl?: string;
  temporalUiUrl?: string;
  /** Encrypts what Temporal stores; nothing is encrypted unless told. */
  codec?: SealingCodec;
  /** The folder of a built console. */
  consoleDir?: string;
  /** Ends streams of events; they end with the test file unless told. */
  stopping?: AbortSignal;
  /** How people and tokens prove who they are; passwords are hashed at next to no cost unless told. */
  auth?: Partial<AuthOptions>;
}

/**
 * The API of one test file over a database, a Temporal namespace (where no worker runs) and a
 * simulator of its own, called in this process. Made before the tests and removed after them.
 */
export function useTestApi(settings: Settings = {}): TestApi {
  const holder: { api?: TestApi } = {};
  const close: (() => Promise<unknown>)[] = [];
  const dataDir = longLivedDir();
  const stopping = new AbortController();
  beforeAll(async () => {
    const database = await createTestDatabase();
    const db = openDatabase(database.databaseUrl);
    const { temporalAddress } = inject('servers');
    const namespace = await createTestNamespace();
    await registerAttributes(temporalAddress, namespace);
    const { publicUrl = 'http://api.test' } = settings;
    const temporal = makeTemporalClient(db, { address: temporalAddress, namespace, publicUrl });
    const simulator = await startSimulator({
      port: 0,
      dataDir,
      webhookUrl: 'http://127.0.0.1:9/webhooks',
      webhookSecret: WEBHOOK_SECRET,
      apiKey: 'mock_key',
    });
    const mock = {
      baseUrl: `${simulator.url}/mock`,
      apiKey: 'mock_key',
      webhookSecret: WEBHOOK_SECRET,
      submission: 'single',
    } as const;
    const providers = withMore(makeProviders({ mock }, plainTools()), settings.providers);
    const app = createApp({
      db,
      stopping: settings.stopping ?? stopping.signal,
      vault: testVault,
      temporal,
      providers,
      log: openLog('error'),
      auth: { secret: AUTH_SECRET, passwords: QUICK_HASHER, ...settings.auth },
      ...(settings.checkTarget && { checkTarget: settings.checkTarget }),
      ...(settings.network && { network: settings.network }),
      ...(settings.codec && { codec: settings.codec }),
      ...(settings.consoleDir && { consoleDir: settings.consoleDir }),
      settings: {
        publicUrl,
        temporalUiUrl: settings.temporalUiUrl,
        temporalNamespace: namespace,
        approvalsRequired: settings.approvalsRequired ?? 0,
        defaultProvider: 'mock',
      },
    });
    holder.api = {
      ...callers(app),
      person: (role) => makePerson(db, role),
      db,
      app,
      keys: await makeKeys(db),
      simulatorUrl: simulator.url,
      namespace,
    };
    Object.assign(holder.api, callers(app, holder.api.keys));
    close.push(
      async () => stopping.abort(),
      () => temporal.close(),
      () => providers.close(),
      () => simulator.close(),
      () => db.close(),
      () => database.drop(),
    );
  });
  afterAll(async () => {
    for (const each of close) await each();
  });
  return new Proxy({} as TestApi, {
    get: (_target, name) => (holder.api ? Reflect.get(holder.api, name) : undefined),
  });
}

function withMore(known: Providers, more: Settings['providers']): Providers {
  const [mock] = known.all();
  const all = [...known.all(), ...(mock && more ? more(mock) : [])];
  return {
    ...known,
    named: (name) => all.find((each) => each.name === name) ?? null,
    all: () => all,
  };
}

function callers(app: ReturnType<typeof createApp>, keys?: TestApi['keys']) {
  const call: TestApi['call'] = async (method, path, options = {}) => {
    const { as = 'super_admin', raw, json } = options;
    const headers = new Headers(options.headers);
    if (as !== null && keys) headers.set('authorization', `Bearer ${keys[as].secret}`);
    if (json !== undefined) headers.set('content-type', 'application/json');
    const body = json === undefined ? raw : JSON.stringify(json);
    const answer = await app.request(
      path,
      { method, headers, ...(body !== undefined && { body }), duplex: 'half' },
      options.from === undefined ? {} : peerAt(options.from),
    );
    const text = await textOf(answer);
    return { status: answer.status, headers: answer.headers, text, ...reader(text) };
  };
  return {
    call,
    get: (path: string, options?: CallOptions) => call('GET', BASE + path, options),
    post: (path: string, body: unknown = {}, options?: CallOptions) =>
      call('POST', BASE + path, { json: body, ...options }),
  };
}

/** An answer's text; of one that goes on, what comes first. */
async function textOf(answer: Response): Promise<string> {
  if (answer.headers.get('content-type') !== 'text/event-stream') return answer.text();
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(first?.value);
}

/** What the HTTP server would tell of a socket whose peer has that address. */
const peerAt = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } as never });

function reader(text: string): Pick<Answer, 'body' | 'at' | 'list'> {
  const body = readJson(text);
  const at = (path: string): unknown =>
    path.split('.').reduce<unknown>((value, name) => Reflect.get(Object(value), name), body);
  const list = (path: string): unknown[] => {
    const found = at(path);
    return Array.isArray(found) ? found : [];
  };
  return { body, at, list };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function makeKeys(db: Db): Promise<TestApi['keys']> {
  const made = await Promise.all(
    ROLES.map(async (role) => [role, await makeKey(db, role)] as const),
  );
  return Object.fromEntries(made) as TestApi['keys'];
}

/** Stores a key of that role and answers its secret. */
export async function makeKey(db: Db, role: Role, expiresAt?: Date) {
  const id = newId('apiKey');
  const { secret, prefix, secretHash } = drawSecret();
  await createApiKey(db, { id, name: role, prefix, secretHash, role, expiresAt }, SYSTEM);
  return { id, secret };
}

async function registerAttributes(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await registerSearchAttributes(new Client({ connection, namespace }), namespace);
  } finally {
    await connection.close();
  }
}

/** One number out of the database, for asking what a call left behind. */
export async function count(
  db: Db,
  text: string,
  values: readonly unknown[] = [],
): Promise<number> {
  const rows = await db.run(
    z.object({ n: z.union([z.bigint(), z.string(), z.number()]) }),
    text,
    values,
  );
  return Number(rows[0]?.n ?? 0);
}
