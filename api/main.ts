import { serve, type ServerType } from '@hono/node-server';
import type { Logger } from 'pino';
import { startAlertWatch } from '../db/alerts/watch.ts';
import { openDatabase, type Db } from '../db/client.ts';
import { budgetsIn } from '../db/queries/rate-budgets.ts';
import { MEASURES } from '../domain/alerts/measures.ts';
import { makeMailer } from '../providers/mail/config.ts';
import { makeTargetCheck } from '../providers/targets.ts';
import { makeProviderTools } from '../providers/tools.ts';
import { createApp } from './app.ts';
import { EnvError, readEnv } from './env.ts';
import { networkIn, SERVER_OPTIONS } from './listen.ts';
import { ensureFirstKey } from './first-key.ts';
import { openSecrets } from './live-secrets.ts';
import { openLog } from './log.ts';
import { makeTemporalClient } from './temporal.ts';

const FIRST_KEY_RETRY_MS = 2_000;
/** Calls under way get this long to end; streams of events end at once. */
const GRACE_MS = 8_000;

async function main(): Promise<void> {
  const env = readEnv(process.env);
  const log = openLog(env.LOG_LEVEL);
  const db = openDatabase(env.DATABASE_URL);
  const publicUrl = env.BURSAR_PUBLIC_URL ?? `http://${env.BURSAR_API_HOST}:${env.BURSAR_API_PORT}`;
  const tools = makeProviderTools(budgetsIn(db), (provider, report) =>
    log.warn({ provider, ...report }, `the circuit of ${provider} is ${report.state}`),
  );
  const { vault, codec, providers, stop: stopWatching } = openSecrets(env, db, tools, log);
  const temporal = makeTemporalClient(db, {
    address: env.TEMPORAL_ADDRESS,
    namespace: env.TEMPORAL_NAMESPACE,
    publicUrl,
    access: env.temporalAccess,
    codec,
  });
  const settings = {
    publicUrl,
    temporalUiUrl: env.BURSAR_TEMPORAL_UI_URL,
    temporalNamespace: env.TEMPORAL_NAMESPACE,
    approvalsRequired: env.BURSAR_APPROVALS_REQUIRED,
    defaultProvider: env.BURSAR_DEFAULT_PROVIDER,
    auditPublicKeys: env.BURSAR_AUDIT_PUBLIC_KEYS,
  };
  const checkTarget = makeTargetCheck({ allowed: env.BURSAR_OUTGOING_ALLOW });
  const stopping = new AbortController();
  const app = createApp({
    stopping: stopping.signal,
    db,
    vault,
    temporal,
    providers,
    settings,
    log,
    codec,
    auth: { secret: env.BURSAR_AUTH_SECRET, ...env.signIn },
    checkTarget,
    network: networkIn(env),
  });
  await keepFirstKey(db, env.BURSAR_ADMIN_KEY_FILE, log);
  const server = serve(
    {
      fetch: app.fetch,
      port: env.BURSAR_API_PORT,
      hostname: env.BURSAR_API_HOST,
      serverOptions: SERVER_OPTIONS,
    },
    ({ port }) => log.info({ port, url: publicUrl }, 'api ready'),
  );
  server.on('error', (error) => {
    log.fatal({ err: error }, 'the port cannot be listened on');
    process.exit(1);
  });
  const mailer = makeMailer(env.BURSAR_MAIL_URL, env.BURSAR_MAIL_FROM);
  const senses = { temporal: () => temporal.health() };
  const alerts = startAlertWatch({ db, log, senses, mailer, measures: MEASURES });
  const stop = once(async (signal: string) => {
    log.info({ signal }, 'stopping');
    stopping.abort();
    stopWatching();
    await Promise.all([closeServer(server), alerts.stop()]);
    await Promise.allSettled([temporal.close(), providers.close(), mailer?.close(), db.close()]);
    process.exit(0);
  });
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Where the database is away at the start, the key is made as soon as it is back. */
async function keepFirstKey(db: Db, file: string | undefined, log: Logger): Promise<void> {
  try {
    await ensureFirstKey(db, file);
  } catch (error) {
    log.warn({ err: error }, 'the first key could not be checked; trying again');
    setTimeout(() => void keepFirstKey(db, file, log), FIRST_KEY_RETRY_MS).unref();
  }
}

function closeServer(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ('closeIdleConnections' in server) server.closeIdleConnections();
    setTimeout(() => {
      if ('closeAllConnections' in server) server.closeAllConnections();
    }, GRACE_MS).unref();
  });
}

const once = <Args extends unknown[]>(run: (...args: Args) => Promise<void>) => {
  let started = false;
  return (...args: Args): void => {
    if (started) return;
    started = true;
    void run(...args);
  };
};

main().catch((error: unknown) => {
  const reason = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${error instanceof EnvError ? error.message : reason}\n`);
  process.exit(1);
});
