const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * Encodes a value to stand as one part of a URL. Halves of a character, which no URL can hold, become
 * U+FFFD: what a provider or an importer sent must end in an answer, never in a raw URIError.
 */
export const urlPart = (value: string): string =>
  encodeURIComponent(value.replaceAll(LONE_SURROGATES, '\uFFFD'));
