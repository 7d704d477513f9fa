const ADDRESS = /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*$/u;

/**
 * True for one address alone that a mail can go to: no name, no list, no quotes, no spaces or line ends.
 * Says nothing about whether anybody reads there.
 */
export const isMailAddress = (text: string): boolean => text.length <= 254 && ADDRESS.test(text);

/** `jane@example.com` as `j***@example.com`; what is no address shows nothing at all. */
export function maskAddress(text: string): string {
  if (!isMailAddress(text)) return '***';
  return `${Array.from(text).at(0) ?? ''}***${text.slice(text.lastIndexOf('@'))}`;
}
