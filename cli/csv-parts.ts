import { parse } from 'csv-parse/sync';
import { REQUEST_BODY_BYTES_MAX } from '../domain/limits.ts';
import { CliError, textOf } from './errors.ts';

/** A piece of a CSV file that fits into one request, with the header of the file. */
export interface CsvPart {
  readonly csv: string;
  /** Lines of the file that stand before this piece, the header not counted. */
  readonly linesBefore: number;
}

/**
 * Cuts a CSV text into pieces of less than `bytesMax`, never within a row. A text that fits is left
 * as it is, so that the API is the one to say what is wrong with it.
 * @throws CliError where a larger one is not CSV.
 */
export function csvParts(text: string, bytesMax: number = REQUEST_BODY_BYTES_MAX): CsvPart[] {
  if (Buffer.byteLength(text) < bytesMax) return [{ csv: text, linesBefore: 0 }];
  const [header = '', ...rows] = rawRows(text);
  const parts: CsvPart[] = [];
  let piece: string[] = [header];
  let bytes = Buffer.byteLength(header);
  let linesBefore = 0;
  let lines = 0;
  const close = () => parts.push({ csv: piece.join(''), linesBefore });
  for (const row of rows) {
    const rowBytes = Buffer.byteLength(row);
    if (piece.length > 1 && bytes + rowBytes >= bytesMax) {
      close();
      piece = [header];
      bytes = Buffer.byteLength(header);
      linesBefore = lines;
    }
    piece.push(row);
    bytes += rowBytes;
    lines += row.split('\n').length - 1;
  }
  close();
  return parts;
}

interface RawRecord {
  readonly raw: string;
}

/** Each record as it stands in the text, with its line end; quoted line ends belong to a record. */
function rawRows(text: string): string[] {
  try {
    const records = parse(text, { raw: true, relax_column_count: true }) as unknown as RawRecord[];
    return records.map(({ raw }) => (raw.endsWith('\n') ? raw : `${raw}\n`));
  } catch (error) {
    throw new CliError('The file is not CSV.', { why: [textOf(error)], code: 'not_csv' });
  }
}
