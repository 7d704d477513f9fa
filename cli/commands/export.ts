import { setTimeout as sleep } from 'node:timers/promises';
import { Argument, Option, type Command } from 'commander';
import { exportAnswer, type OrderedExport } from '../answers/exports.ts';
import type { ApiClient } from '../client.ts';
import { CliError } from '../errors.ts';
import { idempotencyKey } from '../idempotency.ts';
import { withIdempotency, type Idempotency } from '../options.ts';
import { saveFile } from '../save-file.ts';
import { handle, type Session } from '../session.ts';

const PATH = '/api/disbursement/reports/exports';
const LOOK_EVERY_MS = 500;
const KINDS = ['payments', 'commissions', 'ledger_entries', 'affiliates'];

interface ExportOptions extends Idempotency {
  readonly out: string;
  readonly format: string;
  readonly from?: string;
  readonly to?: string;
  readonly zone?: string;
  readonly currency?: string;
  readonly provider?: string;
  readonly programme?: string;
  readonly batch?: string;
  readonly account?: string;
  readonly status: string[];
  readonly affiliate: string[];
}

const one = (value: string, before: string[]): string[] => [...before, value];

/** `bursar export`: rows as a file, of any size. */
export function addExport(program: Command): void {
  const command = withIdempotency(
    program.command('export').description('order rows as a file, wait for it, and write it'),
  )
    .addArgument(new Argument('<kind>', 'which rows').choices(KINDS))
    .requiredOption('--out <file>', 'where to write it; a file that is there already stays')
    .addOption(
      new Option('--format <format>', 'of the file').choices(['csv', 'jsonl']).default('csv'),
    )
    .option('--from <time>', 'a day or an instant')
    .option('--to <time>', 'a day or an instant, not included')
    .option('--zone <zone>', 'by whose clocks days begin, like Europe/Berlin; UTC where left out')
    .option('--status <state>', 'only this state; may be given again', one, [])
    .option('--affiliate <id>', 'only this affiliate; may be given again', one, [])
    .option('--currency <code>', 'only this currency')
    .option('--provider <name>', 'only this provider')
    .option('--programme <id>', 'only this programme')
    .option('--batch <id>', 'only this batch')
    .option('--account <name>', 'of the ledger: an account, or all of a kind');
  handle<ExportOptions>(
    command,
    [
      'bursar export payments --from 2026-01-01 --to 2027-01-01 --status COMPLETED --out paid.csv',
      'bursar export ledger_entries --format jsonl --out ledger.jsonl',
    ],
    (session, options, [kind = '']) => run(session, kind, options),
  );
}

async function run(session: Session, kind: string, options: ExportOptions): Promise<void> {
  const client = session.client();
  const { out: file, format, idempotencyKey: given } = options;
  const ordered = await client.post(exportAnswer, PATH, {
    body: { kind, format, filter: filterOf(options) },
    idempotencyKey: idempotencyKey(session.out, given),
  });
  session.out.note(`${ordered.export.rowsExpected} rows; the order is ${ordered.export.id}.`);
  const done = await untilDone(client, ordered.export.id);
  const saved = await saveFile(await client.stream(done.link ?? '', {}), file);
  if (saved.sha256 !== done.sha256) {
    throw new CliError(`${file} is not what was made: its hash differs.`, {
      next: [`Delete it and run the command again.`],
      code: 'export_failed',
    });
  }
  session.out.result(
    { file, rows: done.rowsDone, ...saved, export: done },
    () => `${file}: ${done.rowsDone} rows, ${saved.bytes} bytes, SHA-256 ${saved.sha256}.`,
  );
}

/** The filters as the API names them; what was not given is left out. */
function filterOf({ programme, batch, affiliate, status, ...options }: ExportOptions) {
  const { from, to, zone, currency, provider, account } = options;
  return {
    from,
    to,
    zone,
    currency,
    provider,
    account,
    programmeId: programme,
    batchId: batch,
    ...(affiliate.length > 0 && { affiliateId: affiliate }),
    ...(status.length > 0 && { status }),
  };
}

async function untilDone(client: ApiClient, id: string): Promise<OrderedExport> {
  for (;;) {
    const { export: row } = await client.get(exportAnswer, `${PATH}/${id}`);
    if (row.status === 'DONE') return row;
    if (row.status !== 'QUEUED' && row.status !== 'RUNNING') {
      throw new CliError('There is no file.', {
        why: [row.failure ?? `The order is ${row.status}.`],
        code: 'export_failed',
      });
    }
    await sleep(LOOK_EVERY_MS);
  }
}
