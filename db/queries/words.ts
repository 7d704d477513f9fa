/** A pattern of `like` for text that has these words somewhere in it, whatever signs they hold. */
export const partOf = (words: string): string => `%${words.replaceAll(/[\\%_]/g, '\\$&')}%`;
