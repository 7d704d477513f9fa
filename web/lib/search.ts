/** Reads the parameters of an address: whatever somebody typed there, only what fits comes through. */
export type Search = Readonly<Record<string, unknown>>;

/** A parameter that is one of a few words. */
export const oneOf = <Word extends string>(
  value: unknown,
  words: readonly Word[],
): Word | undefined => words.find((word) => word === value);

/** A parameter of free text. Numbers in an address are read as numbers. */
export function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' ? text.slice(0, 200) : undefined;
}

/** A parameter that is an amount above zero, in minor units. */
export const amountIn = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : undefined;

/** Without what is not there, so that an address holds only what was chosen. */
export const present = <Value extends object>(value: Value): Partial<Value> =>
  Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== undefined),
  ) as Partial<Value>;
