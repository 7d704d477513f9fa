import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import {
  calculated,
  onePayout,
  payoutPage,
  refunded,
  scheduled,
  storedModel,
} from '../answers/revenue.ts';
import { confirmMoney } from '../confirm.ts';
import { usageError } from '../errors.ts';
import { idempotencyKey } from '../idempotency.ts';
import { minorUnitsOf, moneyOf } from '../money.ts';
import {
  moreText,
  withIdempotency,
  withPaging,
  withYes,
  type Idempotency,
  type Paging,
} from '../options.ts';
import { calculatedTable, payoutCard, payoutTable } from '../output/render-revenue.ts';
import { handle } from '../session.ts';

/** `bursar revenue`: what escrows release, how it is divided, and what becomes of it. */
export function addRevenue(program: Command): void {
  const revenue = program
    .command('revenue')
    .description('escrow releases: split models, payouts, refunds');
  addModel(revenue);
  addCalculate(revenue);
  addSchedule(revenue);
  addList(revenue);
  addShow(revenue);
  addRefund(revenue);
}

const modelPath = (projectId: string) =>
  `/revenue/projects/${encodeURIComponent(projectId)}/split-model`;

function addModel(revenue: Command): void {
  const command = revenue
    .command('model')
    .description('show the split model of a project, or store a new version')
    .argument('<project>', 'the project')
    .option('--file <path>', 'a JSON file with the new model')
    .option('--version-number <n>', 'an earlier version');
  handle<{ readonly file?: string; readonly versionNumber?: string }>(
    command,
    ['bursar revenue model shop-1', 'bursar revenue model shop-1 --file model.json'],
    async ({ out, client }, { file, versionNumber }, [project = '']) => {
      const path = modelPath(project);
      const answer =
        file === undefined
          ? await client().get(storedModel, path, { query: { version: versionNumber } })
          : await client().put(storedModel, path, { body: readModel(file) });
      out.result(
        answer,
        () => `version ${answer.version}\n${JSON.stringify(answer.model, null, 2)}`,
      );
    },
  );
}

function readModel(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usageError(`${file} is not a JSON file that can be read.`, why);
  }
}

interface Amount {
  readonly amount: string;
  readonly currency: string;
}

const withAmount = (command: Command): Command =>
  command
    .requiredOption('--amount <amount>', 'in major units, like 2500.00')
    .requiredOption('--currency <code>', 'like USD');

function addCalculate(revenue: Command): void {
  const command = withAmount(
    revenue
      .command('calculate')
      .description('how an amount would be divided; keeps nothing')
      .argument('<project>', 'the project'),
  );
  handle<Amount>(
    command,
    ['bursar revenue calculate shop-1 --amount 2500.00 --currency USD'],
    async ({ out, client }, { amount, currency }, [projectId = '']) => {
      const body = { projectId, amount: minorUnitsOf(amount, currency), currency };
      const answer = await client().post(calculated, '/revenue/calculate', { body });
      out.result(answer, () => calculatedTable(answer, out.style));
    },
  );
}

interface Schedule extends Amount, Idempotency {
  readonly project: string;
  readonly milestone?: string;
  readonly at?: string;
  readonly provider?: string;
  readonly yes?: boolean;
}

function addSchedule(revenue: Command): void {
  const command = withYes(
    withIdempotency(
      withAmount(
        revenue
          .command('schedule')
          .description('divide what an escrow releases, and pay the recipients; once for ever')
          .argument('<escrow>', 'the escrow'),
      ),
    )
      .requiredOption('--project <id>', 'whose split model divides it')
      .option('--milestone <id>', 'the part of the escrow that is released')
      .option('--at <time>', 'send nothing before then')
      .option('--provider <name>', 'who moves the money'),
  );
  handle<Schedule>(
    command,
    ['bursar revenue schedule esc-1 --project shop-1 --amount 2500.00 --currency USD --yes'],
    async (session, options, [escrowId = '']) => {
      const { out, client } = session;
      const { currency, project, milestone, at, provider } = options;
      const amount = minorUnitsOf(options.amount, currency);
      const question = `Release ${moneyOf(amount, currency)} of escrow ${escrowId} to the recipients of ${project}?`;
      await confirmMoney(session, options.yes, question);
      const answer = await client().post(scheduled, '/revenue/schedule-payouts', {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: {
          escrowId,
          projectId: project,
          amount,
          currency,
          ...(milestone && { milestoneId: milestone }),
          ...(at && { scheduledFor: at }),
          ...(provider && { provider }),
        },
      });
      out.result(
        answer,
        () =>
          `${answer.message}\n${moneyOf(answer.estimatedTotalPayout, currency)} in all: bursar revenue show ${answer.batchId}`,
      );
    },
  );
}

function addList(revenue: Command): void {
  const command = withPaging(revenue.command('list').description('releases, newest first'))
    .option('--escrow <id>', 'only those of this escrow')
    .option('--project <id>', 'only those of this project');
  handle<Paging & { readonly escrow?: string; readonly project?: string }>(
    command,
    ['bursar revenue list --project shop-1'],
    async ({ out, client }, { escrow, project, ...paging }) => {
      const query = { ...paging, escrowId: escrow, projectId: project };
      const answer = await client().get(payoutPage, '/revenue/payouts', { query });
      out.result(
        answer,
        () => payoutTable(answer.payouts, out.style) + moreText(answer.nextCursor),
      );
    },
  );
}

function addShow(revenue: Command): void {
  const command = revenue
    .command('show')
    .description('one release with its recipients')
    .argument('<batch>', 'the batch that pays it out');
  handle(command, ['bursar revenue show bat_…'], async ({ out, client }, _options, [id = '']) => {
    const answer = await client().get(onePayout, `/revenue/payouts/${encodeURIComponent(id)}`);
    out.result(answer, () => payoutCard(answer, out.style) + moreText(answer.nextCursor));
  });
}

interface Refund extends Idempotency {
  readonly escrow: string;
  readonly milestone?: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly reason: string;
  readonly yes?: boolean;
}

function addRefund(revenue: Command): void {
  const command = withYes(
    withIdempotency(
      revenue
        .command('refund')
        .description('take back from its recipients what an escrow gives back to its payer')
        .argument('<refund>', 'your own id of the refund'),
    )
      .requiredOption('--escrow <id>', 'the escrow')
      .option('--milestone <id>', 'the part of it that was released')
      .option('--amount <amount>', 'in major units; all that is left, where none is given')
      .option('--currency <code>', 'of the amount')
      .requiredOption('--reason <text>', 'why'),
  );
  handle<Refund>(
    command,
    ['bursar revenue refund ref-1 --escrow esc-1 --reason "the buyer cancelled" --yes'],
    async (session, options, [refundId = '']) => {
      const { out, client } = session;
      const { escrow, milestone, amount, currency, reason } = options;
      if (amount !== undefined && currency === undefined)
        throw usageError('An amount needs its currency.', 'Give --currency too.');
      await confirmMoney(
        session,
        options.yes,
        `Refund ${amount ?? 'all that is left'} of ${escrow}?`,
      );
      const answer = await client().post(refunded, '/revenue/refunds', {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: {
          refundId,
          escrowId: escrow,
          reason,
          ...(milestone && { milestoneId: milestone }),
          ...(amount && currency && { amount: minorUnitsOf(amount, currency) }),
        },
      });
      const { refund } = answer;
      out.result(
        answer,
        () =>
          `${moneyOf(refund.amount, refund.currency)} are taken back: bursar revenue show ${refund.batchId}`,
      );
    },
  );
}
