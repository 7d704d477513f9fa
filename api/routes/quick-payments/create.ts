import { z } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { DomainError } from '../../../domain/errors.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { BULK_ITEMS_MAX } from '../../../domain/limits.ts';
import { actorOf, type AppContext } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { invalid } from '../../http/problems.ts';
import { overrideMinimum, requireOverride } from '../../override-minimum.ts';
import { readListCsv, type GivenList, type RowError } from '../../quick-payments/rows.ts';
import { listIdOf, runList, type ListRun } from '../../quick-payments/run.ts';
import { batchOut } from '../../schemas/batch.ts';
import {
  amountOut,
  boolQuery,
  currencyCode,
  idOf,
  orNull,
  positiveAmount,
  providerName,
  text,
} from '../../schemas/common.ts';
import { guardAction } from '../../risk-guard.ts';
import { executeNow } from '../batches/execute-now.ts';
import { readBatch } from '../batches/read-batch.ts';

const item = z
  .strictObject({
    externalId: text(200),
    affiliateId: idOf('payee').optional(),
    affiliateExternalId: text(200).optional(),
    amount: positiveAmount,
    description: text(1_000).optional(),
  })
  .refine(
    ({ affiliateId, affiliateExternalId }) =>
      (affiliateId === undefined) !== (affiliateExternalId === undefined),
    'needs affiliateId or affiliateExternalId, one of both',
  );

const body = z.strictObject({
  items: z.array(item).min(1).max(BULK_ITEMS_MAX),
  currency: currencyCode,
  provider: providerName.optional(),
  note: text(1_000).optional(),
  overrideMinimum,
  execute: z.boolean().default(true).meta({ description: 'Ask for execution at once.' }),
  dryRun: z.boolean().default(false),
});

const query = z.strictObject({
  provider: providerName.optional().meta({ description: 'For CSV.' }),
  dryRun: boolQuery.default(false),
  partial: boolQuery
    .default(false)
    .meta({ description: 'Pay the rows that can be paid where others cannot.' }),
  execute: boolQuery.optional().meta({ description: 'For CSV.' }),
  note: text(1_000).optional().meta({ description: 'For CSV.' }),
  overrideMinimum: text(1_000)
    .optional()
    .meta({ description: 'For CSV: the reason to pay also what is below our minimum.' }),
});

const rowError = z.object({
  row: z.int().meta({ description: 'Line of the file, the header is 1; or the place in `items`.' }),
  externalId: z.string().nullable(),
  column: z.string(),
  code: z.string(),
  message: z.string(),
});

const answer = z.object({
  listId: z.string().nullable(),
  dryRun: z.boolean(),
  batch: orNull(batchOut),
  accepted: z.int(),
  rejected: z.int(),
  totalAmount: amountOut.meta({ description: 'Of the accepted rows.' }),
  currency: z.string(),
  errors: z.array(rowError),
});

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/quick-payments',
  tags: ['Batches'],
  summary: 'Pay a list of amounts at once: a batch of exactly those',
  description:
    'JSON, or CSV with the columns external_id, affiliate_external_id, amount (decimal, major units), currency and description. All rows are paid or none, unless `partial`.',
  'x-permission': 'create',
  'x-idempotent': true,
  request: {
    query,
    body: {
      required: false as const,
      content: {
        'application/json': { schema: body },
        'text/csv': { schema: z.string() },
      },
    },
  },
  responses: {
    200: json('What a dry run found; nothing was changed.', answer),
    201: json('The batch, and the rows that were left out.', answer),
    415: json('Neither JSON nor text/csv.', z.unknown()),
  },
});

