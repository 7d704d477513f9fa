import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { StackOptions } from '../stack/index.ts';
import { readEnvironment } from './config.ts';

/** The flags with which a stack is started. */
export interface StackFlags {
  readonly workers?: number;
  readonly apiPort?: number;
  readonly simulatorPort?: number;
  readonly temporalPort?: number;
  readonly temporalUiPort?: number;
  readonly postgresPort?: number;
}

function port(typed: string): number {
  const value = Number(typed);
  if (/^\d{1,5}$/.test(typed) && value >= 1 && value <= 65_535) return value;
  throw new InvalidArgumentError('A port is a number from 1 to 65535.');
}

/** The ports of a stack, each a free one unless given. */
export const withPorts = (command: Command): Command =>
  command
    .option('--api-port <port>', 'the API', port)
    .option('--simulator-port <port>', 'the provider simulator', port)
    .option('--temporal-port <port>', 'Temporal', port)
    .option('--temporal-ui-port <port>', "Temporal's Web UI", port)
    .option('--postgres-port <port>', 'Postgres', port);

/** The ports as `startStack` takes them. */
export function portsOf(flags: StackFlags): NonNullable<StackOptions['ports']> {
  const { apiPort, simulatorPort, temporalPort, temporalUiPort, postgresPort } = flags;
  return {
    ...(apiPort !== undefined && { api: apiPort }),
    ...(simulatorPort !== undefined && { simulator: simulatorPort }),
    ...(temporalPort !== undefined && { temporal: temporalPort }),
    ...(temporalUiPort !== undefined && { temporalUi: temporalUiPort }),
    ...(postgresPort !== undefined && { postgres: postgresPort }),
  };
}

/**
 * Has a stack for development write its mails to payees into its data folder, where they can be looked at,
 * unless the environment says where they go.
 */
export const mailsOf = (dataDir: string): NonNullable<StackOptions['env']> =>
  readEnvironment().all['BURSAR_MAIL_URL']
    ? {}
    : { BURSAR_MAIL_URL: `folder:${path.join(dataDir, 'mails')}` };
