import { readFile } from 'node:fs/promises';
import { Argument, type Command } from 'commander';
import { CliError, textOf } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { idempotencyKey } from '../idempotency.ts';
import { IMPORT_KINDS, importCsv, type ImportKind, type ImportResult } from '../import-csv.ts';
import { withIdempotency, type Idempotency } from '../options.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import { handle } from '../session.ts';

interface Import extends Idempotency {
  readonly dryRun?: boolean;
  readonly partial?: boolean;
}

const ERRORS_SHOWN = 20;

/** `bursar import`: payees and commissions from CSV files. */
export function addImport(program: Command): void {
  const command = withIdempotency(
    program
      .command('import')
      .description('load payees or commissions from a CSV file; all or nothing')
      .addArgument(new Argument('<kind>', 'what the file holds').choices(IMPORT_KINDS))
      .argument('<file>', 'the CSV file')
      .option('--dry-run', 'check it and change nothing')
      .option('--partial', 'take the good rows where others are refused; exit 4 where some were'),
  );
  handle<Import>(
    command,
    [
      'bursar import affiliates examples/affiliates.csv',
      'bursar import commissions examples/commissions.csv --dry-run',
    ],
    async ({ out, client }, options, [kind = '', file = '']) => {
      const text = await read(file);
      const key = options.dryRun === true ? '' : idempotencyKey(out, options.idempotencyKey);
      const result = await importCsv(client(), kind as ImportKind, text, {
        dryRun: options.dryRun === true,
        partial: options.partial === true,
        idempotencyKey: key,
      });
      out.result(result, () => resultText(result, options, out.style));
      return exitCode(result, options);
    },
  );
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError(`The file ${file} cannot be read.`, {
      why: [textOf(error)],
      next: ['Check the path; it counts from the folder you are in.'],
      code: 'file_unreadable',
      exitCode: EXIT.usage,
    });
  }
}

function exitCode({ rejected }: ImportResult, { partial }: Import): ExitCode {
  if (rejected === 0) return EXIT.ok;
  return partial === true ? EXIT.partial : EXIT.failed;
}

function resultText(result: ImportResult, { dryRun, partial }: Import, style: Style): string {
  const { accepted, rejected, errors } = result;
  const nothing = rejected > 0 && partial !== true ? '; nothing was imported' : '';
  const head = `${accepted} rows ${dryRun === true ? 'would be taken' : 'taken'}, ${rejected} refused${nothing}`;
  if (errors.length === 0) return head;
  const rows = errors
    .slice(0, ERRORS_SHOWN)
    .map(({ row, column, code, message }) => [String(row), column ?? '', style.bad(code), message]);
  const more = errors.length > ERRORS_SHOWN ? `\nand ${errors.length - ERRORS_SHOWN} more` : '';
  const columns = [
    { title: 'ROW', right: true },
    { title: 'COLUMN' },
    { title: '' },
    { title: '' },
  ];
  return `${head}\n\n${table(columns, rows, style.dim)}${more}`;
}
