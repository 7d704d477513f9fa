-- The one row of the policy is always there.
insert into security_policy default values;
--> statement-breakpoint
alter table batches add column assessed_at timestamptz, add column undo_until timestamptz;
--> statement-breakpoint
create index approvals_actor on approvals (actor, created_at);
--> statement-breakpoint
create index payments_newest on payments using brin (created_at) with (pages_per_range = 32);
--> statement-breakpoint

-- Roles are nested: a higher place holds all rights of a lower one.
create function role_level(role text) returns int language sql immutable as $$
  select array_position(array['viewer', 'operator', 'processor', 'manager', 'admin', 'super_admin'], role)
$$;
--> statement-breakpoint
-- Who must not approve a batch: whoever made it or changed it last, also by a key of theirs.
create function has_own_hand(batch batches, person text) returns boolean language sql stable as $$
  select coalesce(person in (batch.created_by, batch.edited_by), false) or exists (
    select 1 from api_keys k
    where k.id in (substr(batch.created_by, 5), substr(batch.edited_by, 5))
      and 'key:' || k.id in (batch.created_by, batch.edited_by) and coalesce(k.owner, k.created_by) = person)
$$;
--> statement-breakpoint
-- The approvals of the present content that count, in the lower one of the roles then and now.
create function counted_words(of_batch text) returns table (actor text, level int, role text, place bigint)
language sql stable as $$
  select actor, level, case role_level(said) when level then said else now_role end, place from (
    select v.actor, least(role_level(v.role), role_level(u.role)) as level, v.role as said, u.role as now_role,
      row_number() over (order by v.created_at, v.id) as place
    from batches b
    join approvals v on v.batch_id = b.id and v.content_hash = b.content_hash and v.decision = 'approved'
    join users u on 'user:' || u.id = v.actor
    where b.id = of_batch and v.role is not null and u.role is not null and u.frozen_at is null
      and not has_own_hand(b, v.actor)
  ) words
  where level >= role_level('manager')
$$;
--> statement-breakpoint
-- How many approvals are missing at least; domain/approval/missing.ts says the same in more words.
create function approvals_missing(of_batch text) returns int language plpgsql stable as $$
declare
  need record;
  step record;
  word record;
  gap int;
  said int;
  missing int := 0;
begin
  for need in select * from approval_requirements where batch_id = of_batch loop
    gap := 0;
    if need.ordered then
      select coalesce(sum((s ->> 'count')::int), 0) into gap from jsonb_array_elements(need.steps) s;
      said := 0;
      for word in select * from counted_words(of_batch) w where w.actor <> all (need.excluded) order by w.place loop
        select role_level(s ->> 'role') as level into step from (
          select s, sum((s ->> 'count')::int) over (order by place) as upto
          from jsonb_array_elements(need.steps) with ordinality as e (s, place)) steps
        where upto > said order by upto limit 1;
        exit when not found;
        if word.level >= step.level then
          said := said + 1;
          gap := gap - 1;
        end if;
      end loop;
    else
      select coalesce(max(asked.people - (
        select count(*) from counted_words(of_batch) w where w.level >= asked.level and w.actor <> all (need.excluded))), 0)
      into gap
      from (
        select role_level(l ->> 'role') as level, (
          select sum((s ->> 'count')::int) from jsonb_array_elements(need.steps) s
          where role_level(s ->> 'role') >= role_level(l ->> 'role')) as people
        from jsonb_array_elements(need.steps) l) asked;
    end if;
    missing := greatest(missing, gap);
  end loop;
  return missing;
end $$;
--> statement-breakpoint

-- A word is a person's, on what the batch holds now, in the role that they have now, and never on what
-- they made or changed themselves.
create function check_word() returns trigger language plpgsql as $$
declare
  batch batches;
begin
  select * into batch from batches where id = new.batch_id for share;
  if batch.status is distinct from 'PENDING' or batch.content_hash <> new.content_hash then
    raise exception 'batch % is not what this word is about', new.batch_id
      using errcode = 'check_violation', constraint = 'approvals_content';
  end if;
  if has_own_hand(batch, new.actor) then
    raise exception 'whoever made or changed batch % does not decide on it', new.batch_id
      using errcode = 'check_violation', constraint = 'approvals_own_batch';
  end if;
  if not exists (
    select 1 from users where 'user:' || id = new.actor and frozen_at is null and role = new.role
      and role_level(role) >= role_level('manager')
  ) then
    raise exception 'only people who hold the permission decide on a batch'
      using errcode = 'check_violation', constraint = 'approvals_person';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger approvals_word before insert or update on approvals for each row execute function check_word();
