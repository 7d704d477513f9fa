import type { Command } from 'commander';
import { conversionPage, oneConversion, reversed } from '../answers/conversions.ts';
import { confirmMoney } from '../confirm.ts';
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
import { conversionCard, conversionTable } from '../output/render-conversion.ts';
import { PROGRAMME, programmeIdOf } from '../programme-id.ts';
import { handle } from '../session.ts';

const PATH = '/api/disbursement/conversions';
const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

/** `bursar conversion`: what affiliates brought about, what it earns and why, and what was given back. */
export function addConversion(program: Command): void {
  const conversion = program
    .command('conversion')
    .description('conversions: what they earn and why, refunds');
  addList(conversion);
  addShow(conversion);
  addRefund(conversion);
}

interface List extends Paging {
  readonly affiliate?: string;
  readonly programme?: string;
  readonly status?: string;
  readonly code?: string;
  readonly from?: string;
  readonly to?: string;
  readonly search?: string;
}

function addList(conversion: Command): void {
  const command = withPaging(
    conversion.command('list').description('conversions, those that came last first'),
  )
    .option('--affiliate <id>', 'only those of this affiliate')
    .option(PROGRAMME, 'only those of this programme')
    .option('--status <status>', 'PENDING, APPROVED or CANCELLED')
    .option('--code <code>', 'only those that earn nothing for this reason')
    .option('--from <time>', 'occurred then or later')
    .option('--to <time>', 'occurred before then')
    .option('--search <text>', 'a whole external id, order or customer');
  handle<List>(
    command,
    ['bursar conversion list --code duplicate_order', 'bursar conversion list --search ord-17'],
    async ({ out, client }, { affiliate, programme, search, ...rest }) => {
      const api = client();
      const programmeId = await programmeIdOf(api, programme);
      const query = { ...rest, affiliateId: affiliate, programmeId, q: search };
      const answer = await api.get(conversionPage, PATH, { query });
      out.result(
        answer,
        () => conversionTable(answer.conversions, out.style) + moreText(answer.nextCursor),
      );
    },
  );
}

function addShow(conversion: Command): void {
  const command = conversion
    .command('show')
    .description('one conversion with all that was decided, given back and earned')
    .argument('<conversion>', 'its id');
  handle(
    command,
    ['bursar conversion show cnv_…'],
    async ({ out, client }, _options, [id = '']) => {
      const answer = await client().get(oneConversion, pathOf(id));
      out.result(answer, () => conversionCard(answer, out.style));
    },
  );
}

interface Refund extends Idempotency {
  readonly externalId: string;
  readonly amount?: string;
  readonly at?: string;
  readonly reason?: string;
  readonly chargeback?: boolean;
  readonly yes?: boolean;
}

function addRefund(conversion: Command): void {
  const command = withYes(
    withIdempotency(
      conversion
        .command('refund')
        .description('note that the customer got money back; what was earned by it is taken back')
        .argument('<conversion>', 'its id'),
    )
      .requiredOption('--external-id <id>', 'your own id of the refund; it counts once')
      .option('--amount <amount>', 'in major units; all that is left, where none is given')
      .option('--at <time>', 'when it was; now, unless told')
      .option('--chargeback', 'the customer’s bank took it back')
      .option('--reason <text>', 'why'),
  );
  handle<Refund>(
    command,
    ['bursar conversion refund cnv_… --external-id re-1 --amount 10.00 --yes'],
    async (session, options, [id = '']) => {
      const { out, client } = session;
      const { externalId, amount, at, reason, chargeback } = options;
      const { conversion } = await client().get(oneConversion, pathOf(id));
      const { currency } = conversion;
      const minor = amount === undefined ? undefined : minorUnitsOf(amount, currency);
      const what = minor === undefined ? 'all that is left' : moneyOf(minor, currency);
      await confirmMoney(session, options.yes, `Take back ${what} of ${conversion.externalId}?`);
      const answer = await client().post(reversed, `${pathOf(id)}/reversals`, {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: {
          externalId,
          kind: chargeback === true ? 'chargeback' : 'refund',
          ...(minor !== undefined && { amount: minor }),
          ...(at !== undefined && { occurredAt: at }),
          ...(reason !== undefined && { reason }),
        },
      });
      out.result(
        answer,
        () => `${moneyOf(answer.reversal.amount, currency)} noted: bursar conversion show ${id}`,
      );
    },
  );
}
