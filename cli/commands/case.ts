import { Option, type Command } from 'commander';
import { CASE_KINDS } from '../../domain/case.ts';
import { casePage, oneCase } from '../answers/cases.ts';
import { usageError } from '../errors.ts';
import { moreText, withPaging, type Paging } from '../options.ts';
import { caseCard, caseTable } from '../output/render-case.ts';
import { handle, type Session } from '../session.ts';

/** `bursar case`: what a person must look at. */
export function addCase(program: Command): void {
  const cases = program.command('case').description('what a person must look at, and its outcome');
  addList(cases);
  addShow(cases);
  addAssign(cases);
  addNote(cases);
  addResolve(cases);
}

const PATH = '/api/disbursement/cases';

const pathOf = (id: string, rest = '') => `${PATH}/${encodeURIComponent(id)}${rest}`;

const one = (cases: Command, name: string, description: string): Command =>
  cases.command(name).description(description).argument('<id>', 'the case');

interface Filter extends Paging {
  readonly status?: string;
  readonly kind?: string;
  readonly provider?: string;
  readonly owner?: string;
  readonly batch?: string;
  readonly payment?: string;
}

function addList(cases: Command): void {
  const command = withPaging(cases.command('list').description('cases, newest first'))
    .addOption(new Option('--status <state>', 'only these').choices(['open', 'resolved']))
    .addOption(new Option('--kind <kind>', 'only this kind').choices(CASE_KINDS))
    .option('--provider <name>', 'only those of this provider')
    .option('--owner <who>', 'only those of this one; none: those that nobody looks after')
    .option('--batch <id>', 'only what concerns this batch')
    .option('--payment <id>', 'only what concerns this payment');
  handle<Filter>(
    command,
    ['bursar case list --status open', 'bursar case list --kind halted --json'],
    async ({ out, client }, { status, batch, payment, ...query }) => {
      const answer = await client().get(casePage, PATH, {
        query: { ...query, status: status?.toUpperCase(), batchId: batch, paymentId: payment },
      });
      out.result(answer, () => caseTable(answer.cases, out.style) + moreText(answer.nextCursor));
    },
  );
}

function addShow(cases: Command): void {
  handle(
    one(cases, 'show', 'one case'),
    ['bursar case show cas_…'],
    async ({ out, client }, _options, [id = '']) => {
      const answer = await client().get(oneCase, pathOf(id));
      out.result(answer, () => caseCard(answer.case, out.style));
    },
  );
}

interface Assignment {
  readonly owner?: string;
  readonly none?: boolean;
}

function addAssign(cases: Command): void {
  const command = one(cases, 'assign', 'say who looks after a case, or that nobody does')
    .option('--owner <who>', 'who looks after it from now on')
    .option('--none', 'nobody does');
  handle<Assignment>(
    command,
    ['bursar case assign cas_… --owner ana@shop.example', 'bursar case assign cas_… --none'],
    (session, given, [id = '']) => step(session, id, '/assign', { owner: ownerOf(given) }),
  );
}

function ownerOf({ owner, none }: Assignment): string | null {
  if ((owner === undefined) === (none !== true)) {
    throw usageError('Say who looks after it, or that nobody does.', 'Give --owner or --none.');
  }
  return owner ?? null;
}

function addNote(cases: Command): void {
  const command = one(cases, 'note', 'write down what was found out');
  command.requiredOption('--text <text>', 'the note; earlier ones stay in the audit log');
  handle<{ readonly text: string }>(
    command,
    ['bursar case note cas_… --text "asked the provider, ticket 4711"'],
    (session, { text }, [id = '']) => step(session, id, '/note', { note: text }),
  );
}

function addResolve(cases: Command): void {
  const command = one(cases, 'resolve', 'close a case; no payment changes by it');
  command.requiredOption('--resolution <text>', 'how it ended');
  handle<{ readonly resolution: string }>(
    command,
    ['bursar case resolve cas_… --resolution "the provider paid it twice and took one back"'],
    (session, { resolution }, [id = '']) => step(session, id, '/resolve', { resolution }),
  );
}

/** Does one step with a case, and shows it as it is then. */
async function step({ out, client }: Session, id: string, rest: string, body: unknown) {
  const answer = await client().post(oneCase, pathOf(id, rest), { body });
  out.result(answer, () => caseCard(answer.case, out.style));
}
