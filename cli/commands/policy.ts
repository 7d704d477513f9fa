import type { Command } from 'commander';
import { policyAnswer, ratesAnswer, type Policy } from '../answers/approvals.ts';
import { moneyOf, minorUnitsOf } from '../money.ts';
import { table } from '../output/table.ts';
import { handle } from '../session.ts';

const PATH = '/api/admin/security-policy';
const RATES = '/api/admin/currency-rates';

/** `bursar policy`: how careful this installation is. */
export function addPolicy(program: Command): void {
  const policy = program.command('policy').description('how careful this installation is');
  addShow(policy);
  addSet(policy);
}

/** `bursar rate`: what currencies are worth where amounts are compared. */
export function addRate(program: Command): void {
  const rate = program
    .command('rate')
    .description('what currencies are worth where amounts are compared');
  addRateSet(rate);
}

function addShow(policy: Command): void {
  handle(
    policy.command('show').description('the policy as it is'),
    ['bursar policy show'],
    async ({ out, client }) => {
      const answer = await client().get(policyAnswer, PATH);
      out.result(answer, () => rendered(answer.policy));
    },
  );
}

interface Change {
  readonly highValue?: string;
  readonly secondApproverFactor?: string;
  readonly undoWindow?: string;
  readonly accountCooldown?: string;
}

function addSet(policy: Command): void {
  handle<Change>(
    policy
      .command('set')
      .description('change the policy; what is left out stays')
      .option('--high-value <amount>', 'from this on an administrator approves; in major units')
      .option('--second-approver-factor <n>', 'beyond so many times that, two do')
      .option('--undo-window <seconds>', 'between the last approval and the first send')
      .option('--account-cooldown <hours>', 'so long a changed account is not paid'),
    ['bursar policy set --high-value 5000.00', 'bursar policy set --undo-window 300'],
    async ({ out, client }, options, _ids) => {
      const { policy: now } = await client().get(policyAnswer, PATH);
      const { highValue, secondApproverFactor, undoWindow, accountCooldown } = options;
      const body = {
        version: now.version,
        ...(highValue !== undefined && {
          highValueAmount: minorUnitsOf(highValue, now.baseCurrency),
        }),
        ...(secondApproverFactor !== undefined && {
          secondApproverFactor: Number(secondApproverFactor),
        }),
        ...(undoWindow !== undefined && { undoWindowSeconds: Number(undoWindow) }),
        ...(accountCooldown !== undefined && { accountCooldownHours: Number(accountCooldown) }),
      };
      const answer = await client().put(policyAnswer, PATH, { body });
      out.result(answer, () => rendered(answer.policy));
    },
  );
}

function rendered(policy: Policy): string {
  const { baseCurrency, highValueAmount, secondApproverFactor } = policy;
  return [
    `High value: from ${moneyOf(highValueAmount, baseCurrency)} an administrator, beyond ${secondApproverFactor} times that two.`,
    `Undo: ${policy.undoWindowSeconds} s between the last approval and the first send.`,
    `Changed accounts: not paid for ${policy.accountCooldownHours} h.`,
    ...stillHolds(policy),
    `Version ${policy.version}, by ${policy.updatedBy} at ${policy.updatedAt}.`,
  ].join('\n');
}

function stillHolds({ inForce }: Policy): string[] {
  if (!inForce || inForce.fullyFrom === null) return [];
  const { fullyFrom, baseCurrency, highValueAmount, secondApproverFactor } = inForce;
  return [
    `Until ${fullyFrom} still: from ${moneyOf(highValueAmount, baseCurrency)} on, factor ${secondApproverFactor}, undo ${inForce.undoWindowSeconds} s, changed accounts ${inForce.accountCooldownHours} h.`,
  ];
}

function addRateSet(rate: Command): void {
  handle<{ readonly day?: string }>(
    rate
      .command('set')
      .description('set what one unit of a currency is worth in the base currency of the policy')
      .argument('<currency>', 'like EUR')
      .argument('<rate>', 'a decimal, like 1.0834')
      .option('--day <day>', 'from that day on; today unless told'),
    ['bursar rate set EUR 1.0834'],
    async ({ out, client }, { day }, [currency = '', value = '']) => {
      const body = { rates: [{ currency, rate: value, ...(day !== undefined && { day }) }] };
      const answer = await client().put(ratesAnswer, RATES, { body });
      out.result(answer, () =>
        table(
          [{ title: 'CURRENCY' }, { title: 'FROM' }, { title: 'RATE' }],
          answer.rates.map((each) => [
            each.currency,
            each.day,
            `${each.rate} ${each.baseCurrency}`,
          ]),
          out.style.dim,
        ),
      );
    },
  );
}
