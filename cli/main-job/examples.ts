import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { projectFile } from '../project.ts';
import { csvLine } from './csv-line.ts';
import type { JobData } from './data.ts';

/**
 * The files in `examples/`. The first run imports them as they are; a later one gives each commission
 * an id of its own, since the same commission is never earned twice.
 */
export async function exampleData(run: number): Promise<JobData> {
  const [affiliatesCsv, commissionsCsv] = await Promise.all([
    readFile(projectFile('examples', 'affiliates.csv'), 'utf8'),
    readFile(projectFile('examples', 'commissions.csv'), 'utf8'),
  ]);
  return {
    from: 'examples/*.csv',
    affiliatesCsv,
    commissionsCsv: run === 1 ? commissionsCsv : renumbered(commissionsCsv, run),
  };
}

function renumbered(csv: string, run: number): string {
  const [header = [], ...rows]: string[][] = parse(csv);
  return [header, ...rows.map(([id, ...rest]) => [`${id}-run-${run}`, ...rest])]
    .map(csvLine)
    .join('');
}
