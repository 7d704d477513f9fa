import type { ImportError } from '../../db/schema/imports.ts';
import { isCurrency } from '../../domain/currency.ts';
import { parseDecimal, type DecimalProblem } from '../../domain/money.ts';
import type { CsvRow } from './csv.ts';

const DECIMAL_PROBLEMS: Record<DecimalProblem, string> = {
  not_a_decimal: 'Write the amount as digits with a decimal point, like 12.50.',
  too_many_decimals: 'This currency does not have so many decimals.',
  too_large: 'The amount is larger than an amount may be.',
};

/** Reads the cells of one line and gathers what is wrong with each, never its content. */
export class CellReader {
  readonly errors: ImportError[] = [];
  readonly #row: CsvRow;

  constructor(row: CsvRow) {
    this.#row = row;
  }

  /** The cell's text, or undefined where it is empty or not there. */
  optional(column: string, lengthMax: number): string | undefined {
    const cell = this.#row.cells[column] ?? '';
    if (cell.length > lengthMax) {
      this.refuse(column, 'too_long', `At most ${lengthMax} characters fit here.`);
    }
    return cell === '' ? undefined : cell;
  }

  /** The cell's text; empty, with an error noted, where there is none. */
  required(column: string, lengthMax: number): string {
    const cell = this.optional(column, lengthMax);
    if (cell === undefined) this.refuse(column, 'missing_value', 'This cell must not be empty.');
    return cell ?? '';
  }

  matching(column: string, pattern: RegExp, hint: string): string {
    const cell = this.required(column, 500);
    if (cell !== '' && !pattern.test(cell)) this.refuse(column, 'invalid_value', hint);
    return cell;
  }

  oneOf<Word extends string>(column: string, words: readonly Word[], otherwise: Word): Word {
    const cell = this.optional(column, 100);
    if (cell === undefined) return otherwise;
    const word = words.find((each) => each === cell);
    if (word === undefined) this.refuse(column, 'invalid_value', `One of ${words.join(', ')}.`);
    return word ?? otherwise;
  }

  currency(column: string): string | null {
    const cell = this.required(column, 10);
    if (cell === '') return null;
    if (isCurrency(cell)) return cell;
    this.refuse(column, 'unknown_currency', 'An ISO-4217 code in upper case, like USD.');
    return null;
  }

  /** An amount in major units, exactly; never zero. */
  amount(column: string, currency: string | null): bigint {
    const cell = this.required(column, 60);
    if (cell === '' || currency === null) return 0n;
    const parsed = parseDecimal(cell, currency);
    if (!parsed.ok) {
      this.refuse(column, parsed.problem, DECIMAL_PROBLEMS[parsed.problem]);
      return 0n;
    }
    if (parsed.amountMinor === 0n)
      this.refuse(column, 'zero_amount', 'The amount must not be zero.');
    return parsed.amountMinor;
  }

  instant(column: string): Date | undefined {
    const cell = this.optional(column, 40);
    if (cell === undefined) return undefined;
    const date = INSTANT.test(cell) ? new Date(cell) : null;
    if (date && !Number.isNaN(date.getTime())) return date;
    this.refuse(
      column,
      'invalid_value',
      'A day (2026-01-31) or an instant (2026-01-31T12:00:00Z).',
    );
    return undefined;
  }

  refuse(column: string, code: string, message: string): void {
    this.errors.push({ row: this.#row.row, column, code, message });
  }
}

const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;
