import type { Command } from 'commander';
import { approvalRuleList, gone, oneApprovalRule } from '../answers/approvals.ts';
import { usageError } from '../errors.ts';
import { idempotencyKey } from '../idempotency.ts';
import { withIdempotency, type Idempotency } from '../options.ts';
import { renderApprovalRules } from '../output/render-approvals.ts';
import { handle } from '../session.ts';

const PATH = '/api/disbursement/approval-rules';

interface Content {
  readonly name?: string;
  readonly step?: readonly string[];
  readonly where?: string;
  readonly ordered?: boolean;
  readonly expiresAfter?: string;
  readonly escalateAfter?: string;
  readonly enable?: boolean;
  readonly disable?: boolean;
}

/** `bursar approval-rule`: which batches need whose approval. */
export function addApprovalRule(program: Command): void {
  const rule = program
    .command('approval-rule')
    .description('say which batches need whose approval');
  addList(rule);
  addAdd(rule);
  addChange(rule);
  addRemove(rule);
}

function addList(rule: Command): void {
  handle(
    rule.command('list').description('all approval rules'),
    ['bursar approval-rule list'],
    async ({ out, client }) => {
      const answer = await client().get(approvalRuleList, PATH);
      out.result(answer, () => renderApprovalRules(answer.approvalRules, out.style));
    },
  );
}

const withContent = (command: Command): Command =>
  command
    .option('--step <role:count...>', 'so many people of that role or above, like manager:2')
    .option('--where <json>', 'conditions, like \'{"totalAtLeastMinor": 500000}\'')
    .option('--ordered', 'one step after the other')
    .option('--expires-after <minutes>', 'cancel the batch if it is not approved by then')
    .option('--escalate-after <minutes>', 'tell more people if it is not approved by then');

function addAdd(rule: Command): void {
  handle<Content & Idempotency>(
    withIdempotency(
      withContent(
        rule.command('add').description('make an approval rule').argument('<name>', 'its name'),
      ),
    ),
    [
      'bursar approval-rule add "Large batches" --step manager:1 admin:1 --where \'{"totalAtLeastMinor": 500000}\'',
    ],
    async ({ out, client }, options, [name = '']) => {
      const answer = await client().post(oneApprovalRule, PATH, {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: { ...bodyOf(options), name },
      });
      out.result(answer, () => renderApprovalRules([answer.approvalRule], out.style));
    },
  );
}

function addChange(rule: Command): void {
  handle<Content>(
    withContent(
      rule
        .command('change')
        .description('change an approval rule; what is left out stays')
        .argument('<id>', 'the rule'),
    )
      .option('--name <name>', 'another name')
      .option('--enable', 'switch it on')
      .option('--disable', 'switch it off'),
    ['bursar approval-rule change arl_… --disable'],
    async ({ out, client }, options, [id = '']) => {
      const { name, enable, disable } = options;
      const body = {
        ...bodyOf(options),
        ...(name !== undefined && { name }),
        ...((enable ?? disable) && { enabled: enable === true }),
      };
      const answer = await client().patch(oneApprovalRule, `${PATH}/${encodeURIComponent(id)}`, {
        body,
      });
      out.result(answer, () => renderApprovalRules([answer.approvalRule], out.style));
    },
  );
}

function addRemove(rule: Command): void {
  handle(
    rule.command('remove').description('delete an approval rule').argument('<id>', 'the rule'),
    ['bursar approval-rule remove arl_…'],
    async ({ out, client }, _options, [id = '']) => {
      const answer = await client().delete(gone, `${PATH}/${encodeURIComponent(id)}`);
      out.result(
        answer,
        () => `${id} is gone; what it asked of batches that are there stays asked.`,
      );
    },
  );
}

const bodyOf = ({ step, where, ordered, expiresAfter, escalateAfter }: Content) => ({
  ...(step !== undefined && { steps: step.map(stepOf) }),
  ...(where !== undefined && { conditions: jsonOf(where) }),
  ...(ordered !== undefined && { ordered }),
  ...(expiresAfter !== undefined && { expiresAfterMinutes: Number(expiresAfter) }),
  ...(escalateAfter !== undefined && { escalateAfterMinutes: Number(escalateAfter) }),
});

function stepOf(typed: string): { role: string; count: number } {
  const [role = '', count = '1'] = typed.split(':');
  return { role, count: Number(count) };
}

function jsonOf(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    throw usageError('--where is no JSON.', 'Write it like \'{"paymentsAtLeast": 100}\'.');
  }
}
