import { z } from '@hono/zod-openapi';
import { endpoint, newApp, refusal } from '../../http/endpoint.ts';
import { idOf } from '../../schemas/common.ts';
import { statementFormat, statementZone, yearStatement } from '../../schemas/statement.ts';
import { allowStatement, answerFile, statementResponse } from '../../statement/answer.ts';
import { statementCsv } from '../../statement/csv.ts';
import { yearPage } from '../../statement/year-page.ts';
import { readYearStatement } from '../../statement/year.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/affiliates/{id}/statements/{year}',
  tags: ['Statements'],
  summary: "The payee's statement of a year",
  'x-permission': 'view',
  request: {
    params: z.object({
      id: idOf('payee'),
      year: z
        .string()
        .regex(/^20\d{2}$/, 'must be a year like 2026')
        .meta({ example: '2026' }),
    }),
    query: z.strictObject({ format: statementFormat, zone: statementZone }),
  },
  responses: {
    200: statementResponse(yearStatement),
    409: refusal(
      'More than 10,000 payouts (`export_too_large`), or a risk event holds the export (`risk_hold`).',
    ),
  },
});

/** What a payee was paid in a year; numbered once the year is over. */
export const getYearStatement = newApp().openapi(route, async (c) => {
  const { id, year } = c.req.valid('param');
  const { format, zone } = c.req.valid('query');
  const statement = await readYearStatement(c.var.deps.db, id, { year: Number(year), zone });
  await allowStatement(c, format);
  const { number, payee, payouts } = statement;
  const file = await answerFile(c, {
    format,
    about: { number, year: statement.year, zone, affiliateId: id },
    name: `statement-${year}-${payee.id}`,
    csv: () => ({
      text: statementCsv(payouts.map((payout) => ({ number: payout.number, payee, payout }))),
      rows: payouts.length,
    }),
    page: () => yearPage(statement),
  });
  return file ?? c.json({ statement }, 200);
});
