/** What is wrong with the shape of a JSON text, beside its grammar. */
export type JsonFault = 'too_deep' | 'duplicate_key' | 'forbidden_key';

/** Objects and lists in each other. */
export const JSON_DEPTH_MAX = 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** From so many keys on a set is faster than looking through them. */
const FEW_KEYS = 12;

/** The keys that an object has so far. */
class Keys {
  readonly #few: string[] = [];
  #many: Set<string> | null = null;

  /** False where the key stands already. */
  add(key: string): boolean {
    if (this.#many) return this.#many.size < this.#many.add(key).size;
    if (this.#few.includes(key)) return false;
    this.#few.push(key);
    if (this.#few.length > FEW_KEYS) this.#many = new Set(this.#few);
    return true;
  }
}

/**
 * Finds what `JSON.parse` would take without a word: a key that stands twice in an object, of which it
 * drops one, the key `__proto__`, and nesting deeper than `JSON_DEPTH_MAX`. One pass, no recursion. It
 * does not judge the grammar: a text that is no JSON may pass, and is refused by the parser.
 */
export function findJsonFault(text: string): JsonFault | null {
  const open: (Keys | null)[] = [];
  let keys: Keys | null = null;
  let keyComes = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at + 1);
      if (keys && keyComes) {
        const key = readKey(text.slice(at + 1, end));
        if (key === '__proto__') return 'forbidden_key';
        if (!keys.add(key)) return 'duplicate_key';
      }
      at = end;
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      if (open.length >= JSON_DEPTH_MAX) return 'too_deep';
      keys = code === OPEN_OBJECT ? new Keys() : null;
      keyComes = keys !== null;
      open.push(keys);
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      open.pop();
      keys = open.at(-1) ?? null;
      keyComes = false;
    } else if (code === COMMA) keyComes = keys !== null;
    else if (code === COLON) keyComes = false;
  }
  return null;
}

/** Where the closing quote stands; the end of the text where there is none. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

/** The key that the parser would read; a key that it would not is taken as it stands. */
function readKey(raw: string): string {
  if (!raw.includes('\\')) return raw;
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return raw;
  }
}
