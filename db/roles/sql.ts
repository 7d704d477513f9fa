import { GROUP_ROLES, SEQUENCE_RIGHTS, TABLE_RIGHTS } from './privileges.ts';

/** Names are looked up in the catalogue, then here; last in temporary tables, which hide nothing so. */
export const SEARCH_PATH = 'public, pg_temp';

const WORDS: Readonly<Record<string, string>> = {
  S: 'select',
  I: 'insert',
  U: 'update',
  D: 'delete',
};
/** What no role of ours has. */
export const NO_POWERS = 'nosuperuser nocreatedb nocreaterole noreplication nobypassrls';
const OTHERS = GROUP_ROLES.filter((role) => role !== 'bursar_owner').join(', ');

/** Makes one group role where it is missing. A name that another session makes meanwhile is there too. */
const makeGroup = (role: string): string => `do $$ begin
  if not exists (select from pg_roles where rolname = '${role}') then
    create role ${role} nologin ${NO_POWERS};
  end if;
exception when duplicate_object or unique_violation then null;
end $$`;

/**
 * The caller becomes a member of the owner, which it needs to hand over what it made. A superuser is
 * one without being told so.
 */
const JOIN_OWNER = `do $$ begin
  if not pg_has_role(current_user, 'bursar_owner', 'usage') then
    execute format('grant bursar_owner to %I', current_user);
  end if;
end $$`;

const OWNER_TO_MIGRATOR = `do $$ begin
  if not exists (
    select from pg_auth_members
    where roleid = 'bursar_owner'::regrole and member = 'bursar_migrator'::regrole
  ) then
    grant bursar_owner to bursar_migrator;
  end if;
end $$`;

/** Hands tables, views, sequences, types and functions of the product over to the owner. */
const HAND_OVER = `do $$
declare thing record;
begin
  for thing in
    select case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view'
        else 'table' end as kind, c.oid::regclass::text as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'drizzle') and c.relkind in ('r', 'p', 'S', 'v', 'm')
      and c.relowner <> 'bursar_owner'::regrole
      and not exists (select from pg_depend d where d.objid = c.oid
        and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i', 'e'))
    union all
    select case p.prokind when 'p' then 'procedure' else 'function' end, p.oid::regprocedure::text
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.proowner <> 'bursar_owner'::regrole
      and not exists (select from pg_depend d where d.objid = p.oid
        and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
    union all
    select 'schema', quote_ident(n.nspname) from pg_namespace n
    where n.nspname = 'drizzle' and n.nspowner <> 'bursar_owner'::regrole
  loop
    execute format('alter %s %s owner to bursar_owner', thing.kind, thing.name);
  end loop;
end $$`;

/** Who may enter the database and its schema, and who may make things there. */
const DATABASE_RIGHTS: readonly string[] = [
  `do $$ begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to ${OTHERS}', current_database());
    execute format('grant connect, create on database %I to bursar_owner', current_database());
  end $$`,
  `revoke create on schema public from public, ${OTHERS}`,
  'grant usage, create on schema public to bursar_owner',
  `grant usage on schema public to ${OTHERS}`,
];

/** Takes every right away from everybody but the owner, so that only what is listed is left. */
const CLEAR = `do $$
declare thing record;
begin
  for thing in
    select c.oid::regclass::text as name, case c.relkind when 'S' then 'sequence' else 'table' end as kind
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p', 'S', 'v', 'm')
      and c.relowner = 'bursar_owner'::regrole
  loop
    execute format('revoke all on %s %s from public, ${OTHERS}', thing.kind, thing.name);
  end loop;
  for thing in
    select p.oid::regprocedure::text as name, p.prorettype = 'trigger'::regtype or p.prosecdef as closed
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.proowner = 'bursar_owner'::regrole
  loop
    execute format('revoke all on function %s from public, ${OTHERS}', thing.name);
    if not thing.closed then
      execute format('grant execute on function %s to bursar_api, bursar_worker', thing.name);
    end if;
  end loop;
end $$`;

function* tableGrants(): Generator<string> {
  for (const [table, rights] of Object.entries(TABLE_RIGHTS)) {
    const { api, worker, report = '' } = rights;
    const roles = {
      bursar_api: api,
      bursar_worker: worker,
      bursar_report: report === 'all' ? 'S' : report,
    };
    for (const [role, granted] of Object.entries(roles)) {
      const words =
        typeof granted === 'string'
          ? granted.split('').map((letter) => WORDS[letter])
          : [`select (${granted.join(', ')})`];
      if (words.length > 0) yield `grant ${words.join(', ')} on ${table} to ${role}`;
    }
  }
}

/**
 * The statements that make the group roles of a cluster and put a database under them. They ask for the
 * right to make roles and for a database of one's own.
 */
export const ROLE_STATEMENTS: readonly string[] = [
  ...GROUP_ROLES.map(makeGroup),
  OWNER_TO_MIGRATOR,
  JOIN_OWNER,
  ...DATABASE_RIGHTS,
  HAND_OVER,
];

/** The statements that grant what each role needs in a migrated database, and no more. */
export const RIGHTS_STATEMENTS: readonly string[] = [
  HAND_OVER,
  CLEAR,
  ...tableGrants(),
  ...SEQUENCE_RIGHTS.map((name) => `grant usage on sequence ${name} to bursar_api, bursar_worker`),
];

/** Fixes where functions of the product look names up, whoever calls them. Needs no role. */
export const FIX_FUNCTIONS = `do $$
declare each record;
begin
  for each in
    select p.oid::regprocedure::text as name from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and pg_has_role(p.proowner, 'usage')
      and not coalesce('search_path=${SEARCH_PATH}' = any (p.proconfig), false)
      -- It looks nothing up, and is inlined into the default of each audit row only without settings.
      and p.proname <> 'audit_offset'
      and not exists (select from pg_depend d where d.objid = p.oid
        and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
  loop
    execute format('alter function %s set search_path = ${SEARCH_PATH}', each.name);
  end loop;
end $$`;

/**
 * Whether the rights of this database are kept: it was put under the owner, and the user is one. A copy
 * of such a database has the owner's tables alone to tell it by.
 */
export const IS_UNDER_ROLES = `select exists (
  select from pg_roles o where o.rolname = 'bursar_owner' and pg_has_role(o.oid, 'usage') and (
    has_database_privilege(o.oid, current_database(), 'create') or exists (
      select from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relname = 'batches' and c.relowner = o.oid))) as under`;
