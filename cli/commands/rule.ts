import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { addedVersion, oneRule, rulePage, triedRule } from '../answers/rules.ts';
import { usageError } from '../errors.ts';
import { idempotencyKey } from '../idempotency.ts';
import {
  moreText,
  withIdempotency,
  withPaging,
  type Idempotency,
  type Paging,
} from '../options.ts';
import { ruleCard, ruleTable, triedText, versionCard } from '../output/render-rule.ts';
import { PROGRAMME, programmeIdOf } from '../programme-id.ts';
import { handle } from '../session.ts';

const PATH = '/api/disbursement/rules';

/** `bursar rule`: by which terms a programme, a group or an affiliate earns and is paid. */
export function addRule(program: Command): void {
  const rule = program.command('rule').description('by which terms affiliates earn and are paid');
  addAdd(rule);
  addList(rule);
  addShow(rule);
  addDryRun(rule);
}

/** The body of a call as it stands in a file. */
function readBody(file: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usageError(`${file} is not a JSON file that can be read.`, why);
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  throw usageError(
    `${file} holds no JSON object.`,
    'See docs/rules.md for what a rule looks like.',
  );
}

const withFile = (command: Command): Command =>
  command.argument('<file>', 'a JSON file with the target, the span and the terms');

function addAdd(rule: Command): void {
  const command = withIdempotency(
    withFile(
      rule.command('add').description('add a version; one without an end ends where it begins'),
    ),
  );
  handle<Idempotency>(
    command,
    ['bursar rule add tiers.json'],
    async ({ out, client }, options, [file = '']) => {
      const answer = await client().post(addedVersion, PATH, {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: readBody(file),
      });
      out.result(
        answer,
        () => `${ruleCard(answer.rule)}\n\n${versionCard(answer.version, out.style)}`,
      );
    },
  );
}

interface Filter extends Paging {
  readonly programme?: string;
  readonly affiliate?: string;
  readonly group?: string;
}

function addList(rule: Command): void {
  const command = withPaging(
    rule.command('list').description('rules with the newest version of each'),
  )
    .option(PROGRAMME, 'only those of this programme')
    .option('--affiliate <id>', 'only those of this affiliate')
    .option('--group <name>', 'only those of this group');
  handle<Filter>(
    command,
    ['bursar rule list', 'bursar rule list --group gold'],
    async ({ out, client }, { programme, affiliate, group, ...paging }) => {
      const api = client();
      const query = {
        ...paging,
        programmeId: await programmeIdOf(api, programme),
        affiliateId: affiliate,
        groupName: group,
      };
      const answer = await api.get(rulePage, PATH, { query });
      out.result(answer, () => ruleTable(answer.rules, out.style) + moreText(answer.nextCursor));
    },
  );
}

function addShow(rule: Command): void {
  const command = rule
    .command('show')
    .description('a rule with all of its versions, newest first')
    .argument('<id>', 'the rule');
  handle(command, ['bursar rule show rul_…'], async ({ out, client }, _options, [id = '']) => {
    const answer = await client().get(oneRule, `${PATH}/${encodeURIComponent(id)}`);
    out.result(answer, () =>
      [
        ruleCard(answer.rule),
        ...answer.versions.map((version) => versionCard(version, out.style)),
      ].join('\n\n'),
    );
  });
}

function addDryRun(rule: Command): void {
  const command = withFile(
    rule
      .command('dry-run')
      .description('what a past period would have come to with this version; changes nothing'),
  )
    .requiredOption('--from <day>', 'the first day of the period')
    .requiredOption('--to <day>', 'the day after the last');
  handle<{ readonly from: string; readonly to: string }>(
    command,
    ['bursar rule dry-run tiers.json --from 2026-03-01 --to 2026-04-01'],
    async ({ out, client }, { from, to }, [file = '']) => {
      const body = { ...readBody(file), from, to };
      const answer = await client().post(triedRule, `${PATH}/dry-run`, { body });
      out.result(answer, () => triedText(answer, out.style));
    },
  );
}
