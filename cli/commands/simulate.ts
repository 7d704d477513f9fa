import type { Command } from 'commander';
import { z } from 'zod';
import { startHint } from '../connection.ts';
import { CliError, usageError } from '../errors.ts';
import { probability, wholeNumber } from '../options.ts';
import { detailsText } from '../output/render-payment.ts';
import { handle, type Session } from '../session.ts';
import { makeSimulatorClient, type FaultRule } from '../simulator-client.ts';

/** Faults by the names that people know them by, beside the simulator's own names. */
const COMMON: Readonly<Record<string, FaultRule>> = {
  timeout: { effect: 'accept_then_hang', ms: 30_000 },
  'lost-answer': { effect: 'accept_then_reset' },
  '429': { effect: 'rate_limit', perSecond: 20 },
  '500': { effect: 'accept_then_status', status: 500 },
  'duplicate-webhook': { effect: 'webhook_duplicate', n: 2 },
  'late-webhook': { effect: 'webhook_delay', ms: 10_000 },
  'lost-webhook': { effect: 'webhook_drop' },
  'insufficient-balance': { effect: 'reject', code: 'insufficient_balance' },
};

interface Simulate {
  readonly probability?: number;
  readonly ms?: number;
  readonly status?: number;
  readonly code?: string;
  readonly n?: number;
  readonly perSecond?: number;
  readonly operation?: string;
  readonly reference?: string;
  readonly recipient?: string;
  readonly seed?: number;
  readonly add?: boolean;
}

/** `bursar simulate`: makes the provider simulator misbehave. */
export function addSimulate(program: Command): void {
  const command = program
    .command('simulate')
    .description('make the provider simulator misbehave; `off` ends it, `list` shows what is on')
    .argument(
      '<effect>',
      `${Object.keys(COMMON).join(', ')}, any effect of simulator/README.md, list, off`,
    )
    .option('--probability <p>', 'how often, above 0 and at most 1', probability)
    .option('--ms <n>', 'how long, for effects that take time', wholeNumber)
    .option('--status <n>', 'the HTTP status, for effects that answer one', wholeNumber)
    .option('--code <code>', "the failure in the provider's words, for reject and fail-after")
    .option('--n <n>', 'how many, for webhook-duplicate', wholeNumber)
    .option('--per-second <n>', 'how many, for rate-limit', wholeNumber)
    .option('--operation <name>', 'only submit, lookup, cancel, balance, accounts or webhook')
    .option('--reference <reference>', 'only this payment; may end in *')
    .option('--recipient <account>', 'only this account; may end in *')
    .option('--seed <n>', 'the same seed gives the same faults', wholeNumber)
    .option('--add', 'keep the faults that are on');
  handle<Simulate>(
    command,
    [
      'bursar simulate timeout --probability 0.3',
      'bursar simulate reject --code account_closed --recipient acct-maya-tran',
      'bursar simulate duplicate-webhook --add',
      'bursar simulate off',
    ],
    simulate,
  );
}

async function simulate(
  session: Session,
  options: Simulate,
  [effect = '']: readonly string[],
): Promise<void> {
  const { out } = session;
  const url = session.stack?.simulatorUrl;
  if (!url) {
    throw new CliError('There is no simulator to talk to.', {
      why: [`No stack runs on ${session.dataDir}.`],
      next: [startHint(session.dataGiven ? session.dataDir : undefined)],
      code: 'not_connected',
    });
  }
  const simulator = makeSimulatorClient(url);
  if (effect === 'list') {
    const on = await simulator.faults();
    out.result(on, () => rulesText(on.rules));
    return;
  }
  const kept = options.add === true ? (await simulator.faults()).rules.map(ruleOf) : [];
  const rules = effect === 'off' ? [] : [...kept, makeRule(effect, options)];
  const on = await simulator.setFaults(rules, options.seed);
  out.result(on, () => rulesText(on.rules));
}

function makeRule(effect: string, given: Simulate): FaultRule {
  if (!/^[a-z0-9_-]+$/i.test(effect)) {
    throw usageError(`${effect} is not an effect.`, 'bursar simulate --help');
  }
  const { probability: p, operation, reference, recipient, ms, status, code, n, perSecond } = given;
  const when = defined({ operation, reference, recipient });
  const known = COMMON[effect] ?? { effect: effect.replaceAll('-', '_') };
  return {
    when,
    ...(p === undefined ? {} : { probability: p }),
    ...known,
    ...defined({ ms, status, code, n, perSecond }),
  };
}

const defined = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** A rule as it was given, without the counts that the simulator adds. */
function ruleOf({ matched, hits, ...rule }: Readonly<Record<string, unknown>>): FaultRule {
  void matched;
  void hits;
  return rule as FaultRule;
}

const rulesText = (rules: readonly Readonly<Record<string, unknown>>[]): string =>
  rules.length === 0 ? 'The simulator behaves.' : rules.map(ruleText).join('\n');

const shownRule = z.looseObject({
  effect: z.looseObject({ type: z.string() }),
  when: z.looseObject({}).default({}),
  probability: z.number().default(1),
  matched: z.int().optional(),
  hits: z.int().optional(),
});

/** A rule on one line: what happens, how often, to what, and how often it has. */
function ruleText(rule: unknown): string {
  const { effect, when, probability: p, matched, hits } = shownRule.parse(rule);
  const { type, ...parameters } = effect;
  const parts = [type, detailsText(parameters), p < 1 ? `in ${p * 100}% of cases` : 'always'];
  const scope = detailsText(when);
  const seen = matched === undefined ? '' : `so far ${hits ?? 0} of ${matched}`;
  return [...parts, scope === '' ? '' : `where ${scope}`, seen]
    .filter((part) => part !== '')
    .join('  ');
}
