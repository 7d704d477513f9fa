import { z } from 'zod';
import { count, type TestApi } from './test-api.ts';

/** Rows of cells as a CSV text. */
export const sheet = (...rows: string[][]): string =>
  rows
    .map((row) => row.map((cell) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)))
    .join('\n');

/** How many payees and commissions there are. */
export const storedIn = (api: TestApi): Promise<number> =>
  count(api.db, 'select (select count(*) from payees) + (select count(*) from commissions) as n');

/** The commissions that came from a source. */
export const commissionsFrom = (api: TestApi, source: string) =>
  api.db.run(
    z.object({
      name: z.string(),
      affiliate: z.string(),
      amount: z.bigint().transform(Number),
      currency: z.string(),
      status: z.string(),
    }),
    `select c.external_id as name, y.external_id as affiliate, c.amount_minor as amount, c.currency, c.status
     from commissions c join payees y on y.id = c.payee_id where starts_with(c.external_id, $1) order by 1`,
    [`${source}:`],
  );
