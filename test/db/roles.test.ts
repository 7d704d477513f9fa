import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { GROUP_ROLES, TABLE_RIGHTS } from '../../db/roles/privileges.ts';
import { makeRoles } from '../../db/roles/roles.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { siblingDatabaseUrl } from '../../stack/postgres/database.ts';
import { inDatabase, migrateAsRoles } from '../../stack/postgres/migrate.ts';
import { loadSecrets } from '../../stack/secrets.ts';
import { temporaryDir } from '../support/temp-dir.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const WORDS = { S: 'SELECT', I: 'INSERT', U: 'UPDATE', D: 'DELETE' } as const;
type Letter = keyof typeof WORDS;
const PASSWORD = 'd4f7c1a96b0e82357f1c';

/** Tables where rows are only ever added. */
const APPEND_ONLY = [
  'audit_logs',
  'audit_blocks',
  'ledger_entries',
  'role_changes',
  'outbox_events',
  'submission_groups',
  'delivery_attempts',
  'batch_exclusions',
  'calculation_terms',
  'conversion_decisions',
  'conversion_reversals',
  'fee_months',
  'schedule_runs',
  'escrows',
  'escrow_releases',
  'escrow_shares',
  'escrow_refunds',
  'escrow_refund_shares',
  'split_models',
  'imports',
];
const SIGN_IN = [
  'api_keys',
  'users',
  'user_sessions',
  'user_identities',
  'user_second_factors',
  'user_verifications',
  'idempotency_keys',
  'rate_limits',
  'allow_lists',
];
/** Whose approvals count, and whose keys are whose: no addresses, no hashes. */
const SEEN_BY_WORKER: Readonly<Record<string, readonly string[]>> = {
  users: ['id', 'name', 'role', 'frozen_at'],
  api_keys: ['id', 'owner', 'created_by'],
};
const NOT_FOR_REPORTS = [
  ...SIGN_IN,
  'webhook_endpoints',
  'webhook_events',
  'audit_logs',
  'outbox_events',
  'payee_mails',
  'accounts.details',
  'accounts.details_sealed',
  'accounts.destination_index',
  'accounts.account_ref',
  'payments.account_ref',
  'attempts.request_sealed',
];

let database: TestDatabase;
let admin: postgres.Sql;
const open: postgres.Sql[] = [];

function connect(url: string): postgres.Sql {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  open.push(sql);
  return sql;
}

const urls = () => inDatabase(inject('servers').databaseUrls, database.databaseUrl);

beforeAll(async () => {
  database = await createTestDatabase();
  admin = connect(database.databaseUrl);
});

afterAll(async () => {
  for (const sql of open) await sql.end({ timeout: 5 });
  await database.drop();
});

/** Every right that anybody but the owner has on a table or a column of it. */
async function grantsInCatalogue(): Promise<string[]> {
  const rows = await admin<{ line: string }[]>`
    select grantee || ' ' || privilege || ' ' || name as line from (
      select coalesce(r.rolname, 'PUBLIC') as grantee, a.privilege_type as privilege, c.relname as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      cross join lateral aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
      left join pg_roles r on r.oid = a.grantee
      where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm') and a.grantee <> c.relowner
      union all
      select coalesce(r.rolname, 'PUBLIC'), a.privilege_type, c.relname || '.' || t.attname
      from pg_attribute t join pg_class c on c.oid = t.attrelid
      join pg_namespace n on n.oid = c.relnamespace
      cross join lateral aclexplode(t.attacl) a left join pg_roles r on r.oid = a.grantee
      where n.nspname = 'public') as granted`;
  return rows.map(({ line }) => line).sort();
}

const refusal = async (run: PromiseLike<unknown>): Promise<unknown> => {
  try {
    await run;
    return 'done';
  } catch (error) {
    return Reflect.get(Object(error), 'code');
  }
};

