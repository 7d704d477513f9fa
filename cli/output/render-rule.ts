import type { Programme, Rule, RuleVersion, TriedRule } from '../answers/rules.ts';
import { moneyOf } from '../money.ts';
import { termsText } from './render-terms.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** Programmes, one a line. */
export function programmeTable(programmes: readonly Programme[], style: Style): string {
  return table(
    [{ title: 'ID' }, { title: 'NAME' }, { title: 'ZONE' }, { title: 'CALCULATES' }, { title: '' }],
    programmes.map((programme) => [
      programme.id,
      programme.externalId,
      programme.zone,
      programme.automatic ? 'by itself' : 'when asked',
      programme.name,
    ]),
    style.dim,
  );
}

const targetText = ({ scope, groupName, affiliateId }: Rule): string =>
  [scope, groupName ?? affiliateId].filter(Boolean).join(' ');

const day = (instant: string): string => instant.replace(/T00:00:00(\.000)?Z$/, '');

const spanText = ({ effectiveFrom, effectiveTo }: RuleVersion): string =>
  `from ${day(effectiveFrom)}${effectiveTo === null ? ' on' : ` to ${day(effectiveTo)}`}`;

/** Rules with their newest versions, one a line. */
export function ruleTable(
  rules: readonly (Rule & { readonly latest: RuleVersion })[],
  style: Style,
): string {
  if (rules.length === 0) return 'No rules.';
  return table(
    [
      { title: 'ID' },
      { title: 'FOR' },
      { title: 'VERSION', right: true },
      { title: 'HOLDS' },
      { title: 'DECIDES' },
    ],
    rules.map((rule) => [
      rule.id,
      targetText(rule),
      String(rule.latest.version),
      spanText(rule.latest),
      Object.keys(rule.latest.terms).join(', '),
    ]),
    style.dim,
  );
}

/** Whom a rule is for. */
export const ruleCard = (rule: Rule): string =>
  pairs([
    ['rule', rule.id],
    ['programme', rule.programmeId],
    ['for', targetText(rule)],
  ]);

/** What a version says. */
export const versionCard = (version: RuleVersion, style: Style): string =>
  [
    style.bold(`version ${version.version}, ${spanText(version)}`),
    ...(version.note === null ? [] : [version.note]),
    termsText(version.terms),
  ].join('\n');

/** What a dry run found: the sums, then the affiliates with the largest differences. */
export function triedText(tried: TriedRule, style: Style): string {
  const { summary, affiliates, notListed } = tried;
  const heading =
    `${summary.conversions} conversions of ${summary.affiliates} affiliates from ${day(tried.from)} to ${day(tried.to)}; ` +
    `the terms from ${day(tried.appliedFrom)}${tried.appliedTo === null ? ' on' : ` to ${day(tried.appliedTo)}`}. Nothing was changed.`;
  if (affiliates.length === 0) return heading;
  const more = notListed === 0 ? '' : `\n\n${notListed} smaller differences are not listed.`;
  return `${heading}\n\n${sumsTable(tried, style)}\n\n${differencesTable(tried, style)}${more}`;
}

const FIGURES = [
  { title: 'NOW', right: true },
  { title: 'PROPOSED', right: true },
  { title: 'DIFFERENCE', right: true },
];

function sumsTable({ summary }: TriedRule, style: Style): string {
  return table(
    [{ title: 'SUM' }, ...FIGURES],
    summary.currencies.flatMap((sum) => {
      const line = (name: string, now: number, proposed: number): string[][] =>
        name !== 'to affiliates' && now === 0 && proposed === 0
          ? []
          : [
              [
                name,
                ...[now, proposed, proposed - now].map((amount) => moneyOf(amount, sum.currency)),
              ],
            ];
      return [
        ...line('to affiliates', sum.nowNet, sum.proposedNet),
        ...line('fees', sum.nowFees, sum.proposedFees),
        ...line('minimum fees', sum.nowMinimumFees, sum.proposedMinimumFees),
      ];
    }),
    style.dim,
  );
}

const differencesTable = ({ affiliates }: TriedRule, style: Style): string =>
  table(
    [{ title: 'AFFILIATE' }, ...FIGURES, { title: 'CONVERSIONS', right: true }],
    affiliates.map((line) => [
      line.affiliateId,
      ...[line.nowNet, line.proposedNet, line.difference].map((amount) =>
        moneyOf(amount, line.currency),
      ),
      String(line.conversions),
    ]),
    style.dim,
  );
