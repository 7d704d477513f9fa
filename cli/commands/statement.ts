import { Option, type Command } from 'commander';
import { statementAnswer } from '../answers/exports.ts';
import { saveFile } from '../save-file.ts';
import { handle, type Session } from '../session.ts';

interface StatementOptions {
  readonly out?: string;
  readonly format: string;
  readonly zone?: string;
}

const withFile = (command: Command): Command =>
  command
    .option('--out <file>', 'write it there; a file that is there already stays')
    .addOption(
      new Option('--format <format>', 'of the file: a page for print, or CSV')
        .choices(['html', 'csv'])
        .default('html'),
    );

/** `bursar statement`: what a payee was paid, for one payout or a year. */
export function addStatement(program: Command): void {
  const command = program.command('statement').description("a payee's statement");
  handle<StatementOptions>(
    withFile(command.command('payout').description('of one payout').argument('<payment>')),
    ['bursar statement payout pay_… --out statement.html'],
    (session, options, [id = '']) =>
      show(session, `/api/disbursement/payments/${encodeURIComponent(id)}/statement`, options),
  );
  handle<StatementOptions>(
    withFile(
      command
        .command('year')
        .description('of a year')
        .argument('<affiliate>')
        .argument('<year>')
        .option('--zone <zone>', 'by whose clocks it begins and ends; UTC where left out'),
    ),
    ['bursar statement year aff_… 2026 --zone Europe/Berlin --out 2026.html'],
    (session, options, [id = '', year = '']) =>
      show(
        session,
        `/api/disbursement/affiliates/${encodeURIComponent(id)}/statements/${encodeURIComponent(year)}`,
        options,
      ),
  );
}

async function show(
  { client, out }: Session,
  path: string,
  { out: file, format, zone }: StatementOptions,
): Promise<void> {
  if (file === undefined) {
    const answer = await client().get(statementAnswer, path, { query: { zone } });
    out.result(answer, () => JSON.stringify(answer.statement, null, 2));
    return;
  }
  const saved = await saveFile(await client().stream(path, { format, zone }), file);
  out.result({ file, ...saved }, () => `Written to ${file}.`);
}
