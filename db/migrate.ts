import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import currencyCodes from 'currency-codes';
import postgres from 'postgres';
import { currencyDigits, isCurrency } from '../domain/currency.ts';
import { MIGRATION_LOCK } from './migration-lock.ts';
import { fixFunctions, grantRights, isUnderRoles } from './roles/roles.ts';

/**
 * Brings the database to this version's schema, and the table of currencies with it. Runs under an
 * advisory lock held on the one connection it uses, so any number of processes may call it at once;
 * the later ones find nothing left to do. Where the database is under roles, what is made belongs to
 * their owner, and each role gets the rights that this version lists. Throws with the database's own
 * reason if a step fails; each step is a transaction.
 */
export async function migrateDatabase(databaseUrl: string): Promise<void> {
  const connection = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await connection`select pg_advisory_lock(${MIGRATION_LOCK})`;
    const underRoles = await isUnderRoles(connection);
    if (underRoles) {
      await letOwnerCreate(connection);
      await connection`set role bursar_owner`;
    }
    await migrate(drizzle(connection), {
      migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)),
    });
    await noteMigrations(connection);
    await writeCurrencies(connection);
    await fixFunctions(connection);
    if (underRoles) await grantRights(connection);
  } finally {
    await connection.end({ timeout: 5 });
  }
}

/**
 * Says how many steps the database has seen where everybody may read it: the table of them is the
 * owner's alone.
 */
async function noteMigrations(connection: postgres.Sql): Promise<void> {
  await connection`do $$ begin
    execute format('comment on schema drizzle is %L', (select count(*) from drizzle.__drizzle_migrations));
  end $$`;
}

/** A copy of a database under roles keeps its tables' owner, but not what the owner may do to the database. */
async function letOwnerCreate(connection: postgres.Sql): Promise<void> {
  await connection`do $$ begin
    if not has_database_privilege('bursar_owner', current_database(), 'create') then
      execute format('grant create on database %I to bursar_owner', current_database());
    end if;
  end $$`;
}

/** The least payout is one major unit until somebody sets another; a set one is kept. */
async function writeCurrencies(connection: postgres.Sql): Promise<void> {
  const known = currencyCodes.data.map(({ code }) => code).filter(isCurrency);
  const digits = known.map(currencyDigits);
  await connection`
    insert into currencies (code, digits, minimum_payout_minor)
    select code, digits, 10 ^ digits
    from unnest(${known}::text[], ${digits}::smallint[]) as known (code, digits)
    on conflict (code) do update set digits = excluded.digits
    where currencies.digits <> excluded.digits`;
}
