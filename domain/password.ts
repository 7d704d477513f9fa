export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 128;

/** What is tried first of all that is long enough, in lower case and without what stands around it. */
const COMMON = new Set([
  'passwordpassword',
  'password',
  'passwort',
  'qwertyuiop',
  'qwertzuiop',
  'letmein',
  'iloveyou',
  'administrator',
  'changeme',
  'welcome',
  'correcthorsebatterystaple',
  'bursar',
  'asdfghjkl',
  'zxcvbnm',
  'superman',
  'princess',
  'sunshine',
  'football',
  'baseball',
  'dragon',
  'master',
  'monkey',
  'abcdefghijkl',
  'qazwsxedc',
]);

/**
 * Why a password is not taken, as a person may read it; null where it is. There is no rule about
 * which characters it must hold: long and not guessable is what counts.
 */
export function passwordProblem(
  password: string,
  { email, name }: { email: string; name: string },
): string | null {
  const { length } = Array.from(password);
  if (length < PASSWORD_LENGTH_MIN) return `must have at least ${PASSWORD_LENGTH_MIN} characters`;
  if (length > PASSWORD_LENGTH_MAX) return `must have at most ${PASSWORD_LENGTH_MAX} characters`;
  const plain = password.toLowerCase();
  const own = [email, email.split('@')[0] ?? '', name].map((each) => each.toLowerCase().trim());
  const bare = letters(plain);
  if (own.some((each) => each !== '' && (plain === each || letters(each) === bare))) {
    return 'must not be the e-mail address or the name';
  }
  if (new Set(plain).size < 5 || isSequence(plain)) return 'is too easy to guess';
  return isCommon(plain) ? 'is one of the passwords that are tried first' : null;
}

const letters = (text: string): string => text.replaceAll(/[^\p{L}]/gu, '');

/** A common password, also with digits and signs around it or written several times over. */
function isCommon(plain: string): boolean {
  const bare = plain.replaceAll(/^[^a-z]+|[^a-z]+$/g, '');
  if (COMMON.has(plain) || COMMON.has(bare)) return true;
  return [...COMMON].some((word) => bare.length > 0 && bare.replaceAll(word, '') === '');
}

/** Each character follows the one before it, up or down. */
function isSequence(plain: string): boolean {
  const codes = Array.from(plain, (character) => character.codePointAt(0) ?? 0);
  const step = (codes[1] ?? 0) - (codes[0] ?? 0);
  const steady = codes.every((code, at) => at === 0 || code - (codes[at - 1] ?? 0) === step);
  return (Math.abs(step) === 1 && steady) || '01234567890123456789'.includes(plain);
}
