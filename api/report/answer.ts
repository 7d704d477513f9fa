import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { writeAudit } from '../../db/queries/audit.ts';
import { newId } from '../../db/new-id.ts';
import { toCsv } from '../../domain/csv.ts';
import { formatDecimal } from '../../domain/money.ts';
import type { Period } from '../../domain/report/period.ts';
import { deny } from '../http/auth.ts';
import { callerHolds } from '../http/caller.ts';
import { actorOf, type AppContext } from '../http/context.ts';
import { refusal } from '../http/endpoint.ts';
import { guardAction } from '../risk-guard.ts';
import { timeOut } from '../schemas/common.ts';
import type { ReportAsked } from './asked.ts';

/** What every report says about itself. */
const reportMeta = z
  .object({
    name: z.string(),
    from: timeOut,
    to: timeOut,
    zone: z.string(),
    filters: z
      .record(z.string(), z.unknown())
      .meta({ description: 'As asked for; long lists of ids by their number.' }),
    generatedAt: timeOut,
    generatedBy: z.string(),
    rows: z.int(),
    hash: z.string().meta({
      description: 'SHA-256 in hexadecimal: of `rows` as compact JSON, of a CSV of all its bytes.',
    }),
  })
  .meta({ id: 'ReportMeta' });
type ReportMeta = z.infer<typeof reportMeta>;

/** The answers of a report whose rows look like `row`. */
export const reportResponses = <Row extends z.ZodType>(description: string, row: Row) => ({
  200: {
    description,
    content: {
      'application/json': { schema: z.object({ report: reportMeta, rows: z.array(row) }) },
      'text/csv': { schema: z.string() },
    },
  },
  409: refusal('A risk event holds what the caller exports (`risk_hold`).'),
});

/** A cell of a report: text, a number, nothing. Amounts are minor units of the row's `currency`. */
type Cell = string | number | null;
type ReportRow = Readonly<Record<string, Cell>> & { readonly currency: string | null };

/** A report that was worked out. */
export interface Worked<Row extends ReportRow> {
  name: string;
  asked: ReportAsked;
  period: Period;
  rows: readonly Row[];
  /** The columns of the CSV in their order; those that end in `Amount` are written in major units. */
  columns: readonly (keyof Row & string)[];
}

/** Refuses a CSV to whom may not export, and counts it; to be called before a report is worked out. */
export async function allowFormat(c: AppContext, asked: ReportAsked): Promise<void> {
  if (asked.format === 'json') return;
  if (!callerHolds(c.var.caller, 'export')) await deny(c, 'export');
  await c.var.deps.limits.exports(actorOf(c).id);
}

/** The same where a report names people: taking such files out in bulk is a risk, taking sums out is none. */
export async function allowNames(c: AppContext, asked: ReportAsked): Promise<void> {
  await allowFormat(c, asked);
  if (asked.format === 'csv') await guardAction(c, 'export');
}

/**
 * What a report says about itself, written into the audit log as seen or exported, and its CSV where that
 * is what goes out. A file that names people is an export like any other.
 */
export async function recordReport<Row extends ReportRow>(
  c: AppContext,
  worked: Worked<Row>,
  { namesPeople = false }: { namesPeople?: boolean } = {},
): Promise<{ report: ReportMeta; csv: string | null }> {
  const { name, asked, period, rows } = worked;
  const actor = actorOf(c);
  const csv = asked.format === 'csv' ? csvOf(worked) : null;
  const report: ReportMeta = {
    name,
    from: new Date(period.from).toISOString(),
    to: new Date(period.to).toISOString(),
    zone: period.zone,
    filters: shownFilters(asked),
    generatedAt: new Date().toISOString(),
    generatedBy: actor.id,
    rows: rows.length,
    hash: createHash('sha256')
      .update(csv ?? JSON.stringify(rows))
      .digest('hex'),
  };
  const { from, to, zone, filters, hash } = report;
  const details = { report: name, from, to, zone, filters, rows: rows.length, sha256: hash };
  const { db } = c.var.deps;
  if (csv === null) {
    await writeAudit(db, { action: 'report.viewed', status: 'INFO', actor, details });
  } else if (namesPeople) {
    const what = { ...details, kind: `report.${name}`, exportId: newId('export'), format: 'csv' };
    await writeAudit(db, { action: 'export.created', status: 'SUCCESS', actor, details: what });
  } else {
    const what = { ...details, format: 'csv' };
    await writeAudit(db, { action: 'report.exported', status: 'SUCCESS', actor, details: what });
  }
  return { report, csv };
}

/** A report as CSV: formulas escaped, amounts as exact decimals. */
function csvOf<Row extends ReportRow>({ rows, columns }: Worked<Row>): string {
  return toCsv(
    rows.map((row) => columns.map((name) => csvCell(row, name))),
    columns,
  );
}

/** All that a CSV says about itself, since the file has nothing but rows. */
export const csvHeaders = ({ name, from, to, zone, filters, ...report }: ReportMeta) => ({
  'content-type': 'text/csv; charset=utf-8',
  'content-disposition': `attachment; filename="${name}.csv"`,
  'x-report-rows': String(report.rows),
  'x-report-hash': report.hash,
  'x-report-generated-at': report.generatedAt,
  'x-report-generated-by': report.generatedBy,
  'x-report-filters': asciiJson({ from, to, zone, ...filters }),
});

/** Headers take no other letters. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[^ -~]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function csvCell(row: ReportRow, name: string): Cell {
  const value = row[name] ?? null;
  const isAmount = name === 'amount' || name.endsWith('Amount');
  if (!isAmount || typeof value !== 'number' || row.currency === null) return value;
  return formatDecimal(BigInt(value), row.currency);
}

const LIST_SHOWN_MAX = 20;
/** What is asked for beside them stands on its own, or says only how to answer. */
const NO_FILTERS: ReadonlySet<string> = new Set(['from', 'to', 'zone', 'format']);

function shownFilters(asked: ReportAsked): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(asked)
      .filter(([name, value]) => value !== undefined && !NO_FILTERS.has(name))
      .map(([name, value]) => [name, shown(value)]),
  );
}

function shown(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value) && value.length > LIST_SHOWN_MAX) return `${value.length} ids`;
  return value;
}
