import { writeFileSync } from 'node:fs';
import { summarise, type Figure, type Summary } from './figure.ts';
import type { Machine } from './machine.ts';

const HEADINGS = ['', 'measured', 'reference', 'ratio', 'goal', ''] as const;

/** Prints all figures as one table, a heading for each suite, below what they were measured on. */
export function printReport(machine: Machine, loadAtEnd: number, figures: readonly Figure[]): void {
  console.log(`\n${machineLines(machine, loadAtEnd).join('\n')}`);
  const summaries = figures.map(summarise);
  const rows = [HEADINGS, ...summaries.map(toCells)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  console.log(`\n${line(HEADINGS)}`);
  let suite = '';
  for (const summary of summaries) {
    if (summary.suite !== suite) console.log((suite = summary.suite));
    console.log(line(toCells(summary)));
  }
  console.log(`\n${verdict(summaries)}`);
}

function verdict(summaries: readonly Summary[]): string {
  const judged = summaries.filter(({ met }) => met !== null);
  const missed = judged.filter(({ met }) => met === false).length;
  if (judged.length === 0)
    return 'No goal was judged: these sizes are smaller than the goals are for.';
  return missed === 0
    ? `All ${judged.length} goals are met.`
    : `${missed} of ${judged.length} goals missed.`;
}

/** Writes every round of every figure, with its summary and what it was measured on. */
export function writeReport(
  file: string,
  machine: Machine,
  loadAtEnd: number,
  figures: readonly Figure[],
  details: unknown,
): void {
  const content = {
    machine: { ...machine, loadAtEnd },
    at: new Date().toISOString(),
    figures: figures.map((figure) => ({ ...summarise(figure), rounds: figure })),
    details,
  };
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

function toCells({ name, unit, value, reference, referenceWhat, ratio, goal, met }: Summary) {
  return [
    `  ${name}`,
    `${round(value)} ${unit}`,
    reference === null ? '' : `${referenceWhat} ${round(reference)}`,
    ratio === null ? '' : ratio.toFixed(2),
    goalText(goal),
    met === null ? '' : met ? 'met' : 'MISSED',
  ];
}

function goalText(goal: Summary['goal']): string {
  if (!goal) return '';
  const of = goal.of === 'ratio' ? 'ratio ' : '';
  return goal.atLeast === undefined ? `${of}<= ${goal.atMost}` : `${of}>= ${goal.atLeast}`;
}

/** Three digits that count, and whole numbers from there on. */
function round(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en-US')
    : Number(value.toPrecision(3)).toString();
}

const machineLines = (machine: Machine, loadAtEnd: number): string[] => [
  `${machine.cpus} CPUs (${machine.cpuModel}), ${machine.memoryGiB} GiB, ${machine.platform}`,
  `load ${machine.loadAtStart.toFixed(2)} before, ${loadAtEnd.toFixed(2)} after; figures of a busy machine say little`,
  `bursar ${machine.bursar}, node ${machine.node}, postgres ${machine.postgres}, temporal ${machine.temporalServer}, sdk ${machine.temporalSdk}`,
];
