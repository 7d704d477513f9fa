import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Argument, type Command } from 'commander';
import { dayOf } from '../../domain/day.ts';
import { reportAnswer } from '../answers/reports.ts';
import { CliError, textOf } from '../errors.ts';
import { moreText, withPaging, type Paging } from '../options.ts';
import { reportText } from '../output/render-report.ts';
import { handle, type Session } from '../session.ts';

const NAMES = [
  'summary',
  'time-series',
  'affiliates',
  'methods',
  'failures',
  'aging',
  'reconciliation',
  'fees-and-tax',
  'payout-report',
] as const;

interface ReportOptions extends Paging {
  readonly from?: string;
  readonly to?: string;
  readonly zone?: string;
  readonly grain?: string;
  readonly basis?: string;
  readonly groupBy?: string;
  readonly sort?: string;
  readonly currency?: string;
  readonly provider?: string;
  readonly programme?: string;
  readonly affiliate?: readonly string[];
  readonly status?: readonly string[];
  readonly minAmount?: string;
  readonly maxAmount?: string;
  readonly csv?: string;
}

/** `bursar report`: what was made, paid and owed, as a table, as JSON, or as a file. */
export function addReport(program: Command): void {
  const command = withPaging(program.command('report').description('figures of a period'))
    .addArgument(new Argument('<name>', 'which one').choices(NAMES))
    .option('--from <time>', 'a day or an instant; the first of this month where left out')
    .option('--to <time>', 'a day or an instant, not included; tomorrow where left out')
    .option('--zone <zone>', 'by whose clocks days begin, like Europe/Berlin; UTC where left out')
    .option('--grain <grain>', 'of a time series: day, week or month')
    .option('--basis <basis>', 'of a time series: made or paid')
    .option('--group-by <what>', 'of a time series: status, provider, currency or programme')
    .option('--sort <by>', 'of affiliates: id, name, paid or earned')
    .option('--currency <code>', 'only this currency')
    .option('--provider <name>', 'only payments of this provider')
    .option('--programme <id>', 'only this programme')
    .option('--affiliate <id...>', 'only these affiliates')
    .option('--status <state...>', 'only payments in these states')
    .option('--min-amount <minor>', 'only payments of so much, in minor units; needs --currency')
    .option('--max-amount <minor>', 'only payments of no more, in minor units; needs --currency')
    .option('--csv <file>', 'write it there as CSV; a file that is there already stays');
  handle<ReportOptions>(
    command,
    [
      'bursar report summary --from 2026-01-01 --to 2026-02-01 --zone Europe/Berlin',
      'bursar report time-series --grain week --group-by provider --json',
      'bursar report affiliates --sort paid --currency USD --csv affiliates.csv',
      'bursar report aging',
    ],
    async (session, { csv, programme, affiliate, ...options }, [name = '']) => {
      const path = `/api/disbursement/reports/${name}`;
      const filters = { ...options, programmeId: programme, affiliateId: affiliate };
      const query = { ...filters, ...periodOf(name, options) };
      if (csv !== undefined) return writeCsv(session, path, query, csv);
      const answer = await session.client().get(reportAnswer, path, { query });
      session.out.result(
        answer,
        () => reportText(answer, session.out.style) + moreText(answer.nextCursor ?? null),
      );
    },
  );
}

const DAY_MS = 86_400_000;

/** What is old speaks of now, all other reports of a period. */
function periodOf(name: string, { from, to, zone }: ReportOptions) {
  if (name === 'aging') return { from, to, zone };
  const now = new Date();
  return {
    from: from ?? `${dayOf(now).slice(0, 8)}01`,
    to: to ?? dayOf(new Date(now.getTime() + DAY_MS)),
    zone,
  };
}

async function writeCsv(
  { client, out }: Session,
  path: string,
  query: Record<string, string | number | readonly string[] | undefined>,
  file: string,
): Promise<void> {
  const body = await client().stream(path, { ...query, format: 'csv' });
  try {
    await pipeline(Readable.from(body), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    throw new CliError(`The report was not written to ${file} as a whole.`, {
      why: [textOf(error)],
      code: 'export_failed',
    });
  }
  out.result({ file }, () => `Written to ${file}.`);
}