--> statement-breakpoint
create trigger approvals_kept before delete on approvals for each row execute function refuse_change();
--> statement-breakpoint
create trigger approvals_no_truncate before truncate on approvals for each statement execute function refuse_change();
--> statement-breakpoint

-- What a batch needs changes only while it is PENDING.
create function check_requirement() returns trigger language plpgsql as $$
begin
  if exists (select 1 from batches where id in (old.batch_id, new.batch_id) and status <> 'PENDING') then
    raise exception 'what batch % needs is settled', coalesce(new.batch_id, old.batch_id)
      using errcode = 'restrict_violation';
  end if;
  return coalesce(new, old);
end $$;
--> statement-breakpoint
create trigger approval_requirements_settled before insert or update or delete on approval_requirements
  for each row execute function check_requirement();
--> statement-breakpoint

-- The last look before money moves: assessed, approved by enough people, and the time to undo it over.
create function check_clearance() returns trigger language plpgsql as $$
begin
  if new.assessed_at is null then
    raise exception 'batch % was not assessed', new.id
      using errcode = 'check_violation', constraint = 'batches_cleared';
  end if;
  if approvals_missing(new.id) > 0 or exists (
    select 1 from approvals v where v.batch_id = new.id and v.content_hash = new.content_hash and v.decision = 'rejected'
  ) then
    raise exception 'batch % is not approved', new.id
      using errcode = 'check_violation', constraint = 'batches_cleared';
  end if;
  if new.undo_until is null or new.undo_until > now() then
    raise exception 'batch % may still be undone', new.id
      using errcode = 'check_violation', constraint = 'batches_cleared';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger batches_cleared before update of status on batches for each row
  when (old.status = 'PENDING' and new.status = 'QUEUED') execute function check_clearance();
--> statement-breakpoint
-- Only the platform's own release of an escrow begins in the queue, where nobody is asked about those.
create function check_born_queued() returns trigger language plpgsql as $$
begin
  if new.source = 'escrow' and new.release_id is not null and new.required_approvals = 0
    and not exists (select 1 from approval_rules where enabled and jsonb_exists(conditions -> 'sources', 'escrow'))
  then return new; end if;
  raise exception 'batch % cannot begin in the queue', new.id
    using errcode = 'check_violation', constraint = 'batches_cleared';
end $$;
--> statement-breakpoint
create trigger batches_born_queued before insert on batches for each row
  when (new.status = 'QUEUED') execute function check_born_queued();
--> statement-breakpoint

-- A payee hears of a later payment once its batch is approved, too: that is when its time to be undone begins.
create or replace function mail_batches() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from mail_settings where enabled) then return null; end if;
  insert into payee_mails (id, payee_id, event, subject, payment_id, batch_id, data)
  select mail_id(), p.payee_id, 'scheduled', p.id, p.id, p.batch_id, jsonb_strip_nulls(jsonb_build_object(
    'amount', p.amount_minor::text, 'currency', p.currency,
    'scheduledFor', case when n.status = 'PENDING' then to_char(n.scheduled_for at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end))
  from changed_to n join changed_from o on o.id = n.id
  join payments p on p.batch_id = n.id and p.status = 'PENDING'
  where told_at_once(n.payment_count) and o.status = 'PENDING' and (n.status = 'QUEUED' or (n.status = 'PENDING'
    and n.scheduled_for > now() and n.undo_until is not null and o.undo_until is null))
  on conflict (event, subject) do nothing;
  return null;
end $$;
--> statement-breakpoint

-- A batch that is approved, changed or gone waits no more.
create function close_waiting() returns trigger language plpgsql as $$
begin
  with closed as (
    update cases set status = 'RESOLVED', resolved_by = 'system', resolved_at = now(), updated_at = now(),
      resolution = case when new.status = 'CANCELLED' then 'The batch is cancelled.' else 'The batch is approved.' end
    where kind = 'approval_waiting' and subject = new.id and status = 'OPEN'
    returning id, batch_id, resolution
  )
  insert into audit_logs (action, status, batch_id, actor, details)
  select 'case.resolved', 'INFO', batch_id, 'system', jsonb_build_object('caseId', id, 'resolution', resolution)
  from closed;
  return null;
end $$;
--> statement-breakpoint
create trigger batches_waiting_over after update on batches for each row
  when (old.status = 'PENDING' and (new.status <> 'PENDING' or (new.undo_until is not null and old.undo_until is null)))
  execute function close_waiting();
