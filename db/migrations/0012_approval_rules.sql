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
-- Last changes of a schedule and last removals of a second factor.
create index audit_logs_schedules on audit_logs ((details ->> 'scheduleId'), id)
  where action in ('schedule.created', 'schedule.updated');
--> statement-breakpoint
create index audit_logs_factors on audit_logs ((details ->> 'userId'), id) where action = 'second_factor.disabled';
--> statement-breakpoint
-- An actor, and whoever they act for: the owner of a key, or who made it, as far back as keys were made by keys.
create function hands_behind(actor text) returns setof text language sql stable as $$
  with recursive hands as (
    select actor as hand where actor <> 'system'
    union
    select coalesce(k.owner, k.created_by) from hands h
    join api_keys k on h.hand like 'key:%' and k.id = substr(h.hand, 5)
    where coalesce(k.owner, k.created_by) <> 'system'
  )
  select hand from hands
$$;
--> statement-breakpoint
-- Who made a batch or changed it last, and for one of a schedule, who made that or changed it last before.
create function hands_of(batch batches) returns setof text language sql stable as $$
  select h.hand from (
    select unnest(array[batch.created_by, batch.edited_by]) as actor
    union select s.created_by from payout_schedules s where s.id = batch.schedule_id
    union (
      select l.actor from audit_logs l
      where l.action in ('schedule.created', 'schedule.updated') and l.details ->> 'scheduleId' = batch.schedule_id
        and l.created_at <= batch.created_at
      order by l.id desc limit 1)
  ) who cross join lateral hands_behind(who.actor) as h (hand)
$$;
--> statement-breakpoint
-- Who has a person under their thumb: whoever gave them their present role, invited them last (which sets
-- their password anew), or took their second factor away last. Who was made on the database has nobody.
create function appointed_by(person text) returns setof text language sql stable as $$
  select h.hand from (
    (select r.actor from role_changes r where r.user_id = substr(person, 6) order by r.created_at desc, r.id desc limit 1)
    union
    (select l.actor from audit_logs l
     where l.action = 'user.invited' and l.details ->> 'userId' = substr(person, 6) order by l.id desc limit 1)
    union
    (select l.actor from audit_logs l
     where l.action = 'second_factor.disabled' and l.details ->> 'userId' = substr(person, 6) and l.actor <> person
     order by l.id desc limit 1)
  ) who cross join lateral hands_behind(who.actor) as h (hand)
$$;
--> statement-breakpoint
-- Who must not approve a batch: whoever had their hand in it, also by a key of theirs, and whomever those
-- have appointed.
create function has_own_hand(batch batches, person text) returns boolean language sql stable as $$
  select exists (
    select 1 from hands_of(batch) as h (hand)
    where h.hand in (select person union all select a from appointed_by(person) as a (a)))
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
  select * into batch from batches where id = new.batch_id for no key update;
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
-- The time to undo begins anew with the approval that is missing then: after a rejection, and where somebody
-- whose word counted is frozen or has another role.
create function forget_undo() returns trigger language plpgsql as $$
begin
  update batches set undo_until = null
  where id = new.batch_id and status = 'PENDING' and undo_until is not null;
  return null;
end $$;
--> statement-breakpoint
create trigger approvals_rejected after insert or update on approvals for each row
  when (new.decision = 'rejected') execute function forget_undo();
--> statement-breakpoint
create function forget_undo_of() returns trigger language plpgsql as $$
begin
  update batches b set undo_until = null
  where b.status = 'PENDING' and b.undo_until is not null and approvals_missing(b.id) > 0
    and b.id in (select v.batch_id from approvals v where v.actor = 'user:' || new.id);
  return null;
end $$;
--> statement-breakpoint
create trigger users_words_lost after update on users for each row
  when ((new.role, new.frozen_at) is distinct from (old.role, old.frozen_at)) execute function forget_undo_of();
