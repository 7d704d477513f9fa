import { Argument, type Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { idempotencyKey } from '../idempotency.ts';
import { IMPORT_KINDS, importCsv, type ImportKind, type ImportResult } from '../import-csv.ts';
import { moneyOf } from '../money.ts';
import { withIdempotency, type Idempotency } from '../options.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import { readTextFile } from '../read-file.ts';
import { handle } from '../session.ts';

interface Import extends Idempotency {
  readonly dryRun?: boolean;
  readonly partial?: boolean;
  readonly country?: string;
  readonly currency?: string;
}

const ERRORS_SHOWN = 20;

/** `bursar import`: payees, commissions and conversions from CSV files, also from exports of other products. */
export function addImport(program: Command): void {
  const command = withIdempotency(
    program
      .command('import')
      .description('load payees, commissions or conversions from a CSV file; all or nothing')
      .addArgument(new Argument('<kind>', 'what the file holds').choices(IMPORT_KINDS))
      .argument('<file>', 'the CSV file')
      .option('--dry-run', 'check it and change nothing')
      .option('--partial', 'take the good rows where others are refused; exit 4 where some were')
      .option('--country <code>', 'exports of other products: of payees that have none')
      .option('--currency <code>', 'exports of other products: of lines that have none'),
  );
  handle<Import>(
    command,
    [
      'bursar import affiliates examples/affiliates.csv',
      'bursar import commissions examples/commissions.csv --dry-run',
      'bursar import conversions sales.csv --dry-run',
      'bursar import rewardful-affiliates export.csv --country US --currency USD --dry-run',
    ],
    async ({ out, client }, options, [kind = '', file = '']) => {
      const text = await readTextFile(file);
      const key = options.dryRun === true ? '' : idempotencyKey(out, options.idempotencyKey);
      const result = await importCsv(client(), kind as ImportKind, text, {
        dryRun: options.dryRun === true,
        partial: options.partial === true,
        country: options.country,
        currency: options.currency,
        idempotencyKey: key,
      });
      out.result(result, () => resultText(result, options, out.style));
      return exitCode(result, options);
    },
  );
}

function exitCode({ rejected }: ImportResult, { partial }: Import): ExitCode {
  if (rejected === 0) return EXIT.ok;
  return partial === true ? EXIT.partial : EXIT.failed;
}

function resultText(result: ImportResult, { dryRun, partial }: Import, style: Style): string {
  const { accepted, rejected, errors, skipped = 0, notes = [], totals = {} } = result;
  const nothing = rejected > 0 && partial !== true ? '; nothing was imported' : '';
  const aside = skipped > 0 ? `, ${skipped} left aside` : '';
  const sums = Object.entries(totals).map(([currency, sum]) => moneyOf(sum, currency));
  const head = `${accepted} rows ${dryRun === true ? 'would be taken' : 'taken'}${
    sums.length > 0 ? `, ${sums.join(' and ')} in all` : ''
  }, ${rejected} refused${aside}${nothing}`;
  const parts = [linesTable(errors, style, style.bad), linesTable(notes, style, style.dim)];
  return [head, ...parts.filter((part) => part !== '')].join('\n\n');
}

function linesTable(
  lines: ImportResult['errors'],
  style: Style,
  mark: (code: string) => string,
): string {
  if (lines.length === 0) return '';
  const rows = lines
    .slice(0, ERRORS_SHOWN)
    .map(({ row, column, code, message }) => [String(row), column ?? '', mark(code), message]);
  const more = lines.length > ERRORS_SHOWN ? `\nand ${lines.length - ERRORS_SHOWN} more` : '';
  const columns = [
    { title: 'ROW', right: true },
    { title: 'COLUMN' },
    { title: '' },
    { title: '' },
  ];
  return `${table(columns, rows, style.dim)}${more}`;
}
