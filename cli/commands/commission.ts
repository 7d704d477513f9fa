import type { Command } from 'commander';
import { calculated, commissionWhy } from '../answers/commissions.ts';
import { idempotencyKey } from '../idempotency.ts';
import { withIdempotency, type Idempotency } from '../options.ts';
import { calculatedText, commissionCard } from '../output/render-commission.ts';
import { PROGRAMME, programmeIdOf } from '../programme-id.ts';
import { handle } from '../session.ts';

const PATH = '/api/disbursement';

/** `bursar commission`: how commissions came about, and having them calculated. */
export function addCommission(program: Command): void {
  const commission = program
    .command('commission')
    .description('how commissions came about; calculating them from conversions');
  addWhy(commission);
  addCalculate(commission);
}

function addWhy(commission: Command): void {
  const command = commission
    .command('why')
    .description('one commission with its rules and its arithmetic')
    .argument('<commission>', 'its id');
  handle(command, ['bursar commission why com_…'], async ({ out, client }, _options, [id = '']) => {
    const answer = await client().get(
      commissionWhy,
      `${PATH}/commissions/${encodeURIComponent(id)}/why`,
    );
    out.result(answer, () => commissionCard(answer, out.style));
  });
}

interface Calculate extends Idempotency {
  readonly programme?: string;
  readonly rejudgeFrom?: string;
  readonly asOf?: string;
  readonly wait?: string;
}

function addCalculate(commission: Command): void {
  const command = withIdempotency(
    commission
      .command('calculate')
      .description('turn the waiting conversions of a programme into commissions'),
  )
    .option(PROGRAMME, 'of which programme; the default one where left out')
    .option('--rejudge-from <day>', 'judge conversions from then on by the rules of today')
    .option('--as-of <time>', 'what happened later does not count yet')
    .option('--wait <seconds>', 'wait for the end, at most 60 seconds');
  handle<Calculate>(
    command,
    [
      'bursar commission calculate --wait 30',
      'bursar commission calculate --rejudge-from 2026-01-01',
    ],
    async ({ out, client }, options) => {
      const { programme, rejudgeFrom, asOf, wait } = options;
      const api = client();
      const programmeId = await programmeIdOf(api, programme);
      const query = wait === undefined ? '' : `?wait=${encodeURIComponent(wait)}`;
      const answer = await api.post(calculated, `${PATH}/calculations${query}`, {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: { programmeId, rejudgeFrom, asOf },
      });
      out.result(answer, () => calculatedText(answer));
    },
  );
}
