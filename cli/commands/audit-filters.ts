import type { Command } from 'commander';

/** The flags by which rows of the audit log are chosen. */
export interface AuditFilters {
  readonly action?: string;
  readonly status?: string;
  readonly batch?: string;
  readonly payment?: string;
  readonly actor?: string;
  readonly ip?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Adds them to a command. */
export const auditFilters = (command: Command): Command =>
  command
    .option(
      '--action <name>',
      'only this action, like batch.created; with a dot at its end, all of that kind',
    )
    .option('--status <status>', 'SUCCESS, FAILURE, WARNING or INFO')
    .option('--batch <id>', 'only what concerns this batch')
    .option('--payment <id>', 'only what concerns this payment')
    .option('--actor <id>', 'only what this one did')
    .option('--ip <address>', 'only what came from this address')
    .option('--from <time>', 'from then on, ISO 8601')
    .option('--to <time>', 'before then, ISO 8601');

/** The same as the API calls them. */
export const queryOf = ({ batch, payment, ip, ...rest }: AuditFilters) => ({
  ...rest,
  batchId: batch,
  paymentId: payment,
  ipAddress: ip,
});
