import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../../stack/index.ts';
import type { Batch, BatchDetails } from '../answers.ts';
import { makeProgress } from '../output/progress.ts';
import { workflowUrl } from '../output/stack-card.ts';
import { makeSimulatorClient, type SimulatorClient } from '../simulator-client.ts';
import { watchBatch } from '../watch.ts';
import { verify } from '../verify/verify.ts';
import { booksAgree, booksSince, readBooks, type Books } from './books.ts';
import { breakingFaults, makeBreaker, type Breaker } from './breaking.ts';
import { historyEvents } from './history.ts';
import type { JobReport } from './report.ts';
import {
  createBatch,
  endText,
  executeBatch,
  importData,
  nextRun,
  previewBatch,
  type Job,
} from './run.ts';

/** What a run is given beside its `Job`. */
export interface JobOptions {
  /** Break things on the way: needs the stack, whose worker is killed. */
  readonly breaking?: Stack;
  /** When the command was started, by `performance.now()`. */
  readonly startedAtMs: number;
  readonly noColor: boolean;
  /** Where the progress of the batch is shown. */
  readonly stream: NodeJS.WriteStream;
  readonly signal?: AbortSignal;
}

/** A look during a kill must come soon, or the batch is over before its middle was seen. */
const BREAKING_LOOK_MS = 40;
/** Webhooks may still be on their way when the batch has ended. */
const BOOKS_TRIES = 10;
const BOOKS_AGAIN_MS = 300;

/**
 * The whole way from payable commissions to paid ones: import, preview, batch, execution, progress,
 * and the comparison of three ledgers.
 */
export async function runJob(job: Job, options: JobOptions): Promise<JobReport> {
  const { client, info, steps } = job;
  const simulator = makeSimulatorClient(info.simulatorUrl);
  const run = await nextRun(client);
  await importData(job, run);
  const { preview, skipped } = await previewBatch(job);
  const { currency } = preview.summary;
  const scope = { provider: 'mock', currency };
  const before = await readBooks(client, simulator, scope);
  const batch = await createBatch(job, run, preview.previewHash);
  const paid = await pay(job, simulator, batch, options);
  const readNow = () => readBooks(client, simulator, scope).then((now) => booksSince(before, now));
  const books = await settledBooks(readNow);
  const checked = await verify(info.databaseUrl, info.simulatorUrl);
  const { payments: _payments, result: _result, ...end } = paid.batch;
  return {
    run,
    batch: end,
    workflowUrl: workflowUrl(info, batch.workflowId),
    skipped,
    historyEvents: await historyEvents(info, batch.workflowId),
    milliseconds: paid.milliseconds,
    paymentsPerSecond: Math.round((end.paymentCount * 1_000) / Math.max(1, paid.milliseconds)),
    firstPaymentAfterMs: paid.firstPaymentAfterMs,
    workerKilled: paid.workerKilled,
    books,
    agree: booksAgree(books) && checked.ok,
    verify: checked,
    steps: steps.times,
  };
}

interface Paid {
  readonly batch: BatchDetails;
  readonly milliseconds: number;
  readonly firstPaymentAfterMs: number | null;
  readonly workerKilled: boolean;
}

async function pay(
  job: Job,
  simulator: SimulatorClient,
  batch: Batch,
  options: JobOptions,
): Promise<Paid> {
  const { breaking, stream, noColor, startedAtMs } = options;
  const breaker = breaking && makeBreaker(breaking, job.steps);
  if (breaking !== undefined) await breakProvider(job, simulator, batch.paymentCount);
  try {
    await executeBatch(job, batch);
    const progress = makeProgress(stream, noColor);
    let firstPaymentAfterMs: number | null = null;
    const executedAtMs = performance.now();
    const end = await job.steps.run(
      'pay',
      () =>
        follow(
          job,
          batch.id,
          options,
          breaker,
          (now) => {
            if (firstPaymentAfterMs === null && (now.counts['COMPLETED'] ?? 0) > 0) {
              firstPaymentAfterMs = Math.round(performance.now() - startedAtMs);
            }
            progress.update(now);
          },
          () => progress.clear(),
        ),
      endText,
    );
    const milliseconds = Math.round(performance.now() - executedAtMs);
    return { batch: end, milliseconds, firstPaymentAfterMs, workerKilled: breaker?.done ?? false };
  } finally {
    if (breaking !== undefined) await simulator.setFaults([]);
  }
}

async function breakProvider(
  { steps }: Job,
  simulator: SimulatorClient,
  payments: number,
): Promise<void> {
  await simulator.setFaults(breakingFaults(payments));
  steps.line(
    `${steps.style.warn('!')} from now on 30% of all answers of the provider are lost after it has accepted, and every webhook comes twice, in another order`,
  );
}

async function follow(
  { client }: Job,
  batchId: string,
  { signal }: JobOptions,
  breaker: Breaker | undefined,
  show: (batch: BatchDetails) => void,
  clear: () => void,
): Promise<BatchDetails> {
  let breakage: Promise<void> = Promise.resolve();
  const end = await watchBatch(client, batchId, {
    ...(signal && { signal }),
    everyMs: breaker === undefined || breaker.done ? 250 : BREAKING_LOOK_MS,
    onProgress: (batch) => {
      show(batch);
      if (breaker !== undefined && !breaker.done) breakage = breaker.see(batch);
    },
  });
  clear();
  await breakage;
  return end;
}

async function settledBooks(read: () => Promise<Books>): Promise<Books> {
  for (let tries = 1; ; tries += 1) {
    const books = await read();
    if (booksAgree(books) || tries === BOOKS_TRIES) return books;
    await sleep(BOOKS_AGAIN_MS);
  }
}
