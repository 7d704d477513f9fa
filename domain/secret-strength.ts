/** A random value of 32 bytes practically never has fewer; a repeated or typed one has. */
const DISTINCT_BYTES_MIN = 16;
const DISTINCT_CHARACTERS_MIN = 6;

/** Words that stand where a secret has yet to be put, whatever stands around them. */
const PLACEHOLDER =
  /change.?me|replace.?(me|this|with)|place.?holder|your[-_ .]|insert.?(here|your)|fill.?(me|in)|dummy|x{6,}|\*{3,}|<[^>]*>|\.\.\.|…|example/i;
/** Whole values that somebody typed to get on; a prefix such as `whsec_` does not save them. */
const TYPED =
  /^(?:[a-z]{2,8}_)*(?:secret|password|passwort|passw0rd|pass|admin|root|key|token|default|none|null|undefined|test|dev|development|bursar|postgres|letmein|qwerty|0?123456789?0?|abc123|s3cr3t|hunter2)\d{0,4}!?$/i;

/** Why 32 random bytes are not; null where they look random. No value is in the answer. */
export function weaknessOfKey(bytes: Uint8Array): string | null {
  if (new Set(bytes).size < DISTINCT_BYTES_MIN) return 'repeats itself, so it is not random';
  const readable = bytes.every((byte) => byte >= 32 && byte < 127);
  return readable ? 'was typed, not made at random' : null;
}

/** Why a secret text is none, where it is to have at least so many characters; null where it may be one. */
export function weaknessOfText(text: string, charactersMin: number): string | null {
  if (PLACEHOLDER.test(text) || TYPED.test(text)) return 'is a placeholder, not a secret';
  if (text.length < charactersMin) return `is shorter than ${charactersMin} characters`;
  const distinct = new Set(text.toLowerCase()).size;
  return distinct < DISTINCT_CHARACTERS_MIN && charactersMin > DISTINCT_CHARACTERS_MIN
    ? 'repeats itself, so it is not random'
    : null;
}
