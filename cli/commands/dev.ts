import type { Command } from 'commander';
import { startStack, type StackEvent, type StackOptions } from '../../stack/index.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Interrupted, onInterrupt } from '../interrupt.ts';
import { wholeNumber } from '../options.ts';
import { stackCard } from '../output/stack-card.ts';
import type { Style } from '../output/style.ts';
import { mailsOf, portsOf, withPorts, type StackFlags } from '../stack-flags.ts';
import { handle, type Session } from '../session.ts';

/** `bursar dev`: the whole stack, until Ctrl-C. */
export function addDev(program: Command): void {
  const command = withPorts(
    program
      .command('dev')
      .description('start Postgres, Temporal, simulator, workers and API here, until Ctrl-C')
      .option('--workers <n>', 'worker processes', wholeNumber)
      .option('--quiet', 'show no output of the processes; it is in the log files all the same'),
  );
  handle<StackFlags & { readonly quiet?: boolean }>(
    command,
    ['npm run dev', 'bursar dev --data /tmp/one --workers 2', 'bursar dev --api-port 3000'],
    dev,
  );
}

async function dev(
  session: Session,
  { quiet, workers, ...flags }: StackFlags & { readonly quiet?: boolean },
): Promise<ExitCode> {
  const { out, dataDir } = session;
  const interrupt = onInterrupt();
  const startedAtMs = performance.now();
  let up = false;
  try {
    const stack = await startStack({
      dataDir,
      ...(workers !== undefined && { workers }),
      ports: portsOf(flags),
      env: mailsOf(dataDir),
      signal: interrupt.signal,
      log: eventLog(out.style, (event) => quiet !== true || !up || event.kind !== 'output'),
    });
    up = true;
    const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
    out.result({ ...stack.info, dataDir }, () =>
      card(stackCard(stack.info, dataDir, out.style), seconds),
    );
    await interrupt.came;
    out.note('stopping; the data is kept');
    await stack.stop();
    return EXIT.ok;
  } catch (error) {
    if (error instanceof Interrupted) return EXIT.interrupted;
    throw error;
  }
}

const card = (text: string, seconds: string): string => `
Bursar is up after ${seconds} s.

${text}

Try:   npm run bursar -- demo --wait
       npm run bursar -- payables
End:   Ctrl-C
`;

/** Writes each event to stderr, its source in front. */
function eventLog(style: Style, shown: (event: StackEvent) => boolean): StackOptions['log'] {
  return (event) => {
    if (!shown(event)) return;
    const source = event.source.padEnd(10);
    const text = event.kind === 'warning' ? style.warn(event.text) : event.text;
    process.stderr.write(`${style.dim(source)} ${text}\n`);
  };
}
