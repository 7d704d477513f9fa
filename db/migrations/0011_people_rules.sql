-- Custom SQL migration file, put your code below! --
--> statement-breakpoint

-- A person has one second factor.
create unique index user_second_factors_one on user_second_factors (user_id);
--> statement-breakpoint

-- Whoever stores the first super_admin waits for whoever does so at the same moment, and then sees it: each
-- statement of a volatile function looks anew.
create function is_without_super_admin() returns boolean language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('super_admin', 0));
  return not exists (select 1 from users where role = 'super_admin');
end $$;
--> statement-breakpoint

-- Who has invited a person, newest first.
create index audit_logs_invitations on audit_logs ((details ->> 'userId'), id) where action = 'user.invited';
--> statement-breakpoint

-- Roles: their history is append-only, nobody stands in it as the one who changed their own, and no role
-- changes without it. A person who is made with a role has that as the first line.
create trigger role_changes_append_only before update or delete on role_changes
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger role_changes_no_truncate before truncate on role_changes
  for each statement execute function refuse_change();
--> statement-breakpoint
alter table role_changes add constraint role_changes_not_own check (actor <> 'user:' || user_id);
--> statement-breakpoint
create function keep_role_history() returns trigger language plpgsql as $$
declare
  was text := case tg_op when 'UPDATE' then old.role end;
begin
  if new.role is not distinct from was or exists (
    select 1 from role_changes c
    where c.user_id = new.id and c.from_role is not distinct from was and c.to_role is not distinct from new.role
      and c.xmin = pg_current_xact_id()::xid
  ) then
    return null;
  end if;
  if tg_op = 'UPDATE' then
    raise exception 'the role of % changes only together with a row of role_changes', new.id
      using errcode = 'check_violation', constraint = 'users_role_history';
  end if;
  insert into role_changes (id, user_id, to_role, reason, actor)
  values ('rch_' || substr(event_id(), 5), new.id, new.role, 'made with this role', new.created_by);
  return null;
end $$;
--> statement-breakpoint
create constraint trigger users_role_history after insert or update on users
  deferrable initially deferred for each row execute function keep_role_history();
--> statement-breakpoint

-- One super_admin who can sign in always stays. Whoever takes one away waits for whoever does so at the same
-- moment, and then sees who is left.
create function keep_super_admin() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('super_admin', 0));
  if not exists (select 1 from users where role = 'super_admin' and frozen_at is null and id <> old.id) then
    raise exception 'the last super_admin stays'
      using errcode = 'restrict_violation', constraint = 'users_last_super_admin';
  end if;
  return case tg_op when 'UPDATE' then new else old end;
end $$;
--> statement-breakpoint
create trigger users_last_super_admin before update on users for each row
  when (old.role = 'super_admin' and old.frozen_at is null
    and (new.role is distinct from 'super_admin' or new.frozen_at is not null))
  execute function keep_super_admin();
--> statement-breakpoint
create trigger users_last_super_admin_deleted before delete on users for each row
  when (old.role = 'super_admin' and old.frozen_at is null) execute function keep_super_admin();
--> statement-breakpoint
create trigger users_no_truncate before truncate on users
  for each statement execute function refuse_change();
--> statement-breakpoint

-- What concerns the sign-ins of a person, newest first.
create index audit_logs_sign_ins on audit_logs ((details ->> 'userId'), id)
  where action in ('sign_in.succeeded', 'sign_in.failed', 'sign_in.locked', 'sign_out');
--> statement-breakpoint

-- What a machine's key may do is a part of its role, and its networks are written as such.
alter table api_keys add constraint api_keys_frozen check ((frozen_at is null) = (frozen_reason is null));
--> statement-breakpoint
alter table api_keys add constraint api_keys_scopes check (cardinality(scopes) > 0);
--> statement-breakpoint
create index api_keys_owner on api_keys (owner) where owner is not null;
--> statement-breakpoint
create unique index api_keys_rotated_once on api_keys (rotated_from) where rotated_from is not null;
