import { z } from '@hono/zod-openapi';
import { endpoint, newApp, refusal } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { payoutStatement, statementFormat } from '../../schemas/statement.ts';
import { allowStatement, answerFile, statementResponse } from '../../statement/answer.ts';
import { statementCsv } from '../../statement/csv.ts';
import { payoutPage } from '../../statement/payout-page.ts';
import { readPayoutStatement } from '../../statement/payout.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/payments/{id}/statement',
  tags: ['Statements'],
  summary: "The payee's statement of a payout",
  'x-permission': 'view',
  request: {
    params: idParams('payment'),
    query: z.strictObject({ format: statementFormat }),
  },
  responses: {
    200: statementResponse(payoutStatement),
    409: refusal('The payment was not paid (`invalid_state`), or a risk event holds the export.'),
  },
});

/** The statement of one payout; it is given its number now where it has none. */
export const getPayoutStatement = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { format } = c.req.valid('query');
  const statement = await readPayoutStatement(c.var.deps.db, id);
  await allowStatement(c, format);
  const { number, payee, payout } = statement;
  const file = await answerFile(c, {
    format,
    about: { number, paymentId: id, affiliateId: payee.id },
    name: `statement-${number}`,
    csv: () => ({ text: statementCsv([{ number, payee, payout }]), rows: 1 }),
    page: () => payoutPage(statement),
  });
  return file ?? c.json({ statement }, 200);
});