--> statement-breakpoint
create trigger approvals_kept before delete on approvals for each row execute function refuse_change();
--> statement-breakpoint
create trigger approvals_no_truncate before truncate on approvals for each statement execute function refuse_change();
--> statement-breakpoint

-- A policy that was loosened is judged by the stricter of old and new for a day.
alter table security_policy
  add column strict_until timestamptz,
  add column strict_base_currency text,
  add column strict_high_value_minor bigint,
  add column strict_second_approver_factor integer,
  add column strict_undo_window_seconds integer,
  add column strict_account_cooldown_hours integer;
--> statement-breakpoint
-- Whoever owns the table could switch this off: what they set without a new version holds at once.
create function keep_strict() returns trigger language plpgsql as $$
declare
  was security_policy := old;
begin
  if new.version = old.version and pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'usage') then
    return new;
  end if;
  if coalesce(old.strict_until > now(), false) then
    was.base_currency := old.strict_base_currency;
    was.high_value_minor := case when old.strict_base_currency = old.base_currency
      then least(old.high_value_minor, old.strict_high_value_minor) else old.strict_high_value_minor end;
    was.second_approver_factor := least(old.second_approver_factor, old.strict_second_approver_factor);
    was.undo_window_seconds := greatest(old.undo_window_seconds, old.strict_undo_window_seconds);
    was.account_cooldown_hours := greatest(old.account_cooldown_hours, old.strict_account_cooldown_hours);
  end if;
  new.strict_until := old.strict_until;
  new.strict_base_currency := old.strict_base_currency;
  new.strict_high_value_minor := old.strict_high_value_minor;
  new.strict_second_approver_factor := old.strict_second_approver_factor;
  new.strict_undo_window_seconds := old.strict_undo_window_seconds;
  new.strict_account_cooldown_hours := old.strict_account_cooldown_hours;
  if new.high_value_minor > old.high_value_minor or new.second_approver_factor > old.second_approver_factor
    or new.undo_window_seconds < old.undo_window_seconds or new.account_cooldown_hours < old.account_cooldown_hours
    or new.base_currency <> old.base_currency
  then
    new.strict_until := now() + interval '24 hours';
    new.strict_base_currency := was.base_currency;
    new.strict_high_value_minor := was.high_value_minor;
    new.strict_second_approver_factor := was.second_approver_factor;
    new.strict_undo_window_seconds := was.undo_window_seconds;
    new.strict_account_cooldown_hours := was.account_cooldown_hours;
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger security_policy_strict before update on security_policy for each row execute function keep_strict();
--> statement-breakpoint
create function undo_window_seconds() returns int language sql stable as $$
  select greatest(undo_window_seconds, case when strict_until > now() then strict_undo_window_seconds end) from security_policy
$$;
--> statement-breakpoint
create function account_cooldown_hours() returns int language sql stable as $$
  select greatest(account_cooldown_hours, case when strict_until > now() then strict_account_cooldown_hours end) from security_policy
$$;
--> statement-breakpoint
-- What says what is of high value: the policy, and the one before while it still holds.
create function high_value_measures()
returns table (base_currency text, high_value_minor bigint, second_approver_factor int) language sql stable as $$
  select base_currency, high_value_minor, second_approver_factor from security_policy
  union all
  select strict_base_currency, strict_high_value_minor, strict_second_approver_factor from security_policy
  where strict_until > now()
$$;
--> statement-breakpoint

