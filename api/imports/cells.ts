import type { ImportError } from '../../db/schema/imports.ts';
import { isCurrency } from '../../domain/currency.ts';
import { parseDecimal, type DecimalProblem } from '../../domain/money.ts';
import type { CsvRow } from './csv.ts';

const DECIMAL_PROBLEMS: Record<DecimalProblem, string> = {
  not_a_decimal: 'Write the amount as digits with a decimal point, like 12.50.',
  too_many_decimals: 'This currency does not have so many decimals.',
  too_large: 'The amount is larger than an amount may be.',
};

/**
 * What a spreadsheet would run when it opens what was exported from here. A sign before nothing but
 * digits and the marks of phone numbers is none.
 */
const FORMULA = /^(?:[=@\t\r]|[+-](?![\d\s()./-]*$))/;

/** Reads the cells of one line and gathers what is wrong with each, never its content. */
export class CellReader {
  readonly errors: ImportError[] = [];
  /** Why the line is left aside although nothing is wrong with it. */
  skipped: ImportError | null = null;
  readonly #row: CsvRow;

  constructor(row: CsvRow) {
    this.#row = row;
  }

  /** The cell's text, or undefined where it is empty or not there. A formula is refused. */
  optional(column: string, lengthMax: number): string | undefined {
    const cell = this.given(column, lengthMax);
    if (cell !== undefined && FORMULA.test(cell)) {
      this.refuse(
        column,
        'formula',
        'A text must not begin like a formula, with = + - @ or a tab.',
      );
    }
    return cell;
  }

  /** The cell's text; empty, with an error noted, where there is none. A formula is refused. */
  required(column: string, lengthMax: number): string {
    const cell = this.optional(column, lengthMax);
    if (cell === undefined) this.refuse(column, 'missing_value', 'This cell must not be empty.');
    return cell ?? '';
  }

  /** What is in a cell that only takes numbers, instants or set words: nothing else passes there. */
  given(column: string, lengthMax: number): string | undefined {
    const cell = this.#row.cells[column] ?? '';
    if (cell.length > lengthMax) {
      this.refuse(column, 'too_long', `At most ${lengthMax} characters fit here.`);
    }
    return cell === '' ? undefined : cell;
  }

  #needed(column: string, lengthMax: number): string {
    const cell = this.given(column, lengthMax);
    if (cell === undefined) this.refuse(column, 'missing_value', 'This cell must not be empty.');
    return cell ?? '';
  }

  matching(column: string, pattern: RegExp, hint: string): string {
    const cell = this.#needed(column, 500);
    if (cell !== '' && !pattern.test(cell)) this.refuse(column, 'invalid_value', hint);
    return cell;
  }

  oneOf<Word extends string>(column: string, words: readonly Word[], otherwise: Word): Word {
    const cell = this.given(column, 100);
    if (cell === undefined) return otherwise;
    const word = words.find((each) => each === cell);
    if (word === undefined) this.refuse(column, 'invalid_value', `One of ${words.join(', ')}.`);
    return word ?? otherwise;
  }

  currency(column: string): string | null {
    const cell = this.#needed(column, 10);
    if (cell === '') return null;
    if (isCurrency(cell)) return cell;
    this.refuse(column, 'unknown_currency', 'An ISO-4217 code in upper case, like USD.');
    return null;
  }

  /** An amount in major units, exactly; never zero. */
  amount(column: string, currency: string | null): bigint {
    const amountMinor = this.#decimal(column, currency);
    if (amountMinor === 0n) this.refuse(column, 'zero_amount', 'The amount must not be zero.');
    return amountMinor ?? 0n;
  }

  /** An amount in major units, exactly; never below zero. */
  amountFromZero(column: string, currency: string | null): bigint {
    const amountMinor = this.#decimal(column, currency) ?? 0n;
    if (amountMinor < 0n) {
      this.refuse(column, 'negative_amount', 'The amount must not be below zero.');
    }
    return amountMinor;
  }

  #decimal(column: string, currency: string | null): bigint | null {
    const cell = this.#needed(column, 60);
    return cell === '' || currency === null ? null : this.decimal(column, cell, currency);
  }

  /** An amount in major units that was read from a column; null, with an error noted, where it is none. */
  decimal(column: string, text: string, currency: string): bigint | null {
    const parsed = parseDecimal(text, currency);
    if (parsed.ok) return parsed.amountMinor;
    this.refuse(column, parsed.problem, DECIMAL_PROBLEMS[parsed.problem]);
    return null;
  }

  instant(column: string): Date | undefined {
    const cell = this.given(column, 40);
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

  /** Leaves the line aside; that is told, but is no error. */
  skip(column: string, code: string, message: string): null {
    this.skipped = { row: this.#row.row, column, code, message };
    return null;
  }

  refuse(column: string, code: string, message: string): void {
    this.errors.push({ row: this.#row.row, column, code, message });
  }
}

const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;
