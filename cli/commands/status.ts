import { Option, type Command } from 'commander';
import type { StackInfo } from '../../stack/index.ts';
import { healthAnswer } from '../answers.ts';
import type { Connection } from '../connection.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { stackCard } from '../output/stack-card.ts';
import type { Style } from '../output/style.ts';
import { pairs } from '../output/table.ts';
import { handle, type Session } from '../session.ts';

interface Status {
  readonly output?: 'env';
}

type Health = typeof healthAnswer._output;

/** `bursar status`: where everything is and whether it is well. */
export function addStatus(program: Command): void {
  const command = program
    .command('status')
    .description('where everything answers, and whether it is well; exit 1 where it is not')
    .addOption(new Option('-o, --output <format>', 'env: as shell variables').choices(['env']));
  handle<Status>(
    command,
    ['bursar status', 'eval "$(bursar status -o env)"', 'bursar status --json'],
    status,
  );
}

async function status(session: Session, { output }: Status): Promise<ExitCode> {
  const connection = session.connection();
  const stack = session.stack?.apiUrl === connection.url ? session.stack : undefined;
  if (output === 'env') {
    process.stdout.write(`${environmentText(connection, stack)}\n`);
    return EXIT.ok;
  }
  const { health, problem } = await readHealth(session);
  const value = { url: connection.url, source: connection.source, stack: stack ?? null, health };
  session.out.result(value, () =>
    [
      stack === undefined
        ? pairs([['API', `${connection.url}   (${connection.source})`]])
        : stackCard(stack, session.dataDir, session.out.style),
      ...(health === null ? [] : ['', healthText(health, session.out.style)]),
    ].join('\n'),
  );
  if (problem !== undefined) throw problem;
  return health?.status === 'ok' ? EXIT.ok : EXIT.failed;
}

async function readHealth(
  session: Session,
): Promise<{ health: Health | null; problem?: CliError }> {
  try {
    return { health: await session.client().get(healthAnswer, '/api/disbursement/health') };
  } catch (error) {
    if (error instanceof CliError) return { health: null, problem: error };
    throw error;
  }
}

function healthText(health: Health, style: Style): string {
  const mark = (well: boolean) => (well ? style.good('well') : style.bad('away'));
  return pairs([
    ['health', health.status === 'ok' ? style.good('ok') : style.bad(health.status)],
    ...Object.entries(health.components).map(([name, well]) => [name, mark(well)] as const),
    ...health.providers.map(
      (provider) =>
        [
          `provider ${provider.name}`,
          `${mark(provider.reachable)}${circuitText(provider, style)}`,
        ] as const,
    ),
    ['oldest in queue', `${Math.round(health.queueAgeSeconds)} s`],
    ['stuck payments', String(health.stuckPayments)],
  ]);
}

/** How a provider's circuit stands, as the worker that finds it worst sees it. */
function circuitText(
  { circuit, failures, reason, since }: Health['providers'][number],
  style: Style,
): string {
  if (circuit === null) return '';
  const text = `circuit ${circuit.replace('_', ' ')}`;
  if (circuit === 'closed') return `, ${text}`;
  const why = [`${failures} failures`, ...(reason === null ? [] : [reason])].join(', ');
  return `, ${style.bad(text)} ${since === null ? '' : `since ${since} `}(${why})`;
}

/** Lines for a shell to evaluate. */
function environmentText({ url, apiKey }: Connection, stack: StackInfo | undefined): string {
  const values: [string, string][] = [
    ['BURSAR_URL', url],
    ...(apiKey === '' ? [] : ([['BURSAR_API_KEY', apiKey]] as [string, string][])),
    ...(stack === undefined
      ? []
      : ([
          ['DATABASE_URL', stack.databaseUrl],
          ['TEMPORAL_ADDRESS', stack.temporalAddress],
          ['TEMPORAL_NAMESPACE', stack.temporalNamespace],
          ['BURSAR_SIMULATOR_URL', stack.simulatorUrl],
        ] as [string, string][])),
  ];
  return values
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`)
    .join('\n');
}
