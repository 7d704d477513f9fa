import type { Command } from 'commander';
import { chainCrypto, publicKeysText } from '../../db/audit-keys.ts';
import { openDatabase } from '../../db/client.ts';
import {
  patient,
  verifyAudit,
  type AuditFinding,
  type AuditReport,
} from '../../db/queries/audit-verify.ts';
import { publicKeysFor, readHeads } from '../audit-keys.ts';
import { databaseUrlOf } from '../database.ts';
import { CliError, textOf, usageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import type { Style } from '../output/style.ts';
import { handle, type Session } from '../session.ts';

interface VerifyOptions {
  readonly heads?: string;
  readonly from?: string;
  readonly publicKeys?: string;
}

/** `bursar audit verify` and `bursar audit key`: whether the log is as it was written, and by which keys one knows. */
export function addAuditVerify(audit: Command): void {
  handle<VerifyOptions>(
    audit
      .command('verify')
      .description('check the sealed audit log; exit 1 where something was changed')
      .option('--heads <file>', 'seals that were written down outside the database')
      .option('--from <height>', 'only from this seal on')
      .option('--public-keys <keys>', 'as `bursar audit key` prints them'),
    ['bursar audit verify', 'bursar audit verify --heads audit-heads.jsonl --json'],
    async (session, options) => {
      const report = await run(session, options);
      session.out.result(shown(report), () => reportText(report, session.out.style));
      return report.ok ? EXIT.ok : EXIT.failed;
    },
  );
  handle(
    audit.command('key').description('the public keys, with which anybody checks the audit log'),
    ['bursar audit key'],
    async (session) => {
      const keys = publicKeysText(publicKeysFor(session, undefined));
      session.out.result({ publicKeys: keys }, () => keys);
    },
  );
}

async function run(session: Session, options: VerifyOptions): Promise<AuditReport> {
  if (options.from !== undefined && !/^[1-9]\d{0,14}$/.test(options.from)) {
    throw usageError('--from is the height of a seal: a whole number from 1 on.');
  }
  const keys = publicKeysFor(session, options.publicKeys);
  const heads = await readHeads(session, options.heads);
  const db = openDatabase(databaseUrlOf(session));
  const from = options.from === undefined ? undefined : BigInt(options.from);
  try {
    return await verifyAudit(patient(db), { crypto: chainCrypto(keys), from, heads });
  } catch (error) {
    throw new CliError('The audit log could not be checked.', {
      why: [textOf(error)],
      next: ['bursar migrate', 'bursar doctor'],
      code: 'verify_failed',
    });
  } finally {
    await db.close();
  }
}

/** Numbers of 64 bits as JSON has them; seals and rows are far fewer. */
const shown = ({ from, to, rows, findings, ...rest }: AuditReport) => ({
  ...rest,
  from: Number(from),
  to: Number(to),
  rows: Number(rows),
  findings: findings.map((each) => ({ ...each, height: Number(each.height) })),
});

function reportText(report: AuditReport, style: Style): string {
  const { ok, from, to, rows, unsealedRows, headsChecked, findings } = report;
  const seals = to === 0n ? 'There are no seals.' : `Seals ${from} to ${to} cover ${rows} rows.`;
  const outside =
    headsChecked === 0
      ? 'No heads were given: that the newest rows were cut off would not be seen.'
      : `${headsChecked} heads from outside were checked.`;
  const verdict = ok
    ? style.good('The audit log is as it was written.')
    : style.bad('The audit log was changed:');
  return [
    `${seals} ${unsealedRows} rows are not sealed yet. ${outside}`,
    verdict,
    ...findings.flatMap(findingLines),
  ].join('\n');
}

const findingLines = ({ what, missingIds, changedIds, addedIds }: AuditFinding): string[] => [
  `  ${what}`,
  ...line('missing', missingIds),
  ...line('changed', changedIds),
  ...line('added', addedIds),
];

const line = (word: string, ids: readonly string[]): string[] =>
  ids.length === 0 ? [] : [`    ${word}: ${ids.join(', ')}`];
