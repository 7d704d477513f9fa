import type { StackInfo } from '../../stack/index.ts';
import {
  affiliateDetails,
  batchPage,
  createdBatch,
  executed,
  previewAnswer,
  type Batch,
  type BatchDetails,
  type Preview,
} from '../answers.ts';
import type { ApiClient } from '../client.ts';
import { CliError } from '../errors.ts';
import { importCsv, type ImportKind } from '../import-csv.ts';
import { moneyOf } from '../money.ts';
import { batchPath } from '../watch.ts';
import type { JobData } from './data.ts';
import { exampleData } from './examples.ts';
import { generatedData } from './generated.ts';
import type { Steps } from './steps.ts';

/** What the steps of a run work with. */
export interface Job {
  readonly client: ApiClient;
  readonly info: StackInfo;
  readonly steps: Steps;
  /** How many payments to make; the files in `examples/` where it is not given. */
  readonly payments: number | undefined;
}

const NAMES_MAX = 20;

/** The number of this run: that of the batch it will make, so a run that broke off is taken up. */
export async function nextRun(client: ApiClient): Promise<number> {
  const { batches } = await client.get(batchPage, '/api/disbursement/batches', {
    query: { limit: 1 },
  });
  return (batches[0]?.batchNumber ?? 0) + 1;
}

/** Imports what is to be paid, through the importer that everybody uses. */
export async function importData({ client, steps, payments }: Job, run: number): Promise<void> {
  await steps.run(
    'import',
    async () => {
      const data = payments === undefined ? await exampleData(run) : generatedData(payments, run);
      const affiliates = await importOne(client, 'affiliates', data, run);
      const commissions = await importOne(client, 'commissions', data, run);
      return { data, affiliates, commissions };
    },
    ({ data, affiliates, commissions }) =>
      `imported ${affiliates} affiliates and ${commissions} commissions from ${data.from}`,
  );
}

async function importOne(
  client: ApiClient,
  kind: ImportKind,
  data: JobData,
  run: number,
): Promise<number> {
  const csv = kind === 'affiliates' ? data.affiliatesCsv : data.commissionsCsv;
  const { accepted, rejected, errors } = await importCsv(client, kind, csv, {
    idempotencyKey: `main-job-${run}-${kind}-${Date.now()}`,
  });
  const [first] = errors;
  if (rejected === 0 && first === undefined) return accepted;
  throw new CliError(`The importer refuses ${rejected} of the ${kind} of ${data.from}.`, {
    why: first === undefined ? [] : [`row ${first.row}: ${first.message}`],
    next: ['Take other data with --data DIR; these ids stand here with another content.'],
    code: 'import_refused',
  });
}

/** Those who are left out, with their names. */
export type Skipped = readonly {
  affiliateId: string;
  name: string;
  code: string;
  reason: string;
}[];

/** Previews the batch and tells who is left out and why. */
export async function previewBatch({
  client,
  steps,
}: Job): Promise<{ preview: Preview; skipped: Skipped }> {
  const { style } = steps;
  const found = await steps.run(
    'preview',
    async () => {
      const preview = await client.post(previewAnswer, '/api/disbursement/batches/preview', {
        body: {},
      });
      return { preview, skipped: await namesOfSkipped(client, preview) };
    },
    ({ preview: { summary } }) =>
      `preview: ${summary.eligibleAffiliates} of ${summary.totalAffiliates} payees, ${moneyOf(summary.totalAmount, summary.currency)} in ${summary.chunks} chunks`,
  );
  const shown = found.skipped.slice(0, NAMES_MAX);
  for (const { name, code, reason } of shown) {
    steps.line(`    ${style.warn('left out')}  ${name}  ${style.dim(`${code}: ${reason}`)}`);
  }
  const more = found.skipped.length - shown.length;
  if (more > 0) steps.line(`    and ${more} more`);
  return found;
}

async function namesOfSkipped(client: ApiClient, { preview }: Preview): Promise<Skipped> {
  const skipped = preview.filter(({ eligible }) => !eligible);
  return Promise.all(
    skipped.map(async ({ affiliateId, code, reason }, index) => ({
      affiliateId,
      name: index < NAMES_MAX ? await nameOf(client, affiliateId) : affiliateId,
      code: code ?? 'unknown',
      reason: reason ?? '',
    })),
  );
}

async function nameOf(client: ApiClient, affiliateId: string): Promise<string> {
  const { affiliate } = await client.get(
    affiliateDetails,
    `/api/disbursement/affiliates/${affiliateId}`,
  );
  return affiliate.fullName;
}

/** Makes the batch that was previewed. */
export async function createBatch(
  { client, steps }: Job,
  run: number,
  previewHash: string,
): Promise<Batch> {
  const { batch } = await steps.run(
    'batch',
    () =>
      client.post(createdBatch, '/api/disbursement/batches', {
        idempotencyKey: `main-job-${run}-batch-${previewHash}`,
        body: { previewHash, note: `main job, run ${run}` },
      }),
    ({ batch: made }) =>
      `batch ${made.batchNumber}: ${made.paymentCount} payments in ${made.chunkCount} chunks  ${made.id}`,
  );
  return batch;
}

/** Hands the batch to its workflow. */
export async function executeBatch({ client, steps }: Job, { id }: Batch): Promise<void> {
  await steps.run(
    'execute',
    () =>
      client.post(executed, batchPath(id, '/execute'), {
        idempotencyKey: `main-job-execute-${id}`,
        body: {},
      }),
    ({ result }) => `executing: workflow ${result.workflowId}`,
  );
}

/** A line that says how the batch has ended. */
export const endText = ({ status, counts, paymentCount, pausedReason }: BatchDetails): string =>
  `batch ${status}${pausedReason === null ? '' : ` and paused (${pausedReason})`}: ${counts['COMPLETED'] ?? 0} of ${paymentCount} payments paid`;
