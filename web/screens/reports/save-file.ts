import { REPORT_CALLS } from './api.ts';
import type { ReportQuery } from './asked.ts';
import { daysAfter } from './period.ts';
import type { ReportName } from './search.ts';

export type FileFormat = 'csv' | 'json';

/** What a saved file says about itself. */
export interface SavedFile {
  fileName: string;
  rows: number;
  hash: string;
  generatedAt: string;
  format: FileFormat;
  /** Where the rows go on that are not in it. */
  nextCursor: string | null;
}

/** Which rows of a report one file takes. */
export interface FilePart {
  query: ReportQuery;
  /** Where the file before ended; null for the first. */
  cursor: string | null;
  /** Which file it is, from 1. */
  part: number;
}

/** Rows of a report in pages that one file takes. */
const FILE_ROWS = '1000';

/** Fetches a report as a file, as the API makes it, and hands it to the browser to keep. */
export async function saveReport(
  name: ReportName,
  { query, cursor, part }: FilePart,
  format: FileFormat,
): Promise<SavedFile> {
  const paged = name === 'affiliates' && {
    limit: FILE_ROWS,
    ...(cursor !== null && { cursor }),
  };
  const answer = await REPORT_CALLS[name]({ ...query, ...paged, format });
  const content = await answer.text();
  const told = format === 'csv' ? toldByHeaders(answer.headers) : toldByBody(content);
  const period = 'from' in query ? `_${query.from}_${daysAfter(query.to, -1)}` : '';
  const fileName = `${name}${period}${part > 1 ? `_part${part}` : ''}.${format}`;
  keep(fileName, content, format === 'csv' ? 'text/csv' : 'application/json');
  return { fileName, format, ...told };
}

type Told = Omit<SavedFile, 'fileName' | 'format'>;

const toldByHeaders = (headers: Headers): Told => ({
  rows: Number(headers.get('x-report-rows')),
  hash: headers.get('x-report-hash') ?? '',
  generatedAt: headers.get('x-report-generated-at') ?? '',
  nextCursor: headers.get('x-report-next-cursor'),
});

function toldByBody(content: string): Told {
  const { report, nextCursor = null } = JSON.parse(content) as {
    report: Omit<Told, 'nextCursor'>;
    nextCursor?: string | null;
  };
  const { rows, hash, generatedAt } = report;
  return { rows, hash, generatedAt, nextCursor };
}

function keep(fileName: string, content: string, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
