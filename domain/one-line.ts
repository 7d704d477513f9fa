const ONE_LINE = /^[^\p{Cc}\p{Cs}]*$/u;

/** True for text without control characters and halves of surrogate pairs, which no database keeps as it is. */
export const isOneLine = (text: string): boolean => ONE_LINE.test(text);
