import { openDatabase, type Db } from '../../db/client.ts';
import { noRow } from '../../db/rows.ts';

/**
 * Sets the policy of a test's database aside: no amount of any currency is of high value. For tests
 * about something else, which pay large amounts without people.
 */
export async function relaxPolicy(db: Db): Promise<void> {
  await db.run(noRow, 'update security_policy set high_value_minor = 9007199254740991');
  await db.run(
    noRow,
    `insert into currency_rates (currency, day, base_currency, rate, created_by)
     select c.code, '2000-01-01', y.base_currency, 0.000001, 'test'
     from currencies c cross join security_policy y where c.code <> y.base_currency
     on conflict do nothing`,
  );
}

/** Does something in a database that nobody else has opened for it. */
export async function withDatabase<T>(
  databaseUrl: string,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const db = openDatabase(databaseUrl);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}
