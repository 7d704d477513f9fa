import type { Reconciliation, ReconciliationDetails, Report } from '../answers/reconciliations.ts';
import { moneyOf } from '../money.ts';
import { caseTable } from './render-case.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** A page of reconciliations, one a line. */
export function reconciliationTable(rows: readonly Reconciliation[], style: Style): string {
  if (rows.length === 0) return 'No reconciliations.';
  return table(
    [
      { title: 'ID' },
      { title: 'PROVIDER' },
      { title: 'DAY' },
      { title: 'STATE' },
      { title: 'MATCHED', right: true },
      { title: 'DIFFERENT', right: true },
      { title: 'BEGUN' },
    ],
    rows.map((row) => [
      row.id,
      row.provider,
      row.day,
      runState(row.status, style),
      String(row.matched),
      String(differencesOf(row)),
      row.createdAt,
    ]),
    style.dim,
  );
}

/** One reconciliation: how it stands, and what it has found once it is done. */
export function reconciliationCard(details: ReconciliationDetails, style: Style): string {
  const { reconciliation, report, cases, workflowId } = details;
  const head = pairs([
    ['reconciliation', reconciliation.id],
    ['state', runState(reconciliation.status, style)],
    ...(reconciliation.failure === null ? [] : [['failure', reconciliation.failure] as const]),
    ['what', `${reconciliation.provider}, ${reconciliation.day}`],
    ['begun', `${reconciliation.createdAt} by ${reconciliation.requestedBy}`],
    ['finished', reconciliation.finishedAt ?? '-'],
    ...(report === null
      ? []
      : ([
          ['matched', String(reconciliation.matched)],
          ['different', String(differencesOf(reconciliation))],
          ['healed', healedText(report)],
        ] as const)),
    ['workflow', workflowId],
  ]);
  return [
    head,
    ...(report === null ? [] : reportParts(report, style)),
    ...(cases.length === 0 ? [] : [caseTable(cases, style)]),
  ].join('\n\n');
}

/** The tables of a report, without those that have no row. */
function reportParts({ comparisons, balances, cases, notes }: Report, style: Style): string[] {
  const left = Object.entries(cases.left).map(([kind, count]) => `${count} more of ${kind}`);
  const said = [...notes, ...(left.length === 0 ? [] : [`No case for ${left.join(', ')}.`])];
  return [
    ...(comparisons.length === 0 ? [] : [comparisonTable(comparisons, style)]),
    ...(balances.length === 0 ? [] : [balanceTable(balances, style)]),
    ...(said.length === 0 ? [] : [said.map((line) => `note  ${line}`).join('\n')]),
  ];
}

const comparisonTable = (rows: Report['comparisons'], style: Style): string =>
  table(
    [
      { title: 'COMPARED' },
      { title: 'PAYMENTS', right: true },
      { title: 'OURS', right: true },
      { title: 'THEIRS', right: true },
    ],
    rows.map(({ comparison, currency, count, ours, theirs }) => [
      comparison,
      String(count),
      moneyOf(ours, currency),
      moneyOf(theirs, currency),
    ]),
    style.dim,
  );

const balanceTable = (rows: Report['balances'], style: Style): string =>
  table(
    [
      { title: 'BALANCE', right: true },
      { title: 'EXPECTED FROM', right: true },
      { title: 'TO', right: true },
      { title: 'DIFFERENCE', right: true },
    ],
    rows.map(({ currency, balance, expectedLow, expectedHigh, difference }) => {
      const shown = (amount: number | null) => (amount === null ? '-' : moneyOf(amount, currency));
      const off = shown(difference);
      return [
        shown(balance),
        shown(expectedLow),
        shown(expectedHigh),
        difference !== null && difference < 0 ? style.bad(off) : off,
      ];
    }),
    style.dim,
  );

function healedText({ healed }: Report): string {
  const steps = Object.entries(healed.steps).map(([step, count]) => `${count} ${step}`);
  return steps.length === 0 ? String(healed.count) : `${healed.count}: ${steps.join(', ')}`;
}

const differencesOf = (row: Reconciliation): number =>
  row.missingThere + row.missingHere + row.amountDiffers + row.statusDiffers;

function runState(status: string, style: Style): string {
  if (status === 'DONE') return style.good(status);
  return status === 'FAILED' ? style.bad(status) : style.accent(status);
}
