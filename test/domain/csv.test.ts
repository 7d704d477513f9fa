import * as fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { expect, test } from 'vitest';
import { toCsv, type CsvCell } from '../../domain/csv.ts';
import { exportText } from '../../domain/report/export-text.ts';

/** The library alone, which looks at every cell. */
const byLibrary = (rows: readonly (readonly CsvCell[])[]): string =>
  stringify(
    rows.map((row) => row.map((cell) => cell)),
    { escape_formulas: true, record_delimiter: 'windows' },
  );

/** What cells of rows hold: plain words, odd characters, and what only looks like a number. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(...Array.from('=+-@\t\r\n",;\'ab1.–＝＋－＠é😀 ')),
    maxLength: 6,
  }),
  fc.constantFrom('', ' ', '=1', '-1+1', '−1', 'a', 'Zoë', "O'Hara", '1,5', 'x\r\ny'),
);
const cell = fc.oneof(text, fc.integer(), fc.bigInt(), fc.constant(null));
const startsOddly = (value: CsvCell): boolean =>
  typeof value === 'string' && (/^[\0\n]/.test(value) || /^-\d+(?:\.\d+)?$/.test(value));

test('lines are those of the library, whichever way they are made', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 1, maxLength: 6 }), { maxLength: 8 }),
      (rows) => {
        fc.pre(!rows.flat().some(startsOddly));
        expect(toCsv(rows, null)).toBe(byLibrary(rows));
      },
    ),
    { numRuns: 400 },
  );
});

test('no cell of text begins as a formula does, and all of them are read back', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 6 }), (rows) => {
      const read = parse(toCsv(rows, ['a', 'b']), { record_delimiter: '\r\n' });
      expect(read.slice(1)).toHaveLength(rows.length);
      for (const [place, row] of rows.entries()) {
        for (const [at, given] of row.entries()) {
          const found = String(read[place + 1]?.[at]);
          expect([given, `'${given}`]).toContain(found);
          expect(found).toMatch(/^-\d+(?:\.\d+)?$|^(?![=+\-@\t\r\n\0＝＋－＠])/);
        }
      }
    }),
    { numRuns: 400 },
  );
});

test('amounts below zero stay numbers, also where they are text to be exact', () => {
  expect(toCsv([['-12.30', -5, -7n, '-1-1', '-', '-1e5']], null)).toBe(
    "-12.30,-5,-7,'-1-1,'-,'-1e5\r\n",
  );
  expect(toCsv([['-12.30', 'a,b']], null)).toBe('-12.30,"a,b"\r\n');
});

test('lines of JSON hold the same cells by the names of their columns', () => {
  const rows = [['=1', 12n, null, 3]];
  const written = exportText({ columns: ['a', 'b', 'c', 'd'], rows }, 'jsonl', true);
  expect(written).toBe('{"a":"=1","b":12,"c":null,"d":3}\n');
});
