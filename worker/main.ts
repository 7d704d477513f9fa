import { Client, Connection } from '@temporalio/client';
import {
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type LogEntry,
  type WorkerOptions,
} from '@temporalio/worker';
import type { Logger } from 'pino';
import { makeActivities } from '../activities/index.ts';
import { openDatabase, type Db } from '../db/client.ts';
import { openLogger } from '../db/log.ts';
import { setMailsEnabled } from '../db/queries/send-mails.ts';
import { makeMailer } from '../providers/mail/config.ts';
import { openOutgoing } from '../providers/outgoing.ts';
import { workerConverter } from '../temporal/data-converter.ts';
import { outgoingQueueAt, providerQueue, TASK_QUEUE } from '../workflows/names.ts';
import { watchAlerts } from './alert-watch.ts';
import { makeAnchor } from './audit-anchor.ts';
import { startSealing } from './audit-seal.ts';
import { workflowBundle } from './bundle.ts';
import { DAY_MS, readWorkerEnv, type WorkerEnv } from './env.ts';
import { openSecrets } from './live-secrets.ts';
import { ensureSweep, registerSearchAttributes } from './namespace.ts';
import { watchProviders } from './provider-watch.ts';
import { startAddingUp } from './report-slots.ts';
import { ensureDailySchedules, ensurePayoutSchedules } from './schedules.ts';

const PREPARE_EVERY_MS = 60_000;

/** Runs the worker until SIGTERM or SIGINT; activities under way get 8 s to end. */
async function main(): Promise<void> {
  const env = readWorkerEnv(process.env);
  const logger = openLogger({
    level: env.LOG_LEVEL,
    base: { process: 'worker', pid: process.pid },
  });
  installRuntime(env, logger);
  const db = openDatabase(env.DATABASE_URL);
  const watch = watchProviders(db, logger);
  const { vault, codec, providers, stop: stopWatching } = openSecrets(env, watch.tools, logger);
  const outgoing = openOutgoing({ allowed: env.BURSAR_OUTGOING_ALLOW });
  const mailer = makeMailer(env.BURSAR_MAIL_URL, env.BURSAR_MAIL_FROM);
  const sealing = startSealing({
    db,
    keys: env.BURSAR_AUDIT_KEYS,
    anchor: makeAnchor(env.BURSAR_AUDIT_ANCHOR, env.BURSAR_AUDIT_ANCHOR_TOKEN, outgoing),
    anchorEveryMs: env.BURSAR_AUDIT_ANCHOR_SECONDS * 1_000,
    log: logger,
  });
  const addingUp = startAddingUp({ db, log: logger });
  const converter = workerConverter(codec);
  const { connection, client } = await connectTemporal(env, converter);
  const watched = { connection: client.connection, namespace: env.TEMPORAL_NAMESPACE };
  const alerts = watchAlerts({ db, log: logger, mailer }, watched);
  const prepareNamespace = async () => {
    await registerSearchAttributes(client, env.TEMPORAL_NAMESPACE);
    await ensureSweep(client, env.BURSAR_SWEEP_INTERVAL_MS);
    await ensureDailySchedules(client, providers.all());
    await ensurePayoutSchedules(db, client, logger);
    await tellMails(db, mailer !== null, logger);
  };
  await prepareNamespace();
  // Temporal may lose all it knows, this included; then the sweep brings back the rest.
  const preparing = setInterval(() => {
    prepareNamespace().catch((error: unknown) =>
      logger.warn({ err: error }, 'namespace not prepared'),
    );
  }, PREPARE_EVERY_MS);
  const common = {
    connection,
    namespace: env.TEMPORAL_NAMESPACE,
    activities: makeActivities({
      db,
      vault,
      providers,
      temporal: client,
      parkedMaxMs: env.BURSAR_PARKED_DAYS * DAY_MS,
      outgoing,
      mailer,
      approvalsRequired: env.BURSAR_APPROVALS_REQUIRED,
    }),
    shutdownGraceTime: '8 s',
    ...converter,
  } as const;
  const workers = await makeWorkers(env, common, providers.all());
  logger.info({ taskQueue: TASK_QUEUE, namespace: env.TEMPORAL_NAMESPACE }, 'worker ready');
  watch.start();
  await Promise.all(workers.map((worker) => worker.run()));
  watch.stop();
  stopWatching();
  clearInterval(preparing);
  await Promise.all([alerts.stop(), sealing.stop(), addingUp.stop()]);
  await Promise.all([
    db.close(),
    providers.close(),
    outgoing.close(),
    mailer?.close(),
    connection.close(),
    client.connection.close(),
  ]);
}

/** The worker's own connection, and that of the client which its activities use. */
async function connectTemporal(env: WorkerEnv, converter: ReturnType<typeof workerConverter>) {
  const reached = { address: env.TEMPORAL_ADDRESS, ...env.temporalAccess };
  return {
    connection: await NativeConnection.connect(reached),
    client: new Client({
      connection: await Connection.connect(reached),
      namespace: env.TEMPORAL_NAMESPACE,
      ...converter,
    }),
  };
}

/** Has the database know whether payees are written to. Where it is away the worker begins all the same. */
async function tellMails(db: Db, enabled: boolean, logger: Logger): Promise<void> {
  try {
    await setMailsEnabled(db, enabled);
  } catch (error) {
    logger.warn({ err: error }, 'whether payees are written to is not known yet');
  }
}

/** One for the workflows and most activities, and one for each queue of activities that stands apart. */
async function makeWorkers(
  env: WorkerEnv,
  common: Omit<WorkerOptions, 'taskQueue'>,
  providers: readonly { name: string }[],
): Promise<Worker[]> {
  return Promise.all([
    Worker.create({
      ...common,
      taskQueue: TASK_QUEUE,
      workflowBundle: await workflowBundle(env.BURSAR_WORKFLOW_BUNDLE_CACHE, {
        sealFailures: env.BURSAR_CODEC_KEYS !== undefined,
      }),
      maxConcurrentActivityTaskExecutions: 32,
    }),
    // A queue and places of its own for each provider: one that is slow holds up no other.
    ...providers.map(({ name }) =>
      Worker.create({
        ...common,
        taskQueue: providerQueue(name),
        maxConcurrentActivityTaskExecutions: 16,
      }),
    ),
    // Endpoints of users have theirs, one place for each; a stop need not wait for those that linger.
    Worker.create({
      ...common,
      taskQueue: outgoingQueueAt(TASK_QUEUE),
      maxConcurrentActivityTaskExecutions: 32,
      shutdownGraceTime: 0,
    }),
  ]);
}

function installRuntime(env: WorkerEnv, logger: Logger): void {
  const write = ({ level, message, meta }: LogEntry) => {
    const names = {
      TRACE: 'trace',
      DEBUG: 'debug',
      INFO: 'info',
      WARN: 'warn',
      ERROR: 'error',
    } as const;
    logger[names[level]](meta ?? {}, message);
  };
  const metrics = env.BURSAR_WORKER_METRICS_PORT;
  Runtime.install({
    logger: new DefaultLogger('WARN', write),
    ...(metrics && {
      telemetryOptions: {
        metrics: { prometheus: { bindAddress: `${env.BURSAR_WORKER_METRICS_HOST}:${metrics}` } },
      },
    }),
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`worker: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
