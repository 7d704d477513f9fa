import {
  Client,
  Connection,
  WorkflowNotFoundError,
  type WorkflowStartOptions,
} from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import { readBatchStart } from '../db/queries/batch-start.ts';
import { batchWorkflowId } from '../domain/ids.ts';
import { clearedSignal, settledSignal } from '../workflows/messages.ts';
import type { TemporalAccess } from '../temporal/access.ts';
import type { SealingCodec } from '../temporal/codec.ts';
import { clientConverter } from '../temporal/data-converter.ts';
import { readBacklog, readTemporalHealth, type Backlog } from '../temporal/health.ts';
import { PAYOUT_BATCH, TASK_QUEUE } from '../workflows/names.ts';
import { batchSearchAttributes } from '../workflows/search-attributes.ts';
import { paced } from './paced.ts';
import { makeCalculations, type Calculations, type Waits } from './calculations.ts';
import { makeDeliveries, type Deliveries } from './deliveries.ts';
import { makeProviderWorkflows, type ProviderWorkflows } from './provider-workflows.ts';
import { makeReportExports, type ReportExports } from './report-exports.ts';
import { makeScheduleWorkflows, type ScheduleWorkflows } from './schedule-workflows.ts';

/** No call of a person waits longer than this for Temporal. */
const CALL_MS = 4_000;
/**
 * Releases may come by the hundred a second, and one batch runs at a time: the workflows of the others
 * begin behind them, and those that would wait too long here are left to the sweep.
 */
const WAKES = { gapMs: 50, waitingMax: 200 };

export interface TemporalOptions {
  address: string;
  namespace: string;
  /** Where a workflow's summary links back to. */
  publicUrl: string;
  /** TLS and API key; plain gRPC unless told. */
  access?: TemporalAccess;
  /** Encrypts what Temporal stores; nothing is encrypted unless told. */
  codec?: SealingCodec | null;
}

/** What the API asks of Temporal. Every method throws a gRPC error where it is away. */
export interface TemporalClient
  extends Deliveries, Calculations, ScheduleWorkflows, ProviderWorkflows, ReportExports {
  /** Starts the workflow of a batch, or finds it running. Returns its id. */
  startBatch(batchId: string): Promise<string>;
  /** Signals the workflow of a batch; one that was lost is started again for it. */
  signalBatch<Payload>(
    batchId: string,
    signal: SignalDefinition<[Payload]>,
    payload: Payload,
  ): Promise<string>;
  /** Tells a running workflow that something it may have waited for has come. Never throws. */
  signalCleared(batchId: string, log: Logger): void;
  /** Starts the workflow of a batch soon, or tells the running one to look. Never throws: `sweep` covers for it. */
  wakeBatch(batchId: string, log: Logger): void;
  /** Tells batches that their last open payment settled. Never throws: polling covers for it. */
  signalSettled(batchIds: readonly string[], log: Logger): void;
  /** Whether the server answers, and whether a worker polls the task queue. */
  health(): Promise<{ server: boolean; worker: boolean }>;
  /** What waits for a worker; null where that cannot be told. */
  backlog(): Promise<Backlog | null>;
  close(): Promise<void>;
}

/** Bounds each call of Temporal. */
function waitsOn(connection: Connection): Waits {
  const within: Waits['within'] = (ms, call) => connection.withDeadline(Date.now() + ms, call);
  return { within, soon: (call) => within(CALL_MS, call) };
}

/** Connects when first used, and again after Temporal was away. */
export function makeTemporalClient(db: Db, options: TemporalOptions): TemporalClient {
  const { address, namespace, access, codec = null } = options;
  const connection = Connection.lazy({ address, ...access });
  const { workflow } = new Client({ connection, namespace, ...clientConverter(codec) });
  const waits = waitsOn(connection);
  const { soon } = waits;

  const wakes = paced(WAKES);

  const startOptions = async (batchId: string) =>
    workflowOptions(await readBatchStart(db, batchId), options.publicUrl);

  const tell = (batchId: string, signal: SignalDefinition, log: Logger) => {
    soon(() => workflow.getHandle(batchWorkflowId(batchId)).signal(signal)).catch(
      (error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return;
        log.warn(
          { batchId, signal: signal.name, err: error },
          'a signal was not sent; polling covers for it',
        );
      },
    );
  };

  return {
    ...makeDeliveries(db, workflow, soon),
    ...makeScheduleWorkflows(workflow, soon),
    ...makeCalculations(db, workflow, waits),
    ...makeProviderWorkflows(workflow, soon),
    ...makeReportExports(workflow, soon),
    async startBatch(batchId) {
      const start = await startOptions(batchId);
      await soon(() => workflow.start(PAYOUT_BATCH, start));
      return start.workflowId;
    },
    async signalBatch<Payload>(
      batchId: string,
      signal: SignalDefinition<[Payload]>,
      payload: Payload,
    ) {
      const start = await startOptions(batchId);
      const options = { ...start, signal: signal.name, signalArgs: [payload] as [Payload] };
      await soon(() => workflow.signalWithStart<PayoutBatch, [Payload]>(PAYOUT_BATCH, options));
      return start.workflowId;
    },
    wakeBatch(batchId, log) {
      const wake = async () => {
        const start = await startOptions(batchId);
        const options = { ...start, signal: clearedSignal } as const;
        await soon(() => workflow.signalWithStart<PayoutBatch>(PAYOUT_BATCH, options));
      };
      wakes(() =>
        wake().catch((error: unknown) =>
          log.warn({ batchId, err: error }, 'a workflow was not started; the sweep covers for it'),
        ),
      );
    },
    signalSettled: (batchIds, log) => batchIds.forEach((id) => tell(id, settledSignal, log)),
    signalCleared: (batchId, log) => tell(batchId, clearedSignal, log),
    health: () => readTemporalHealth(connection, { namespace, taskQueue: TASK_QUEUE }),
    backlog: () => readBacklog(connection, { namespace, taskQueue: TASK_QUEUE }),
    close: () => connection.close(),
  };
}

type PayoutBatch = (input: { batchId: string }) => Promise<unknown>;
type BatchStart = Awaited<ReturnType<typeof readBatchStart>>;

const workflowOptions = (batch: BatchStart, publicUrl: string) => {
  const link = `${publicUrl}/api/disbursement/batches/${batch.id}`;
  return {
    workflowId: batchWorkflowId(batch.id),
    taskQueue: TASK_QUEUE,
    args: [{ batchId: batch.id }] satisfies [{ batchId: string }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    memo: { batchNumber: batch.batchNumber, link },
    staticSummary: `Batch ${batch.batchNumber}: ${batch.paymentCount} payments by ${batch.provider} in ${batch.currency}`,
    staticDetails: `Pays ${batch.paymentCount} payees in ${batch.currency} by ${batch.provider}.\n\n[The batch in Bursar](${link})`,
    typedSearchAttributes: batchSearchAttributes({
      status: batch.status,
      provider: batch.provider,
      currency: batch.currency,
      createdBy: batch.createdBy,
    }),
  } satisfies WorkflowStartOptions;
};
