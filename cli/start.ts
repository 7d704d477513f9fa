import { Command, CommanderError } from 'commander';
import { startStack, type Stack, type StackEvent } from '../stack/index.ts';
import { makeClient } from './client.ts';
import { dataDirOf, readEnvironment } from './config.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { onInterrupt, type Interrupt } from './interrupt.ts';
import { linksText } from './main-job/links.ts';
import type { JobReport } from './main-job/report.ts';
import { makeSteps, type Steps } from './main-job/steps.ts';
import { summaryText } from './main-job/summary.ts';
import { wholeNumber } from './options.ts';
import { reportError } from './output/error.ts';
import { outliveReaders } from './output/streams.ts';
import { makeStyle } from './output/style.ts';
import { mailsOf, portsOf, withPorts, type StackFlags } from './stack-flags.ts';
import { examplesText } from './session.ts';

/** The options of `npm start`. */
interface StartFlags extends StackFlags {
  readonly once?: boolean;
  readonly payments?: number;
  readonly break?: boolean;
  readonly data?: string;
  readonly json?: boolean;
}

const command = withPorts(
  new Command('npm start --')
    .description('Start everything and pay a batch, from payable commissions to paid ones.')
    .option('--once', 'stop afterwards; exit 0 where the books agree, 1 where not')
    .option('--payments <n>', 'make that many payees instead of taking examples/*.csv', wholeNumber)
    .option(
      '--break',
      'kill -9 of the worker half way, lost answers, doubled and shuffled webhooks',
    )
    .option('--data <dir>', 'keep everything there (.bursar in the project)')
    .option('--json', 'only the report on stdout, as JSON'),
)
  .addHelpText(
    'after',
    examplesText(['npm start', 'npm start -- --once', 'npm start -- --payments 10000 --break']),
  )
  .exitOverride();

outliveReaders();
try {
  const flags = command.parse(process.argv).opts<StartFlags>();
  process.exitCode = await start(flags);
} catch (error) {
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = reportError(error, process.argv.includes('--json'));
}

async function start(flags: StartFlags): Promise<ExitCode> {
  // The process itself is older than this file: Node, our imports and perhaps an install came first.
  const startedAtMs = 0;
  const stream = flags.json === true ? process.stderr : process.stdout;
  const { noColor } = readEnvironment();
  const steps = makeSteps(stream, makeStyle(stream.isTTY && !noColor));
  const interrupt = onInterrupt();
  let stack: Stack | undefined;
  try {
    stack = await stackUp(flags, steps, interrupt);
    const { runJob } = await import('./main-job/job.ts');
    const { info } = stack;
    const client = makeClient({ url: info.apiUrl, apiKey: info.apiKey, source: 'the stack' });
    const job = { client, info, steps, payments: flags.payments };
    const report = await runJob(job, {
      startedAtMs,
      noColor,
      stream,
      signal: interrupt.signal,
      ...(flags.break === true && { breaking: stack }),
    });
    steps.line(summaryText(report, steps.style));
    if (flags.json === true) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    if (flags.once !== true) await stay(flags, { report, stack, steps }, interrupt);
    return report.agree ? EXIT.ok : EXIT.failed;
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    await stack?.stop();
  }
}

async function stackUp(flags: StartFlags, steps: Steps, { signal }: Interrupt): Promise<Stack> {
  const { style } = steps;
  const parts: string[] = [];
  const log = ({ kind, source, text }: StackEvent) => {
    if (kind === 'warning') steps.line(`  ${style.warn(source)} ${text}`);
    if (kind !== 'progress') return;
    const ready = /^ready in (.*)$/.exec(text)?.[1];
    if (ready !== undefined) parts.push(`${source} ${ready}`);
    else if (text !== 'starting') steps.line(`  ${style.dim(`${source}: ${text}`)}`);
  };
  return steps.run(
    'stack',
    () =>
      startStack({
        ports: portsOf(flags),
        env: mailsOf(dataDirOf(flags.data)),
        log,
        signal,
        ...(flags.data !== undefined && { dataDir: dataDirOf(flags.data) }),
      }),
    () => `stack up: ${parts.join(', ')}`,
  );
}

interface Ran {
  readonly report: JobReport;
  readonly stack: Stack;
  readonly steps: Steps;
}

/** Leaves everything up until Ctrl-C, with people to sign in as and a story for them to find. */
async function stay(
  flags: StartFlags,
  { report, stack: { info }, steps }: Ran,
  { came, signal }: Interrupt,
): Promise<void> {
  const { style } = steps;
  const dataDir = dataDirOf(flags.data);
  const story = flags.payments === undefined;
  const { prepareFirstRun, signInText } = await import('./story/first-run.ts');
  const firstRun =
    flags.json === true
      ? undefined
      : await prepareFirstRun({ info, dataDir, steps, story, signal });
  steps.line(linksText(report, info, { dataDir, ownData: flags.data !== undefined, style }));
  if (firstRun) steps.line(signInText(firstRun, style));
  steps.line('Everything stays up until Ctrl-C; the data is kept.');
  await came;
  steps.line('stopping');
  await firstRun?.links.stop();
}
