import type { Command } from 'commander';
import { databaseUrlOf } from '../database.ts';
import { CliError, textOf } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { verifyText } from '../output/render-verify.ts';
import { handle, type Session } from '../session.ts';
import type { VerifyReport } from '../verify/verify.ts';

/** `bursar verify`: whether the books are right. */
export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .description(
      'check every invariant against database and simulator; exit 1 where one is broken',
    );
  handle(command, ['bursar verify', 'bursar verify --json'], async (session) => {
    const report = await run(session);
    session.out.result(report, () => verifyText(report, session.out.style));
    return report.ok ? EXIT.ok : EXIT.failed;
  });
}

async function run(session: Session): Promise<VerifyReport> {
  const databaseUrl = databaseUrlOf(session);
  const { stack } = session;
  // A simulator knows nothing of another database's payments.
  const simulatorUrl = stack?.databaseUrl === databaseUrl ? stack.simulatorUrl : undefined;
  const { verify } = await import('../verify/verify.ts');
  try {
    return await verify(databaseUrl, simulatorUrl || undefined);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('The database could not be checked.', {
      why: [textOf(error)],
      next: ['bursar migrate', 'bursar doctor'],
      code: 'verify_failed',
    });
  }
}
