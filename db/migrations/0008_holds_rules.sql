-- Holds: who or what is not paid until somebody releases it, and what keeps debts from being written off twice.

-- A hold is written once and released once.
create trigger holds_kept before delete on holds
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger holds_fixed
  before update of id, subject_kind, subject_id, kind, reason, owner, account_id, expires_at, created_by, created_at on holds
  for each row execute function refuse_rewrite();
--> statement-breakpoint
create trigger holds_released_once before update on holds
  for each row when (old.released_at is not null) execute function refuse_rewrite();
--> statement-breakpoint
create unique index holds_one_of on holds (subject_kind, subject_id)
  where subject_kind <> 'payee' and released_at is null;
--> statement-breakpoint

-- What judges and pays reads the payee and the account; both follow the holds that stand. Of several holds
-- of a payee one for risk gives the reason, else the oldest.
create function follow_hold() returns trigger language plpgsql as $$
begin
  if new.kind = 'payment_failed' then
    update accounts set failed_hold = new.released_at is null
    where id = new.account_id and failed_hold <> (new.released_at is null);
  elsif new.subject_kind = 'payee' then
    -- Locked first, so that the next statement sees the hold of whoever was here at the same time.
    perform 1 from payees where id = new.subject_id for no key update;
    update payees y set (hold_reason, hold_kind, held_at) = (
      select h.reason, h.kind, h.created_at from holds h
      where h.subject_kind = 'payee' and h.subject_id = y.id and h.kind <> 'payment_failed'
        and h.released_at is null and (h.expires_at is null or h.expires_at > now())
      order by h.kind = 'risk' desc, h.created_at, h.id limit 1)
    where y.id = new.subject_id;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger holds_followed after insert or update of released_at on holds
  for each row execute function follow_hold();
--> statement-breakpoint
create function hold_id() returns text language sql volatile as $$
  select 'hld_' || substr(event_id(), 5)
$$;
--> statement-breakpoint

-- Holds that nobody released but what happened: with the audit row of each.
create function end_holds(ids text[], why text) returns void language sql as $$
  with ended as (
    update holds set released_at = now(), released_by = 'system', release_reason = why
    where id = any(ids) and released_at is null
    returning id, subject_kind, subject_id, kind
  )
  insert into audit_logs (action, status, payment_id, actor, details)
  select 'hold.released', 'INFO', case subject_kind when 'payment' then subject_id end, 'system',
    jsonb_build_object('holdId', id, 'subject', subject_kind, 'subjectId', subject_id, 'kind', kind, 'reason', why)
  from ended order by id
$$;
--> statement-breakpoint

-- A payment that failed for good holds its account for later batches, unless the account was changed since
-- it was sent, or it was a person who said that nothing was paid. One that is sent afterwards and arrives
-- proves the account right. Accounts are locked before their holds, in one order. Nearly every statement
-- that changes payments is asked two questions here and does nothing more.
create function hold_after_failure() returns trigger language plpgsql as $$
declare
  paid text[];
begin
  if exists (select 1 from changed_to where status = 'FAILED' and retry_at is null) then
    perform 1 from accounts a where a.id in (
      select n.account_id from changed_to n join changed_from o on o.id = n.id
      where n.status = 'FAILED' and o.status <> 'FAILED' and n.retry_at is null
    ) order by a.id for update;
    with placed as (
      insert into holds (id, subject_kind, subject_id, kind, reason, owner, account_id, created_by)
      select hold_id(), 'payee', n.payee_id, 'payment_failed',
        'The last payment failed for good: ' || coalesce(n.failure_code, 'no code'), 'payee', a.id, 'system'
      from changed_to n join changed_from o on o.id = n.id join accounts a on a.id = n.account_id
      where n.status = 'FAILED' and o.status <> 'FAILED' and n.retry_at is null
        and n.failure_code is distinct from 'declared_not_paid'
        and not a.failed_hold and a.account_ref = n.account_ref and a.changed_at <= coalesce(n.submitted_at, n.updated_at)
      order by n.id
      on conflict (account_id) where kind = 'payment_failed' and released_at is null do nothing
      returning id, subject_id, account_id, reason
    )
    insert into audit_logs (action, status, actor, details)
    select 'hold.placed', 'WARNING', 'system', jsonb_build_object('holdId', id, 'subject', 'payee',
      'subjectId', subject_id, 'kind', 'payment_failed', 'accountId', account_id, 'reason', reason)
    from placed order by id;
  end if;
  if exists (select 1 from holds where kind = 'payment_failed' and released_at is null) then
    select array_agg(h.id order by h.id) into paid
    from changed_to n join changed_from o on o.id = n.id
    cross join lateral (
      select id, created_at from holds
      where account_id = n.account_id and kind = 'payment_failed' and released_at is null offset 0
    ) h
    where n.status = 'COMPLETED' and o.status <> 'COMPLETED' and n.submitted_at >= h.created_at;
    if paid is not null then
      perform 1 from accounts a where a.id in (select account_id from holds where id = any(paid)) order by a.id for update;
      perform end_holds(paid, 'paid');
    end if;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger payments_failed_hold after update on payments
  referencing old table as changed_from new table as changed_to
  for each statement execute function hold_after_failure();
--> statement-breakpoint
create function end_account_hold() returns trigger language plpgsql as $$
begin
  perform end_holds(array(
    select id from holds where account_id = new.id and kind = 'payment_failed' and released_at is null
  ), 'details changed');
  return null;
end $$;
--> statement-breakpoint
create trigger accounts_hold_ended after update of changed_at on accounts
  for each row when (old.failed_hold and new.changed_at is distinct from old.changed_at)
  execute function end_account_hold();
--> statement-breakpoint

-- A held payment that is cancelled has no hold any more. Its release ends the hold before this is asked.
create function end_payment_hold() returns trigger language plpgsql as $$
begin
  perform end_holds(array(
    select id from holds where subject_kind = 'payment' and subject_id = new.id and released_at is null
  ), 'payment ' || lower(new.status));
  return null;
end $$;
--> statement-breakpoint
create trigger payments_hold_ended after update of status on payments
  for each row when (old.hold_reason = 'manual_hold' and new.status <> 'ON_HOLD')
  execute function end_payment_hold();
--> statement-breakpoint

-- No more is written off than is owed. What is owed is locked first, so that the second of two at once, or one
-- beside a payment that sets the debt off, counts what the other did.
create function check_write_off() returns trigger language plpgsql as $$
declare
  debt bigint;
begin
  perform 1 from payables
  where payee_id = new.payee_id and currency = new.currency and payment_id is null and paid_at is null and id <> new.payable_id
  order by id for update;
  select -coalesce(sum(amount_minor), 0) into debt from payables
  where payee_id = new.payee_id and currency = new.currency and payment_id is null and paid_at is null and id <> new.payable_id;
  if new.amount_minor > debt then
    raise exception 'write-off % is more than payee % owes', new.id, new.payee_id
      using errcode = 'check_violation', constraint = 'commissions_write_off';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger commissions_write_off before insert on commissions
  for each row when (new.kind = 'write_off') execute function check_write_off();
