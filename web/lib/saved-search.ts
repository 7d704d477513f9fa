import { present, textOf, type Search } from './search.ts';

/** What any screen's address may have beside its filters: the saved view that they came from. */
export interface SavedSearch {
  saved?: string | undefined;
}

export const readSavedSearch = (search: Search): SavedSearch =>
  present({ saved: textOf(search['saved']) });

/** Filters as a saved view keeps them: what stands in the address, as text. */
export type KeptSearch = Record<string, string | string[]>;

/** What of the filters on a screen is kept. */
export const keptOf = (filters: object): KeptSearch =>
  Object.fromEntries(
    Object.entries(filters as Record<string, unknown>)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)]),
  );

/** The same for an address, where a number is a number. */
export const searchOf = (kept: Readonly<Record<string, string | readonly string[]>>): Search =>
  Object.fromEntries(
    Object.entries(kept).map(([name, value]) => [
      name,
      typeof value === 'string' && value !== '' && String(Number(value)) === value
        ? Number(value)
        : value,
    ]),
  );

/** Whether two sets of filters are the same, in whatever order they stand. */
export const sameSearch = (one: object, other: object): boolean =>
  inOrder(keptOf(one)) === inOrder(keptOf(other));

const inOrder = (kept: KeptSearch): string =>
  JSON.stringify(Object.entries(kept).sort(([one], [other]) => (one < other ? -1 : 1)));