/** Pays a list. 422 with what is wrong with each row where not all can be paid, and nothing is kept. */
export const createQuickPayments = newApp().openapi(route, async (c) => {
  const asked = await readRequest(c, c.req.valid('query'), () => c.req.valid('json'));
  await requireOverride(c, asked.overrideMinimum);
  const { db, settings, terms } = c.var.deps;
  const { list, dryRun, partial } = asked;
  if (asked.execute && !dryRun) await guardAction(c, 'pay');
  const batchId = c.var.newId('batch');
  const provider = asked.provider ?? settings.defaultProvider;
  const run = await runList(db, list, {
    provider,
    limits: list.currency === '' ? null : await terms.read(provider, list.currency),
    batchId,
    actor: actorOf(c),
    note: asked.note,
    requiredApprovals: settings.approvalsRequired,
    ignoreMinimum: asked.overrideMinimum !== undefined,
    overrideReason: asked.overrideMinimum?.reason,
    dryRun,
    partial,
  });
  if (!dryRun && (run.batchId === null || (run.errors.length > 0 && !partial))) throw refusal(run);
  if (run.batchId !== null && asked.execute && !dryRun)
    await executeList(c, run.batchId, run.batchId !== batchId);
  const batch = run.batchId === null ? null : await readBatch(db, run.batchId);
  const answered = { ...summaryOf(run), batch, dryRun, currency: list.currency };
  return dryRun ? c.json(answered, 200) : c.json(answered, 201);
});

/** A batch that was made for the list before may have ended since; it is answered as it stands. */
async function executeList(c: AppContext, batchId: string, repeated: boolean): Promise<void> {
  try {
    await executeNow(c, batchId, { whenApproved: true });
  } catch (error) {
    if (!(repeated && error instanceof DomainError && error.code === 'invalid_state')) throw error;
  }
}

type Query = z.output<typeof query>;
type Body = z.output<typeof body>;
type Request = Omit<Body, 'items' | 'currency'> & { list: GivenList; partial: boolean };

async function readRequest(
  c: AppContext,
  given: Query,
  json: () => Body | string,
): Promise<Request> {
  const type = c.req.header('content-type') ?? '';
  if (/^text\/csv\b/i.test(type)) {
    const { overrideMinimum: reason, execute = true, ...rest } = given;
    const list = readListCsv(new Uint8Array(await c.req.arrayBuffer()));
    return { ...rest, execute, list, ...(reason !== undefined && { overrideMinimum: { reason } }) };
  }
  if (!/^application\/([a-z0-9.-]+\+)?json\b/i.test(type)) throw new HTTPException(415);
  const read = json();
  if (typeof read === 'string') throw new HTTPException(415);
  refuseForCsv(given);
  const { items, currency, ...rest } = read;
  const rows = items.map(({ amount, ...row }, place) => ({
    ...row,
    row: place,
    amountMinor: BigInt(amount),
  }));
  const list = { currency, rows, errors: [], unusable: false };
  const { partial, dryRun } = given;
  return { ...rest, list, partial, dryRun: rest.dryRun || dryRun };
}

/** What a body says is not said beside it: else a list would be executed that was not meant to be. */
function refuseForCsv(given: Query): void {
  const field = FOR_CSV.find((each) => given[each] !== undefined);
  if (field !== undefined) throw invalid(field, 'goes into the body, where that is JSON');
}
const FOR_CSV = ['provider', 'execute', 'note', 'overrideMinimum'] as const;

const summaryOf = ({ batchId, accepted, errors }: ListRun) => ({
  listId: batchId === null ? null : listIdOf(batchId),
  accepted: accepted.length,
  rejected: new Set(errors.map(({ row }) => row)).size,
  totalAmount: toJsonAmount(accepted.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)),
  errors: errors.toSorted((a, b) => a.row - b.row),
});

const ERRORS_MAX = 1_000;

function refusal(run: ListRun): DomainError {
  const { errors, rejected } = summaryOf(run);
  return new DomainError(
    'validation_error',
    rejected === 0
      ? 'The list holds no rows.'
      : `${rejected} of the rows cannot be paid; nothing was paid.`,
    errors.slice(0, ERRORS_MAX).map(toDetail),
  );
}

const toDetail = ({ row, column, code, message }: RowError) => ({
  path: `rows.${row}${column === '' ? '' : `.${column}`}`,
  reason: `${code}: ${message}`,
});
