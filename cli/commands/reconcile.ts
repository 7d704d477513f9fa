import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { dayOf } from '../../domain/day.ts';
import {
  begunReconciliation,
  oneReconciliation,
  reconciliationPage,
  type ReconciliationDetails,
} from '../answers/reconciliations.ts';
import type { ApiClient } from '../client.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { moreText, withPaging, type Paging } from '../options.ts';
import { reconciliationCard, reconciliationTable } from '../output/render-reconciliation.ts';
import { handle, type Session } from '../session.ts';

/** `bursar reconcile`: our books of a day against a provider's list and balance. */
export function addReconcile(program: Command): void {
  const reconcile = program
    .command('reconcile')
    .description("hold our books against a provider's list and balance");
  addRun(reconcile);
  addList(reconcile);
  addShow(reconcile);
}

const PATH = '/api/disbursement/reconciliations';
const LOOK_EVERY_MS = 500;

interface Run {
  readonly provider: string;
  readonly day?: string;
  readonly wait?: boolean;
}

function addRun(reconcile: Command): void {
  const command = reconcile
    .command('run')
    .description('compare one day; joins the comparison of that day that is under way')
    .requiredOption('--provider <name>', 'whose list')
    .option('--day <day>', 'the day in UTC, like 2026-01-31; today where left out')
    .option(
      '--wait',
      'follow it to its end and show the report; exit 0 done, 1 failed, 4 done with open cases',
    );
  handle<Run>(
    command,
    [
      'bursar reconcile run --provider mock --wait',
      'bursar reconcile run --provider xendit --day 2026-01-31 --json',
    ],
    run,
  );
}

async function run(session: Session, { provider, day, wait }: Run): Promise<ExitCode> {
  const client = session.client();
  const answer = await client.post(begunReconciliation, PATH, {
    body: { provider, day: day ?? dayOf(new Date()) },
  });
  const { id } = answer.reconciliation;
  if (wait === true) {
    const ended = await untilEnded(client, id);
    session.out.result(ended, () => reconciliationCard(ended, session.out.style));
    return exitCodeOf(ended);
  }
  session.out.result(answer, () => `It has begun.\nNext: bursar reconcile show ${id}`);
  return EXIT.ok;
}

/** Looks until a reconciliation is not under way any more. */
async function untilEnded(client: ApiClient, id: string): Promise<ReconciliationDetails> {
  for (;;) {
    const seen = await readOne(client, id);
    if (seen.reconciliation.status !== 'RUNNING') return seen;
    await sleep(LOOK_EVERY_MS);
  }
}

const readOne = (client: ApiClient, id: string): Promise<ReconciliationDetails> =>
  client.get(oneReconciliation, `${PATH}/${encodeURIComponent(id)}`);

function exitCodeOf({ reconciliation, cases }: ReconciliationDetails): ExitCode {
  if (reconciliation.status !== 'DONE') return EXIT.failed;
  return cases.some(({ status }) => status === 'OPEN') ? EXIT.partial : EXIT.ok;
}

interface Filter extends Paging {
  readonly provider?: string;
  readonly day?: string;
}

function addList(reconcile: Command): void {
  const command = withPaging(reconcile.command('list').description('reconciliations, newest first'))
    .option('--provider <name>', 'only those of this provider')
    .option('--day <day>', 'only those of this day in UTC');
  handle<Filter>(
    command,
    ['bursar reconcile list --provider mock', 'bursar reconcile list --day 2026-01-31 --json'],
    async ({ out, client }, filter) => {
      const answer = await client().get(reconciliationPage, PATH, { query: { ...filter } });
      out.result(
        answer,
        () => reconciliationTable(answer.reconciliations, out.style) + moreText(answer.nextCursor),
      );
    },
  );
}

function addShow(reconcile: Command): void {
  const command = reconcile
    .command('show')
    .description('one reconciliation with its report and cases')
    .argument('<id>', 'the reconciliation');
  handle(command, ['bursar reconcile show rec_…'], async ({ out, client }, _options, [id = '']) => {
    const answer = await readOne(client(), id);
    out.result(answer, () => reconciliationCard(answer, out.style));
  });
}