-- What a batch is worth in minor units of a currency, rounded up; null where a rate is missing. What a payee
-- of it has coming is summed over all payments that are not sent yet, however old, and those sent within a
-- day, which were not given up, came back or were released from an escrow, as far as they were there at that
-- time: of two batches made at once, the later one counts both, whichever began first.
create function batch_worth(of_batch text, known_at timestamptz, in_currency text)
returns table (total_minor bigint, largest_minor bigint, payee_day_minor bigint) language sql stable as $$
  with factors as materialized (
    select c.code, power(10::numeric, base.digits - c.digits) * case when c.code = base.code then 1 else (
      select r.rate from currency_rates r
      where r.base_currency = base.code and r.currency = c.code and r.day <= (now() at time zone 'utc')::date
      order by r.day desc limit 1) end as factor
    from currencies base cross join currencies c where base.code = in_currency
  ),
  paid as materialized (
    select payee_id, max(amount_minor) as amount_minor from payments
    where batch_id = of_batch and status <> 'CANCELLED' group by payee_id
  ),
  day as (
    select sum(p.amount_minor * f.factor) as amount_minor, bool_or(f.factor is null) as unknown
    from paid
    join payments p on p.payee_id = paid.payee_id
    join batches o on o.id = p.batch_id
    left join factors f on f.code = p.currency
    where (p.submitted_at is null or p.submitted_at > now() - interval '24 hours') and p.created_at <= known_at
      and p.status not in ('CANCELLED', 'FAILED', 'RETURNED') and (o.source <> 'escrow' or o.release_id is null)
    group by p.payee_id
  )
  select ceil(b.total_minor * f.factor)::bigint,
    ceil((select max(amount_minor) from paid) * f.factor)::bigint,
    (select case when bool_or(unknown) then null else coalesce(ceil(max(amount_minor)), 0) end from day)::bigint
  from batches b left join factors f on f.code = b.currency
  where b.id = of_batch
$$;
--> statement-breakpoint
-- What a batch needs at the least, counted anew from what is in it: so many people of that level or above.
-- Rows of approval_requirements only add to it.
create function least_approvals(b batches) returns table (level int, people int) language sql stable as $$
  with high as materialized (
    select max(case
      when b.source = 'escrow' and b.release_id is not null then 0
      when greatest(w.largest_minor, w.payee_day_minor) > y.high_value_minor::numeric * y.second_approver_factor then 2
      when greatest(w.largest_minor, w.payee_day_minor) >= y.high_value_minor
        or w.largest_minor is null or w.payee_day_minor is null then 1
      else 0 end) as people
    from high_value_measures() y cross join lateral batch_worth(b.id, b.assessed_at, y.base_currency) w
  )
  select role_level('manager'), b.required_approvals
  union all select role_level('admin'), people from high
  union all select role_level('manager'), 2 from high
  where (b.required_approvals > 0 or people > 0 or exists (select 1 from approval_requirements r where r.batch_id = b.id))
    and exists (
      select 1 from risk_events e
      where e.batch_id = b.id and e.status = 'OPEN' and e.level in ('medium', 'high', 'critical'))
$$;
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
-- None of it goes or becomes another one without a word of that in the audit log, in the same transaction.
create function check_requirement_told() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    old.escalated_at := new.escalated_at;
    if new is not distinct from old then return null; end if;
  end if;
  if not exists (
    select 1 from audit_logs l
    where l.batch_id = old.batch_id and l.action = 'batch.requirements_changed' and l.xmin = pg_current_xact_id()::xid
  ) then
    raise exception 'what batch % needs changes only with an audit row', old.batch_id
      using errcode = 'check_violation', constraint = 'approval_requirements_told';
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger approval_requirements_told after update or delete on approval_requirements
  for each row execute function check_requirement_told();
--> statement-breakpoint
create trigger approval_requirements_no_truncate before truncate on approval_requirements
  for each statement execute function refuse_change();
--> statement-breakpoint

