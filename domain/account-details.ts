/** Whatever an account needs beyond its reference; may hold bank data. */
export type Details = Readonly<Record<string, unknown>>;

const MASK = '••••';
const SHOWN_CHARACTERS = 4;
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/;
const DEPTH_MAX = 5;
const FIELDS_MAX = 100;
const TEXT_LENGTH_MAX = 1_000;
const CODE_LENGTH_MAX = 64;
/** More digits than this could be the number of an account. */
const CODE_DIGITS_MAX = 4;

/** Fields whose values are codes and names of banks, not of people or accounts. */
const READABLE = new Set(
  `channelcode channel channelcategory bankcode bankname bank currency accountcurrency country
   accountcountry countrycode type accounttype recipienttype method category network routingtype
   routingtype1 purposecode sourceoffund`.split(/\s+/),
);

/** `accountNumber`, `account_number` and `Account-Number` are one name. */
export const bareName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** What is wrong with details that a caller gives, without any value; null where nothing is. */
export function detailsProblem(details: Details): string | null {
  let fields = 0;
  const lookInside = (value: object, depth: number): string | null => {
    if (depth > DEPTH_MAX) return `is nested deeper than ${DEPTH_MAX} levels`;
    for (const [name, inner] of Object.entries(value)) {
      fields += 1;
      if (fields > FIELDS_MAX) return `has more than ${FIELDS_MAX} fields`;
      if (!Array.isArray(value) && !PLAIN_NAME.test(name)) {
        return 'has a field whose name is not made of letters, digits, _ . and -';
      }
      const isNested = typeof inner === 'object' && inner !== null;
      const problem = isNested ? lookInside(inner, depth + 1) : valueProblem(inner);
      if (problem) return problem;
    }
    return null;
  };
  return lookInside(details, 1);
}

function valueProblem(value: unknown): string | null {
  if (typeof value === 'string' && value.length > TEXT_LENGTH_MAX) {
    return `holds a text longer than ${TEXT_LENGTH_MAX} characters`;
  }
  return typeof value === 'number' && !Number.isSafeInteger(value)
    ? 'holds a number that is not exact; write it as text'
    : null;
}

/**
 * The details as answers may show them: codes of banks and countries as they are, of every other
 * value at most the last four characters.
 */
export const maskDetails = (details: Details): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      PLAIN_NAME.test(name) ? name : MASK,
      maskValue(bareName(name), value),
    ]),
  );

function maskValue(name: string, value: unknown): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((each) => maskValue(name, each));
  if (typeof value === 'object') return maskDetails(value as Details);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return READABLE.has(name) && isCode(text) ? text : maskText(text);
}

const isCode = (text: string): boolean =>
  text.length <= CODE_LENGTH_MAX && text.replaceAll(/\D/g, '').length <= CODE_DIGITS_MAX;

/** `••••3456`; of four characters or fewer none is shown. */
export function maskText(text: string): string {
  const characters = Array.from(text);
  return characters.length > SHOWN_CHARACTERS
    ? MASK + characters.slice(-SHOWN_CHARACTERS).join('')
    : MASK;
}

/** True for what `maskText` has written, and for what only looks like it. */
export const isMasked = (text: string): boolean => text.includes(MASK);

/** True for equal content, whatever the order of the fields. */
export const sameDetails = (one: Details | null, other: Details | null): boolean =>
  JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(fields.map(([name, inner]) => [name, inOrder(inner)]));
}
