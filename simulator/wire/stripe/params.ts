import { hash } from 'node:crypto';
import { Refusal } from './errors.ts';

const METADATA_KEYS_MAX = 50;
const METADATA_KEY_CHARS_MAX = 40;
const METADATA_VALUE_CHARS_MAX = 500;

/** The parameters of a request: form-encoded, nested ones as `name[inner]`. */
export class Params {
  readonly #values = new Map<string, string>();

  /** Throws `Refusal` where a parameter is not among `allowed` (names without brackets). */
  constructor(text: string, allowed: readonly string[]) {
    for (const [name, value] of new URLSearchParams(text)) {
      const bracket = name.indexOf('[');
      const base = bracket < 0 ? name : name.slice(0, bracket);
      if (base !== 'expand' && !allowed.includes(base)) {
        const message = `Received unknown parameter: ${base}`;
        throw new Refusal({ status: 400, code: 'parameter_unknown', message, param: base });
      }
      this.#values.set(name, value);
    }
  }

  /** Of what is asked, whatever the order of the parameters: base64url of its sha256. */
  hashFor(path: string): string {
    const sorted = [...this.#values].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return hash('sha256', JSON.stringify([path, sorted]), 'base64url');
  }

  text(name: string, charsMax = 5_000): string | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    if (value.trim() === '') {
      const message = `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`;
      throw new Refusal({ status: 400, code: 'parameter_invalid_empty', message, param: name });
    }
    if (value.length > charsMax) {
      const message = `Invalid ${name}: must be at most ${charsMax} characters`;
      throw new Refusal({ status: 400, message, param: name });
    }
    return value;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value !== undefined) return value;
    const message = `Missing required param: ${name}.`;
    throw new Refusal({ status: 400, code: 'parameter_missing', message, param: name });
  }

  integer(name: string, min: number, max: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const code = 'parameter_invalid_integer';
    if (!/^-?\d{1,18}$/.test(value)) {
      throw new Refusal({ status: 400, code, message: `Invalid integer: ${value}`, param: name });
    }
    if (Number(value) < min) {
      const message = `This value must be greater than or equal to ${min}.`;
      throw new Refusal({ status: 400, code, message, param: name });
    }
    if (Number(value) > max) {
      const message = `This value must be less than or equal to ${max}.`;
      const tooLarge = name === 'amount' ? 'amount_too_large' : code;
      throw new Refusal({ status: 400, code: tooLarge, message, param: name });
    }
    return Number(value);
  }

  /** Three letters, in capitals. */
  currency(): string {
    const value = this.required('currency').toUpperCase();
    if (/^[A-Z]{3}$/.test(value)) return value;
    const message = `Invalid currency: ${value.toLowerCase()}.`;
    throw new Refusal({ status: 400, message, param: 'currency' });
  }

  /** What stands in `metadata[...]`; a key with an empty value is left out. */
  metadata(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const [name, value] of this.#values) {
      const key = /^metadata\[([^[\]]+)\]$/.exec(name)?.[1];
      if (key === undefined || value === '') continue;
      if (key.length > METADATA_KEY_CHARS_MAX) throw badMetadata('keys', METADATA_KEY_CHARS_MAX);
      if (value.length > METADATA_VALUE_CHARS_MAX) {
        throw badMetadata('values', METADATA_VALUE_CHARS_MAX);
      }
      found[key] = value;
    }
    if (Object.keys(found).length <= METADATA_KEYS_MAX) return found;
    const message = `You cannot add more than ${METADATA_KEYS_MAX} metadata values.`;
    throw new Refusal({ status: 400, message, param: 'metadata' });
  }
}

function badMetadata(what: string, charsMax: number): Refusal {
  const message = `Metadata ${what} can have up to ${charsMax} characters.`;
  return new Refusal({ status: 400, message, param: 'metadata' });
}
