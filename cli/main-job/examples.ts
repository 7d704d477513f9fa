import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { projectFile } from '../project.ts';
import { csvLine } from './csv-line.ts';
import type { JobData } from './data.ts';

/**
 * The files in `examples/`. The first run imports them as they are; a later one makes payees of its own
 * from them: the same commission is never earned twice, and paying the same people twice in a day
 * would need somebody's approval for what both come to.
 */
export async function exampleData(run: number): Promise<JobData> {
  const [affiliatesCsv, commissionsCsv] = await Promise.all([
    readFile(projectFile('examples', 'affiliates.csv'), 'utf8'),
    readFile(projectFile('examples', 'commissions.csv'), 'utf8'),
  ]);
  const from = 'examples/*.csv';
  if (run === 1) return { from, affiliatesCsv, commissionsCsv };
  return {
    from,
    affiliatesCsv: renamed(affiliatesCsv, ['external_id', 'email', 'account_ref'], run),
    commissionsCsv: renamed(commissionsCsv, ['external_id', 'affiliate_external_id'], run),
  };
}

/** The same rows with the run's number in front of what names something; empty cells stay empty. */
function renamed(csv: string, columns: readonly string[], run: number): string {
  const [header = [], ...rows]: string[][] = parse(csv);
  const names = new Set(columns);
  return [
    header,
    ...rows.map((row) =>
      row.map((cell, place) =>
        cell !== '' && names.has(header[place] ?? '') ? `run-${run}-${cell}` : cell,
      ),
    ),
  ]
    .map(csvLine)
    .join('');
}