describe('the rights of the roles', () => {
  it('are those of the table: no more, no less, and nothing for everybody', async () => {
    const expected = Object.entries(TABLE_RIGHTS).flatMap(([table, rights]) => {
      const whole = (role: string, granted: string | readonly string[]) =>
        typeof granted === 'string'
          ? granted.split('').map((letter) => `${role} ${WORDS[letter as Letter]} ${table}`)
          : granted.map((column) => `${role} SELECT ${table}.${column}`);
      const { api, worker, report = '' } = rights;
      return [
        ...whole('bursar_api', api),
        ...whole('bursar_worker', worker),
        ...whole('bursar_report', report === 'all' ? 'S' : report),
      ];
    });
    expect(await grantsInCatalogue()).toEqual(expected.sort());
  });

  it('are written down for every table there is', async () => {
    const rows = await admin<{ name: string }[]>`
      select tablename as name from pg_tables where schemaname = 'public' order by 1`;
    expect(Object.keys(TABLE_RIGHTS).sort()).toEqual(rows.map(({ name }) => name).sort());
  });

  it('let nobody change or delete rows of tables that only grow', () => {
    for (const table of APPEND_ONLY) {
      const { api, worker } = TABLE_RIGHTS[table] ?? { api: 'none', worker: 'none' };
      // A list of columns is what may be read, and nothing more.
      for (const granted of [api, worker].filter((each) => typeof each === 'string')) {
        expect([table, granted]).toEqual([table, expect.stringMatching(/^(?:SI?)?$/)]);
      }
    }
  });

  it('leave what people and machines sign in with to the API', () => {
    for (const table of SIGN_IN) {
      const { worker, report } = TABLE_RIGHTS[table] ?? { worker: 'none' };
      expect([table, worker, report]).toEqual([table, SEEN_BY_WORKER[table] ?? '', undefined]);
    }
  });

  it('let reports see no details, secrets, sessions or bodies', async () => {
    const seen = (await grantsInCatalogue())
      .filter((line) => line.startsWith('bursar_report'))
      .map((line) => line.replace('bursar_report SELECT ', ''));
    expect(seen.filter((name) => NOT_FOR_REPORTS.includes(name.split('.')[0] ?? ''))).toEqual([]);
    expect(seen.filter((name) => NOT_FOR_REPORTS.includes(name))).toEqual([]);
    expect(seen).not.toContain('accounts');
    expect(seen).not.toContain('payments');
  });
});

describe('the roles themselves', () => {
  it('hold no powers, and the groups do not sign in', async () => {
    const rows = await admin`
      select rolname, rolcanlogin from pg_roles
      where (rolname = any (${[...GROUP_ROLES]}::text[]) or pg_has_role(oid, 'bursar_api', 'member')
        or pg_has_role(oid, 'bursar_worker', 'member') or pg_has_role(oid, 'bursar_migrator', 'member'))
        and not (rolsuper and rolcanlogin and rolname = current_user)
        and (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls
          or (rolcanlogin and rolname = any (${[...GROUP_ROLES]}::text[])))`;
    expect(rows).toEqual([]);
  });

  it('own nothing, but for the owner who owns everything', async () => {
    const owners = await admin<{ owner: string }[]>`
      select distinct r.rolname as owner from (
        select relowner as owner, relnamespace as space from pg_class
        union all select proowner, pronamespace from pg_proc) things
      join pg_roles r on r.oid = things.owner join pg_namespace n on n.oid = things.space
      where n.nspname in ('public', 'drizzle')`;
    expect(owners.map(({ owner }) => owner)).toEqual(['bursar_owner']);
    const kept = await admin`
      select classid::regclass, objid from pg_shdepend d join pg_roles r on r.oid = d.refobjid
      where d.deptype = 'o' and r.rolname ~ '^bursar_|_login$' and r.rolname <> 'bursar_owner'`;
    expect(kept).toEqual([]);
  });

  it('look names up in one fixed path, in functions too, none of which runs as its owner', async () => {
    const loose = await admin`
      select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'public' and p.proname <> 'audit_offset'
        and (p.prosecdef or not coalesce('search_path=public, pg_temp' = any (p.proconfig), false))`;
    expect(loose).toEqual([]);
    const [api] = await connect(urls().api)`show search_path`;
    expect(api?.['search_path']).toBe('public, pg_temp');
  });

  it('do not let everybody call functions', async () => {
    const open = await admin`
      select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'public' and has_function_privilege('bursar_report', p.oid, 'execute')`;
    expect(open).toEqual([]);
  });
});

