import { usageError } from './errors.ts';
import { readTextFile } from './read-file.ts';
import type { Session } from './session.ts';

/** Asks for a line. Throws a `CliError` (usage) where there is no terminal; `instead` says what to give. */
export async function askText({ out }: Session, message: string, instead: string): Promise<string> {
  if (!out.interactive) throw usageError(`There is no terminal to ask at: ${message}.`, instead);
  const { text, isCancel } = await import('@clack/prompts');
  const answer = await text({ message, output: process.stderr });
  if (isCancel(answer) || answer === '') throw usageError('Nothing was done.');
  return answer.trim();
}

/** A password out of a file, else asked for without showing it. */
export async function askPassword(
  { out }: Session,
  file: string | undefined,
  message: string,
): Promise<string> {
  if (file !== undefined) return (await readTextFile(file)).replace(/\r?\n$/, '');
  if (!out.interactive)
    throw usageError(
      'There is no terminal to ask for a password at.',
      'Give --password-file FILE.',
    );
  const { password, isCancel } = await import('@clack/prompts');
  const answer = await password({ message, output: process.stderr });
  if (isCancel(answer) || answer === '') throw usageError('Nothing was done.');
  return answer;
}
