import { usageError } from './errors.ts';
import type { Session } from './session.ts';

/**
 * Asks a person before money moves; `--yes` answers for them. Where nobody can be asked, `--yes` is
 * needed.
 * @throws CliError (usage) where the answer is no, or nobody can be asked.
 */
export async function confirmMoney(
  { out }: Session,
  yes: boolean | undefined,
  question: string,
): Promise<void> {
  if (yes === true) return;
  if (!out.interactive) {
    throw usageError(
      'This moves money, and there is no terminal to ask at.',
      'Add --yes to say that it is meant.',
    );
  }
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({
    message: question,
    initialValue: false,
    output: process.stderr,
  });
  if (isCancel(answer) || !answer) throw usageError('Nothing was done.');
}
