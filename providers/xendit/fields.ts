import { bareName } from '../../domain/account-details.ts';
import type { AccountDetails } from '../port.ts';

const DEPTH_MAX = 5;

/**
 * What an account was described with, by name: `accountNumber`, `account_number` and the same inside
 * of `channel_properties` are one field. The outermost one counts.
 */
export interface Fields {
  /** The first of these that is given and not empty; names in lower case without `_`. */
  get(...names: readonly string[]): string | null;
}

/** Reads texts, and whole numbers that are exact, out of details however they are nested. */
export function fieldsOf(details: AccountDetails | null): Fields {
  const found = new Map<string, string>();
  let level: object[] = details ? [details] : [];
  for (let depth = 0; depth < DEPTH_MAX && level.length > 0; depth += 1) {
    const inner: object[] = [];
    for (const [name, value] of level.flatMap((each) => Object.entries(each))) {
      const text = textOf(value);
      const key = bareName(name);
      if (text !== null && !found.has(key)) found.set(key, text);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) inner.push(value);
    }
    level = inner;
  }
  return {
    get: (...names) => {
      const name = names.find((each) => found.has(each));
      return name === undefined ? null : (found.get(name) ?? null);
    },
  };
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? `${value}` : null;
  if (typeof value !== 'string') return null;
  return value.trim() || null;
}
