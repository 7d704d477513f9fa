import { readFile } from 'node:fs/promises';
import { readText } from '../domain/text-encoding.ts';
import { CliError, textOf } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** The text of a file that the caller names. Throws a `CliError` where it cannot be read, or is not UTF-8. */
export async function readTextFile(file: string): Promise<string> {
  const { text, problem } = readText(await readBytes(file));
  if (problem === null) return text;
  throw new CliError(`The file ${file} is not UTF-8 text.`, {
    why: [problem],
    next: ['Save it as "CSV UTF-8" and import it again; nothing was sent.'],
    code: 'not_utf8',
    exitCode: EXIT.usage,
  });
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new CliError(`The file ${file} cannot be read.`, {
      why: [textOf(error)],
      next: ['Check the path; it counts from the folder you are in.'],
      code: 'file_unreadable',
      exitCode: EXIT.usage,
    });
  }
}
