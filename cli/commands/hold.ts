import { Option, type Command } from 'commander';
import { holdPage, oneHold } from '../answers/holds.ts';
import { idempotencyKey } from '../idempotency.ts';
import {
  moreText,
  withIdempotency,
  withPaging,
  type Idempotency,
  type Paging,
} from '../options.ts';
import { holdTable } from '../output/render-hold.ts';
import { handle } from '../session.ts';

const PATH = '/api/disbursement/holds';

/** `bursar hold`: who and what is not paid for now. */
export function addHold(program: Command): void {
  const hold = program.command('hold').description('who and what is not paid for now');
  addPlace(hold);
  addList(hold);
  addRelease(hold);
}

/** What an id names, by its prefix; the API refuses the others. */
const subjectOf = (id: string): string =>
  id.startsWith('com_') ? 'commission' : id.startsWith('pay_') ? 'payment' : 'payee';

interface Place extends Idempotency {
  readonly reason: string;
  readonly owner?: string;
  readonly until?: string;
  readonly risk?: boolean;
}

function addPlace(hold: Command): void {
  const command = withIdempotency(
    hold
      .command('place')
      .description('put an affiliate, a commission or a payment on hold')
      .argument('<id>', 'of the affiliate, the commission or the payment'),
  )
    .requiredOption('--reason <text>', 'why')
    .option('--owner <who>', 'who sees to it')
    .option('--until <time>', 'when it ends by itself')
    .option('--risk', 'because of a risk');
  handle<Place>(
    command,
    [
      'bursar hold place aff_… --reason "asks for another account" --owner ana@shop.example',
      'bursar hold place pay_… --reason "wrong amount" --until 2026-12-01',
    ],
    async ({ out, client }, { reason, owner, until, risk, ...options }, [id = '']) => {
      const answer = await client().post(oneHold, PATH, {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: {
          subject: subjectOf(id),
          id,
          reason,
          kind: risk === true ? 'risk' : 'manual',
          ...(owner && { owner }),
          ...(until && { expiresAt: until }),
        },
      });
      out.result(answer, () => holdTable([answer.hold], out.style));
    },
  );
}

interface Filter extends Paging {
  readonly on?: string;
  readonly kind?: string;
  readonly all?: boolean;
}

function addList(hold: Command): void {
  const command = withPaging(hold.command('list').description('what is on hold, newest first'))
    .option('--on <id>', 'only holds of this affiliate, commission or payment')
    .addOption(
      new Option('--kind <kind>', 'only this kind').choices(['manual', 'risk', 'payment_failed']),
    )
    .option('--all', 'released ones too');
  handle<Filter>(
    command,
    ['bursar hold list', 'bursar hold list --on aff_… --all --json'],
    async ({ out, client }, { on, all, ...query }) => {
      const answer = await client().get(holdPage, PATH, {
        query: { ...query, id: on, active: all === true ? undefined : 'true' },
      });
      out.result(answer, () => holdTable(answer.holds, out.style) + moreText(answer.nextCursor));
    },
  );
}

function addRelease(hold: Command): void {
  const command = withIdempotency(
    hold
      .command('release')
      .description('release a hold; what waited for it goes on')
      .argument('<hold>', 'the hold'),
  ).requiredOption('--reason <text>', 'why');
  handle<Idempotency & { readonly reason: string }>(
    command,
    ['bursar hold release hld_… --reason "the account is right"'],
    async ({ out, client }, { reason, ...options }, [id = '']) => {
      const answer = await client().post(oneHold, `${PATH}/${encodeURIComponent(id)}/release`, {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: { reason },
      });
      out.result(answer, () => holdTable([answer.hold], out.style));
    },
  );
}
