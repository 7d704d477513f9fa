import { randomBytes } from 'node:crypto';
import { createApp } from '../../api/app.ts';
import { makeCookieSigner, SESSION_COOKIE } from '../../api/auth/session-cookie.ts';
import { requires } from '../../api/http/auth.ts';
import { drawSecret } from '../../api/http/key-ring.ts';
import { openLog } from '../../api/log.ts';
import { makeTemporalClient } from '../../api/temporal.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { hashOfToken } from '../../db/queries/user-sessions.ts';
import { noRow } from '../../db/rows.ts';
import { makeVault } from '../../db/vault.ts';
import { makeProviders } from '../../providers/registry.ts';
import { plainTools } from '../../providers/tools.ts';

/** One handler behind the door and without it, and who may go through. */
export interface DoorApp {
  /** Milliseconds of one call to the last byte; throws where it is not let in. */
  call(path: '/bench/open' | '/bench/door', headers: Record<string, string>): Promise<number>;
  readonly key: Record<string, string>;
  readonly person: Record<string, string>;
  close(): Promise<void>;
}

const ADDRESS = '192.0.2.7';

/**
 * The product's app with two routes more that do nothing. Lists of networks hold for the role, the key
 * and the operation, so that every check of the door has something to check.
 */
export async function openDoorApp(databaseUrl: string, address: string): Promise<DoorApp> {
  const db = openDatabase(databaseUrl);
  const secret = randomBytes(32);
  const publicUrl = 'http://bench.test';
  const temporal = makeTemporalClient(db, { address, namespace: 'default', publicUrl });
  const providers = makeProviders({}, plainTools());
  const app = createApp({
    db,
    vault: makeVault({ keys: [{ id: 'bench', key: randomBytes(32) }] }),
    temporal,
    providers,
    log: openLog('silent'),
    auth: { secret },
    settings: {
      publicUrl,
      temporalUiUrl: undefined,
      temporalNamespace: 'default',
      approvalsRequired: 0,
      defaultProvider: 'mock',
    },
  });
  const door = requires('view', { refusal: 'forbidden', freshProof: true });
  app.get('/bench/open', (c) => c.json({ ok: true }, 200));
  app.get('/bench/door', door, (c) => c.json({ ok: true }, 200));
  const env = { incoming: { socket: { remoteAddress: ADDRESS } } };
  return {
    async call(path, headers) {
      const request = new Request(publicUrl + path, { headers });
      const startedMs = performance.now();
      const answer = await app.fetch(request, env);
      await answer.arrayBuffer();
      const ms = performance.now() - startedMs;
      if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`);
      return ms;
    },
    key: { authorization: `Bearer ${await insertKey(db)}` },
    person: { cookie: await insertPerson(db, secret) },
    close: async () => {
      await Promise.allSettled([temporal.close(), providers.close(), db.close()]);
    },
  };
}

async function insertKey(db: Db): Promise<string> {
  const { secret, prefix, secretHash } = drawSecret();
  await db.run(
    noRow,
    `with made as (
       insert into api_keys (id, name, prefix, secret_hash, role, created_by, cidrs)
       values ($1, 'bench', $2, $3, 'admin', 'system', '{192.0.2.0/24}') returning id
     )
     insert into allow_lists (id, scope, subject, cidrs, created_by, updated_by)
     select scope, scope, subject, '{198.51.100.0/24,192.0.2.0/24}', 'system', 'system'
     from made, lateral (values ('role', 'admin'), ('operation', 'view'), ('key', id)) l (scope, subject)`,
    [newId('apiKey'), prefix, secretHash],
  );
  return secret;
}

async function insertPerson(db: Db, secret: Buffer): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await db.run(
    noRow,
    `with person as (
       insert into users (id, email, name, role, email_verified)
       values ($1, 'bench@example.com', 'Bench', 'admin', true) returning id
     )
     insert into user_sessions (id, token, user_id, expires_at)
     select $2, $3, id, now() + interval '8 hours' from person`,
    [newId('user'), newId('session'), hashOfToken(token)],
  );
  return `${SESSION_COOKIE}=${makeCookieSigner(secret).sign(SESSION_COOKIE, token)}`;
}
