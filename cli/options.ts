import { InvalidArgumentError, type Command } from 'commander';

/** A whole number above zero on the command line. */
export function wholeNumber(typed: string): number {
  if (/^\d{1,9}$/.test(typed) && Number(typed) > 0) return Number(typed);
  throw new InvalidArgumentError('It is a whole number above zero.');
}

/** A probability on the command line, above 0 and at most 1. */
export function probability(typed: string): number {
  const value = Number(typed);
  if (/^(0?\.\d+|1(\.0+)?)$/.test(typed) && value > 0) return value;
  throw new InvalidArgumentError('It is a number above 0 and at most 1, like 0.3.');
}

/** The options of every list. */
export const withPaging = (command: Command): Command =>
  command
    .option('--limit <n>', 'rows of the page, at most 1000', wholeNumber)
    .option('--cursor <cursor>', 'the nextCursor of the page before');

/** What `withPaging` reads. */
export interface Paging {
  readonly limit?: number;
  readonly cursor?: string;
}

/** The option of every call that creates or moves money. */
export const withIdempotency = (command: Command): Command =>
  command.option('--idempotency-key <key>', 'do this once, however often it is run with this key');

/** What `withIdempotency` reads. */
export interface Idempotency {
  readonly idempotencyKey?: string;
}

/** The option of every command that moves money. */
export const withYes = (command: Command): Command =>
  command.option('-y, --yes', 'do not ask; needed where there is no terminal');

/** The line below a page that is not the last one. */
export const moreText = (nextCursor: string | null): string =>
  nextCursor === null ? '' : `\n\nMore: the same command with --cursor ${nextCursor}`;
