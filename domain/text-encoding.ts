/** The text of a file, or what is wrong with its encoding, for whoever made the file. */
export type ReadText = { text: string; problem: null } | { text: null; problem: string };

/** UTF-8 as it is, with or without a byte order mark. Any other encoding is told, not guessed at. */
export function readText(bytes: Uint8Array): ReadText {
  const problem = encodingProblem(bytes);
  if (problem !== null) return { text: null, problem };
  return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), problem: null };
}

const SAVE_ANEW = 'Save it as "CSV UTF-8".';

function encodingProblem(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return `The file is UTF-16, not UTF-8. ${SAVE_ANEW}`;
  }
  const zero = bytes.indexOf(0);
  if (zero !== -1) {
    return `Line ${lineAt(bytes, zero)} holds a zero byte: the file is UTF-16 or no text. ${SAVE_ANEW}`;
  }
  const wrong = firstNotUtf8(bytes);
  return wrong === null
    ? null
    : `Line ${lineAt(bytes, wrong)} is not UTF-8: the file is Latin-1, Windows-1252 or another encoding. ${SAVE_ANEW}`;
}

const lineAt = (bytes: Uint8Array, place: number): number =>
  bytes.subarray(0, place).reduce((lines, byte) => (byte === 0x0a ? lines + 1 : lines), 1);

/** Where the first line begins that is not UTF-8; null where all of them are. No byte of a longer sign is a line end. */
function firstNotUtf8(bytes: Uint8Array): number | null {
  if (isUtf8(bytes)) return null;
  let place = 0;
  for (let end = nextLine(bytes, 0); end < bytes.length; end = nextLine(bytes, end)) {
    if (!isUtf8(bytes.subarray(place, end))) return place;
    place = end;
  }
  return place;
}

const nextLine = (bytes: Uint8Array, from: number): number => {
  const at = bytes.indexOf(0x0a, from);
  return at === -1 ? bytes.length : at + 1;
};

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
