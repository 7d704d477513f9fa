import type { Command } from 'commander';
import { oneProgramme, programmePage } from '../answers/rules.ts';
import { idempotencyKey } from '../idempotency.ts';
import {
  moreText,
  withIdempotency,
  withPaging,
  type Idempotency,
  type Paging,
} from '../options.ts';
import { programmeTable } from '../output/render-rule.ts';
import { handle } from '../session.ts';

const PATH = '/api/disbursement/programmes';

/** `bursar programme`: what affiliates work for. */
export function addProgramme(program: Command): void {
  const programme = program.command('programme').description('what affiliates work for');
  addCreate(programme);
  addList(programme);
}

interface Creation extends Idempotency {
  readonly name: string;
  readonly zone: string;
  readonly manual?: boolean;
}

function addCreate(programme: Command): void {
  const command = withIdempotency(
    programme
      .command('create')
      .description('add a programme')
      .argument('<external-id>', 'your own name for it'),
  )
    .requiredOption('--name <text>', 'how people call it')
    .requiredOption('--zone <zone>', 'in which its days and months begin, like Europe/Berlin')
    .option('--manual', 'conversions become commissions only when that is asked for');
  handle<Creation>(
    command,
    ['bursar programme create main --name "Main programme" --zone Europe/Berlin'],
    async ({ out, client }, options, [externalId = '']) => {
      const { name, zone, manual } = options;
      const answer = await client().post(oneProgramme, PATH, {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: { externalId, name, zone, ...(manual && { automatic: false }) },
      });
      out.result(answer, () => programmeTable([answer.programme], out.style));
    },
  );
}

function addList(programme: Command): void {
  handle<Paging>(
    withPaging(programme.command('list').description('all programmes')),
    ['bursar programme list'],
    async ({ out, client }, paging) => {
      const answer = await client().get(programmePage, PATH, { query: { ...paging } });
      out.result(
        answer,
        () => programmeTable(answer.programmes, out.style) + moreText(answer.nextCursor),
      );
    },
  );
}
