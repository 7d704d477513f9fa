import { Option, type Command } from 'commander';
import { RISK_LEVELS, RISK_RULES } from '../../domain/risk/rule.ts';
import { oneRiskEvent, riskEventPage } from '../answers/risks.ts';
import { usageError } from '../errors.ts';
import { moreText, withPaging, type Paging } from '../options.ts';
import { riskCard, riskTable } from '../output/render-risk.ts';
import { handle, type Session } from '../session.ts';

const PATH = '/api/disbursement/risk-events';

const pathOf = (id: string, rest = '') => `${PATH}/${encodeURIComponent(id)}${rest}`;

/** `bursar risk`: what the rules of suspicious activity found. */
export function addRisk(program: Command): void {
  const risk = program.command('risk').description('what looks suspicious, and what became of it');
  addList(risk);
  addShow(risk);
  addAssign(risk);
  addResolve(risk);
}

const one = (risk: Command, name: string, description: string): Command =>
  risk.command(name).description(description).argument('<id>', 'the risk event');

interface Filter extends Paging {
  readonly status?: string;
  readonly level?: string;
  readonly rule?: string;
  readonly actor?: string;
  readonly owner?: string;
  readonly batch?: string;
  readonly affiliate?: string;
}

function addList(risk: Command): void {
  const command = withPaging(risk.command('list').description('risk events, newest first'))
    .addOption(new Option('--status <state>', 'only these').choices(['open', 'resolved']))
    .addOption(new Option('--level <level>', 'only of this level').choices(RISK_LEVELS))
    .addOption(new Option('--rule <rule>', 'only of this rule').choices(RISK_RULES))
    .option('--actor <who>', 'only about this one')
    .option('--owner <who>', 'only those of this one; none: those that nobody looks after')
    .option('--batch <id>', 'only about this batch')
    .option('--affiliate <id>', 'only about this affiliate');
  handle<Filter>(
    command,
    ['bursar risk list --status open', 'bursar risk list --level high --json'],
    async ({ out, client }, { status, batch, affiliate, ...query }) => {
      const answer = await client().get(riskEventPage, PATH, {
        query: { ...query, status: status?.toUpperCase(), batchId: batch, payeeId: affiliate },
      });
      out.result(
        answer,
        () => riskTable(answer.riskEvents, out.style) + moreText(answer.nextCursor),
      );
    },
  );
}

function addShow(risk: Command): void {
  handle(
    one(risk, 'show', 'one risk event'),
    ['bursar risk show rsk_…'],
    async ({ out, client }, _options, [id = '']) => {
      const answer = await client().get(oneRiskEvent, pathOf(id));
      out.result(answer, () => riskCard(answer.riskEvent, out.style));
    },
  );
}

interface Assignment {
  readonly owner?: string;
  readonly none?: boolean;
}

function addAssign(risk: Command): void {
  const command = one(risk, 'assign', 'say who looks after a risk event, or that nobody does')
    .option('--owner <who>', 'who looks after it from now on')
    .option('--none', 'nobody does');
  handle<Assignment>(
    command,
    ['bursar risk assign rsk_… --owner ana@shop.example', 'bursar risk assign rsk_… --none'],
    (session, { owner, none }, [id = '']) => {
      if ((owner === undefined) === (none !== true)) {
        throw usageError('Say who looks after it, or that nobody does.', 'Give --owner or --none.');
      }
      return step(session, id, '/assign', { owner: owner ?? null });
    },
  );
}

interface Resolution {
  readonly as: string;
  readonly reason: string;
}

function addResolve(risk: Command): void {
  const command = one(risk, 'resolve', 'decide about a risk event; what it held goes on, or ends')
    .addOption(
      new Option('--as <resolution>', 'how it is judged')
        .choices(['false_alarm', 'confirmed', 'accepted'])
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'why');
  handle<Resolution>(
    command,
    [
      'bursar risk resolve rsk_… --as false_alarm --reason "called the affiliate"',
      'bursar risk resolve rsk_… --as confirmed --reason "the account is a stranger\'s"',
    ],
    (session, { as: resolution, reason }, [id = '']) =>
      step(session, id, '/resolve', { resolution, reason }),
  );
}

/** Does one step with a risk event, and shows it as it is then. */
async function step({ out, client }: Session, id: string, rest: string, body: unknown) {
  const answer = await client().post(oneRiskEvent, pathOf(id, rest), { body });
  out.result(answer, () => riskCard(answer.riskEvent, out.style));
}
