import type { Command } from 'commander';
import { readStackFile, type StackInfo } from '../stack/index.ts';
import { makeClient, type ApiClient } from './client.ts';
import { dataDirOf, readEnvironment, type Environment } from './config.ts';
import {
  findAddress,
  findConnection,
  type Connection,
  type ConnectionFlags,
} from './connection.ts';
import type { ExitCode } from './exit-codes.ts';
import { makeOutput, type Output } from './output/output.ts';

/** The flags that stand on every command. */
export interface GlobalFlags extends ConnectionFlags {
  readonly json?: boolean;
  readonly color?: boolean;
}

/** What a command works with. */
export interface Session {
  readonly out: Output;
  readonly environment: Environment;
  readonly dataDir: string;
  /** Whether `--data` was given. */
  readonly dataGiven: boolean;
  /** The stack that runs on `dataDir`, where one does. */
  readonly stack: StackInfo | undefined;
  /** The address of the API, whoever calls; a CliError where nothing says it. */
  readonly address: () => string;
  /** Where requests go; a CliError where nothing says it. */
  readonly connection: () => Connection;
  readonly client: () => ApiClient;
}

/** Opens what one command works with; nothing is connected before it is asked for. */
export function openSession(flags: GlobalFlags): Session {
  const read = readEnvironment();
  const environment = { ...read, noColor: read.noColor || flags.color === false };
  const dataDir = dataDirOf(flags.data);
  const connection = () => findConnection(flags, environment);
  return {
    out: makeOutput({
      json: flags.json === true,
      noColor: environment.noColor,
    }),
    environment,
    dataDir,
    dataGiven: flags.data !== undefined,
    get stack() {
      return readStackFile(dataDir);
    },
    address: () => findAddress(flags, environment).url,
    connection,
    client: () => makeClient(connection()),
  };
}

/** What a command does; the exit code is 0 where it answers none. */
export type Handler<Options> = (
  session: Session,
  options: Options,
  args: readonly string[],
) => Promise<ExitCode | void>;

/** Gives a command what it does, and its examples in its help. */
export function handle<Options extends object>(
  command: Command,
  examples: readonly string[],
  handler: Handler<Options>,
): void {
  command
    .addHelpText('after', examplesText(examples))
    .action(async (...given: readonly unknown[]) => {
      const self = given.at(-1) as Command;
      const session = openSession(self.optsWithGlobals());
      const code = await handler(session, self.opts<Options>(), self.args);
      process.exitCode = code ?? 0;
    });
}

/** The part of a help text that shows how it is used. */
export const examplesText = (examples: readonly string[]): string =>
  examples.length === 0 ? '' : `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`;