describe.each(['api', 'worker'] as const)('the user of the %s', (name) => {
  const attempts = [
    `update audit_logs set actor = 'x'`,
    'delete from audit_logs',
    'truncate audit_logs',
    `update ledger_entries set side = 'debit'`,
    'delete from ledger_entries',
    'truncate batches cascade',
    'alter table audit_logs disable trigger all',
    `set session_replication_role = 'replica'`,
    'drop trigger audit_logs_append_only on audit_logs',
    'create table own (id int)',
    'create temporary table own (id int)',
    `create function own() returns int language sql as 'select 1'`,
    'create schema own',
    'alter table batches add column own int',
    'set role bursar_owner',
    'set role bursar_migrator',
    'select * from drizzle.__drizzle_migrations',
    `copy batches to program 'true'`,
  ];

  it.each(attempts)('may not: %s', async (statement) => {
    // A copy of a database has no rights of its own; those of the real one are put back for this.
    await admin.unsafe(
      `revoke all on database ${new URL(database.databaseUrl).pathname.slice(1)} from public`,
    );
    await admin.unsafe(
      `grant connect on database ${new URL(database.databaseUrl).pathname.slice(1)} to bursar_api, bursar_worker`,
    );
    const sql = connect(urls()[name]);
    expect(await refusal(sql.unsafe(statement))).toBe('42501');
    await sql.end();
  });

  it('reads its own tables', async () => {
    expect(await refusal(connect(urls()[name])`select count(*) from payments`)).toBe('done');
  });
});

it('keeps keys and people from the worker', async () => {
  const sql = connect(urls().worker);
  for (const table of SIGN_IN) {
    expect(await refusal(sql.unsafe(`select * from ${table}`))).toBe('42501');
  }
  expect(await refusal(sql`select email from users`)).toBe('42501');
  expect(await refusal(sql`select secret_hash from api_keys`)).toBe('42501');
  expect(await refusal(sql`select role from users`)).toBe('done');
});

describe('a new database', () => {
  const made: string[] = [];
  const serverUrl = () => siblingDatabaseUrl(inject('servers').templateUrl, 'postgres');

  async function fresh(name: string): Promise<string> {
    await connect(serverUrl()).unsafe(`create database ${name}`);
    made.push(name);
    return siblingDatabaseUrl(inject('servers').templateUrl, name);
  }

  afterAll(async () => {
    const sql = connect(serverUrl());
    for (const name of made) {
      await sql.unsafe(`drop database ${name} with (force)`);
      await sql.unsafe(`drop role if exists ${name}_migrator_login`);
      await sql.unsafe(`drop role if exists ${name}_plain`);
    }
  });

  it('is made by the migrator alone, several at once on one server', async () => {
    const names = ['roles_a', 'roles_b', 'roles_c', 'roles_d'];
    const all = await Promise.all(names.map(fresh));
    const login = (name: string) => ({
      name: `${name}_migrator_login`,
      group: 'bursar_migrator' as const,
      password: PASSWORD,
    });
    await Promise.all(names.map((name, index) => makeRoles(all[index] ?? '', [login(name)])));
    const migrators = all.map((url, index) => {
      const own = new URL(url);
      own.username = `${names[index]}_migrator_login`;
      own.password = PASSWORD;
      return own.toString();
    });
    await Promise.all(migrators.map(migrateDatabase));
    for (const url of all) {
      const [row] = await connect(url)`
        select count(*)::int as grants from information_schema.table_privileges
        where grantee = 'bursar_api'`;
      expect(row?.['grants']).toBeGreaterThan(100);
    }
  });

  it('says so where the user may not make roles, and changes nothing', async () => {
    const url = await fresh('roles_e');
    const server = connect(serverUrl());
    await server.unsafe(`create role roles_e_plain login password '${PASSWORD}'`);
    await server.unsafe('alter database roles_e owner to roles_e_plain');
    const plain = new URL(url);
    plain.username = 'roles_e_plain';
    plain.password = PASSWORD;
    await expect(makeRoles(plain.toString())).rejects.toThrow('may not set up roles');
    await migrateDatabase(plain.toString());
    const [row] = await connect(url)`
      select tableowner from pg_tables where tablename = 'batches'`;
    expect(row?.['tableowner']).toBe('roles_e_plain');
    const said: string[] = [];
    const secrets = loadSecrets(temporaryDir());
    const urls = await migrateAsRoles(plain.toString(), secrets, (text) => said.push(text));
    expect(urls).toEqual({ api: plain.toString(), worker: plain.toString() });
    expect(said).toEqual([expect.stringMatching(/^one database user for all processes: /)]);
    await connect(url).unsafe(`reassign owned by roles_e_plain to current_user`);
  });
});
