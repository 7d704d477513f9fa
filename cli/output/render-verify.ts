import type { VerifyReport } from '../verify/verify.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** Each invariant with its count of breaches and a few of them. */
export function verifyText(report: VerifyReport, style: Style): string {
  const rows = report.invariants.map(({ id, title, breaches }) => [
    breaches === 0 ? style.good('holds') : style.bad('BROKEN'),
    id,
    String(breaches),
    title,
  ]);
  const columns = [
    { title: '' },
    { title: 'ID' },
    { title: 'BREACHES', right: true },
    { title: 'INVARIANT' },
  ];
  const examples = report.invariants.flatMap(({ id, examples: found }) =>
    found.map((example) => `  ${id}: ${example}`),
  );
  const { simulator } = report;
  const joined =
    simulator === undefined
      ? 'No simulator to hold the database against.'
      : `Held ${simulator.payments} payments against ${simulator.transfers} transfers of the simulator; ${simulator.inFlight} are in flight.`;
  const verdict = report.ok ? style.good('All hold') : style.bad('Some are broken');
  return [
    table(columns, rows, style.dim),
    ...(examples.length === 0 ? [] : ['', 'For example:', ...examples]),
    '',
    joined,
    `${verdict} (${report.milliseconds} ms).`,
  ].join('\n');
}
