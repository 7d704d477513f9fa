import type { Command } from 'commander';
import { startHint } from '../connection.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { makeSteps } from '../main-job/steps.ts';
import { wholeNumber } from '../options.ts';
import { makeStyle } from '../output/style.ts';
import { handle, type Session } from '../session.ts';
import type { Job } from '../main-job/run.ts';

interface Demo {
  readonly payments?: number;
  readonly wait?: boolean;
}

/** `bursar demo`: pays example commissions on a running stack. */
export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('import example commissions and pay them on the stack that runs here')
    .option('--payments <n>', 'make that many payees instead of taking examples/*.csv', wholeNumber)
    .option('--wait', 'follow it to its end and compare the books; exit 1 where they do not agree');
  handle<Demo>(
    command,
    ['bursar demo --wait', 'bursar demo --payments 10000 --wait', 'bursar demo --wait --json'],
    demo,
  );
}

async function demo(session: Session, { payments, wait }: Demo): Promise<ExitCode> {
  const startedAtMs = performance.now();
  const { out, stack: info, dataDir, environment } = session;
  if (info === undefined || info.simulatorUrl === '') {
    throw new CliError('There is no stack with a simulator to show it on.', {
      why: [`No stack runs on ${dataDir}.`],
      next: [startHint(session.dataGiven ? dataDir : undefined), 'or: npm start'],
      code: 'not_connected',
    });
  }
  const stream = out.json ? process.stderr : process.stdout;
  const style = makeStyle(stream.isTTY && !environment.noColor);
  const { makeClient } = await import('../client.ts');
  const client = makeClient({ url: info.apiUrl, apiKey: info.apiKey, source: dataDir });
  const job: Job = { client, info, payments, steps: makeSteps(stream, style) };
  if (wait !== true) return startDemo(session, job);
  const { runJob } = await import('../main-job/job.ts');
  const { summaryText } = await import('../main-job/summary.ts');
  const report = await runJob(job, { startedAtMs, noColor: environment.noColor, stream });
  out.result(report, () => summaryText(report, style));
  return report.agree ? EXIT.ok : EXIT.failed;
}

async function startDemo({ out }: Session, job: Job): Promise<ExitCode> {
  const { createBatch, executeBatch, importData, nextRun, previewBatch } =
    await import('../main-job/run.ts');
  const run = await nextRun(job.client);
  await importData(job, run);
  const { preview } = await previewBatch(job);
  const batch = await createBatch(job, run, preview.previewHash);
  await executeBatch(job, batch);
  out.result({ batch }, () => `Next: bursar batch watch ${batch.id}`);
  return EXIT.ok;
}
