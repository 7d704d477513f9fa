import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { newId } from '../../db/new-id.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import { deny } from '../http/auth.ts';
import { callerHolds } from '../http/caller.ts';
import { actorOf, type AppContext } from '../http/context.ts';
import { guardAction } from '../risk-guard.ts';
import type { STATEMENT_FORMATS } from '../schemas/statement.ts';
import { STATEMENT_POLICY } from './html.ts';

type Format = (typeof STATEMENT_FORMATS)[number];

/** The answer of a statement in each of its formats. */
export const statementResponse = <Schema extends z.ZodType>(schema: Schema) => ({
  description: 'The statement.',
  content: {
    'application/json': { schema: z.object({ statement: schema }) },
    'text/html': { schema: z.string() },
    'text/csv': { schema: z.string() },
  },
});

/** Refuses a file to whom may not export, and counts it; to be called once the statement is known to be there. */
export async function allowStatement(c: AppContext, format: Format): Promise<void> {
  if (format !== 'csv') return;
  if (!callerHolds(c.var.caller, 'export')) await deny(c, 'export');
  await c.var.deps.limits.exports(actorOf(c).id);
  await guardAction(c, 'export');
}

/** A statement that is about to be answered. */
interface Shown {
  format: Format;
  /** What the audit log says that was looked at. */
  about: Record<string, unknown>;
  name: string;
  csv(): { text: string; rows: number };
  page(): string;
}

/** A statement as a page or a file; null where plain JSON is wanted. That it was seen is written down. */
export async function answerFile(c: AppContext, shown: Shown): Promise<Response | null> {
  const { db } = c.var.deps;
  const { format, about, name } = shown;
  const actor = actorOf(c);
  const details = { ...about, format };
  await writeAudit(db, { action: 'statement.viewed', status: 'INFO', actor, details });
  if (format === 'json') return null;
  if (format === 'html') {
    c.header('content-security-policy', STATEMENT_POLICY);
    return c.html(shown.page(), 200);
  }
  const { text, rows } = shown.csv();
  const what = { kind: 'statement', exportId: newId('export'), ...details };
  const sha256 = createHash('sha256').update(text).digest('hex');
  const done = { ...what, rows, sha256 };
  await writeAudit(db, { action: 'export.created', status: 'SUCCESS', actor, details: what });
  await writeAudit(db, { action: 'export.finished', status: 'SUCCESS', actor, details: done });
  return c.body(text, 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}.csv"`,
  });
}
