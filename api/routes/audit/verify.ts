import { z } from '@hono/zod-openapi';
import { chainCrypto } from '../../../db/audit-keys.ts';
import { writeAudit } from '../../../db/queries/audit.ts';
import { lastBlock } from '../../../db/queries/audit-seal.ts';
import { patient, recentHeight, verifyAudit } from '../../../db/queries/audit-verify.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';

const ids = z.array(z.string());

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/audit-logs/verify',
  tags: ['Audit'],
  summary: 'Whether the sealed rows of the audit log are as they were written',
  'x-permission': 'audit',
  request: {
    query: z.strictObject({
      from: z
        .string()
        .regex(/^\d{1,15}$/)
        .optional()
        .meta({ description: 'The first seal to check; of the newest ones unless told.' }),
    }),
  },
  responses: {
    200: json(
      'What was checked and found. At most 2,000 seals and about 250,000 rows at a time.',
      z.object({
        ok: z.boolean(),
        from: z.int(),
        to: z.int().meta({ description: 'Go on with the one after it, up to `height`.' }),
        height: z.int().meta({ description: 'The newest seal.' }),
        rows: z.int(),
        unsealedRows: z.int(),
        signatures: z
          .enum(['checked', 'not_checked'])
          .meta({ description: 'Not where BURSAR_AUDIT_PUBLIC_KEYS is not set.' }),
        findings: z.array(
          z.object({
            code: z.string(),
            height: z.int(),
            what: z.string(),
            missingIds: ids,
            changedIds: ids,
            addedIds: ids,
          }),
        ),
      }),
    ),
  },
});

/** Checks the newest part of the audit log, or the part from one seal on. */
export const verifyAuditLog = newApp().openapi(route, async (c) => {
  const { db, settings } = c.var.deps;
  const keys = settings.auditPublicKeys ?? null;
  const given = c.req.valid('query').from;
  const from = given === undefined ? await recentHeight(db) : BigInt(given);
  const report = await verifyAudit(patient(db), { crypto: chainCrypto(keys), from, pagesMax: 1 });
  const body = {
    ok: report.ok,
    from: Number(report.from),
    to: Number(report.to),
    height: Number((await lastBlock(db))?.height ?? 0n),
    rows: Number(report.rows),
    unsealedRows: report.unsealedRows,
    signatures: keys ? ('checked' as const) : ('not_checked' as const),
    findings: report.findings.map((each) => ({ ...each, height: Number(each.height) })),
  };
  const { ok, to } = body;
  const details = { kind: 'verify', ok, from: body.from, to };
  const status = ok ? 'INFO' : 'FAILURE';
  await writeAudit(db, { action: 'audit.viewed', status, actor: actorOf(c), details });
  return c.json(body, 200);
});