-- Who made a batch, and how, stays. What it holds changes with who changed it, and they stay with it. The
-- time to undo it begins once it is approved, and is as long as the policy says. Approvals that it needs
-- whatever is in it become fewer only where a schedule first asks for its execution.
create function check_batch_made() returns trigger language plpgsql as $$
begin
  if (new.created_by, new.created_at, new.source, new.release_id)
    is distinct from (old.created_by, old.created_at, old.source, old.release_id)
  then
    raise exception 'who made batch % stays', old.id using errcode = 'check_violation', constraint = 'batches_made';
  end if;
  if new.required_approvals < old.required_approvals
    and (old.source <> 'schedule' or old.execute_requested_at is not null or new.execute_requested_at is null)
  then
    raise exception 'batch % needs as many approvals as ever', old.id
      using errcode = 'check_violation', constraint = 'batches_made';
  end if;
  if new.content_hash <> old.content_hash then
    if old.status <> 'PENDING' or new.edited_by is null or new.edited_at is null
      or new.edited_at is not distinct from old.edited_at or new.undo_until is not null
    then
      raise exception 'what batch % holds changes only with who changed it', old.id
        using errcode = 'check_violation', constraint = 'batches_made';
    end if;
  elsif (new.edited_by, new.edited_at) is distinct from (old.edited_by, old.edited_at) then
    raise exception 'who changed batch % last stays', old.id
      using errcode = 'check_violation', constraint = 'batches_made';
  end if;
  if new.undo_until is distinct from old.undo_until and new.undo_until is not null then
    if approvals_missing(new.id) > 0 or (new.undo_until < now() + interval '1 second' * (
      select undo_window_seconds())
      and (new.source <> 'escrow' or new.release_id is null
        or exists (select 1 from approval_requirements where batch_id = new.id)))
    then
      raise exception 'the time to undo batch % begins once it is approved', old.id
        using errcode = 'check_violation', constraint = 'batches_cleared';
    end if;
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger batches_as_made before update on batches for each row
  when ((new.created_by, new.created_at, new.source, new.release_id, new.required_approvals, new.content_hash, new.edited_by,
    new.edited_at, new.undo_until) is distinct from (old.created_by, old.created_at, old.source, old.release_id,
    old.required_approvals, old.content_hash, old.edited_by, old.edited_at, old.undo_until))
  execute function check_batch_made();
--> statement-breakpoint

-- The last look before money moves: assessed, no more than was looked at, approved by enough people, and the
-- time to undo it over.
create function check_clearance() returns trigger language plpgsql as $$
begin
  if new.assessed_at is null then
    raise exception 'batch % was not assessed', new.id
      using errcode = 'check_violation', constraint = 'batches_cleared';
  end if;
  if (select sum(amount_minor) from payments where batch_id = new.id and status <> 'CANCELLED') > new.total_minor then
    raise exception 'batch % is more than was approved', new.id
      using errcode = 'check_violation', constraint = 'batches_cleared';
  end if;
  if approvals_missing(new.id) > 0 or exists (
    select 1 from approvals v where v.batch_id = new.id and v.content_hash = new.content_hash and v.decision = 'rejected'
  ) or exists (
    select 1 from least_approvals(new) l
    where l.people > (select count(*) from counted_words(new.id) w where w.level >= l.level)
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
-- A batch begins as PENDING. Only the platform's own release of an escrow begins in the queue, where nobody is
-- asked about those.
create function check_born_queued() returns trigger language plpgsql as $$
begin
  if new.status = 'QUEUED' and new.source = 'escrow' and new.release_id is not null and new.required_approvals = 0
    and not exists (select 1 from approval_rules where enabled and jsonb_exists(conditions -> 'sources', 'escrow'))
  then return new; end if;
  raise exception 'batch % cannot begin in the queue', new.id
    using errcode = 'check_violation', constraint = 'batches_cleared';
end $$;
--> statement-breakpoint
create trigger batches_born_queued before insert on batches for each row
  when (new.status <> 'PENDING') execute function check_born_queued();
--> statement-breakpoint
-- What is not PENDING any more takes no more payments than it was made with.
create function check_batch_open() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from batches b
    where b.id in (select batch_id from made) and b.status <> 'PENDING' and b.created_at <> transaction_timestamp()
  ) then
    raise exception 'a batch that is not PENDING takes no more payments'
      using errcode = 'check_violation', constraint = 'payments_batch_open';
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger payments_batch_open after insert on payments referencing new table as made
  for each statement execute function check_batch_open();
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
