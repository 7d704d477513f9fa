import type { z } from 'zod';

/** A string, kept as it is, or a number outside of strings. Without nesting, so linear on any input. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/**
 * Reads JSON of a known shape, every number in it as the text that it was written as, so that amounts
 * stay exact. Null for anything else, since foreign data never throws.
 */
export function readExactly<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    JSON.parse(text);
    const quoted = text.replaceAll(TOKEN, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    );
    const parsed = schema.safeParse(JSON.parse(quoted));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
