import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Option, type Command } from 'commander';
import { CliError, textOf } from '../errors.ts';
import { handle } from '../session.ts';
import { auditFilters, queryOf, type AuditFilters } from './audit-filters.ts';

interface ExportOptions extends AuditFilters {
  readonly format: string;
  readonly out: string;
}

/** `bursar audit export`: the audit log as a file. */
export function addAuditExport(audit: Command): void {
  handle<ExportOptions>(
    auditFilters(audit.command('export').description('write the audit log to a file, oldest first'))
      .addOption(
        new Option('--format <format>', 'of the file').choices(['csv', 'jsonl']).default('csv'),
      )
      .requiredOption('--out <file>', 'where to write it; a file that is there already stays'),
    ['bursar audit export --out audit.csv', 'bursar audit export --format jsonl --out audit.jsonl'],
    async (session, { format, out, ...filters }) => {
      const body = await session
        .client()
        .stream('/api/disbursement/audit-logs/export', { format, ...queryOf(filters) });
      let bytes = 0;
      const source = Readable.from(
        (async function* counted() {
          for await (const part of body) {
            bytes += part.byteLength;
            yield part;
          }
        })(),
      );
      try {
        await pipeline(source, createWriteStream(out, { flags: 'wx', mode: 0o600 }));
      } catch (error) {
        throw new CliError(`The audit log was not written to ${out} as a whole.`, {
          why: [textOf(error)],
          code: 'export_failed',
        });
      }
      session.out.result({ file: out, bytes }, () => `${out}: ${bytes} bytes.`);
    },
  );
}
