-- Mails to payees: written by the statement that brings about what they tell of, each once whatever
-- repeats. Nothing is written while payees are not written to.
create function mail_id() returns text language sql volatile as $$
  select 'mai_' || lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
    || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14)
$$;
--> statement-breakpoint

-- What a payee is asked for, and in which state of its account: a change of that is worth a mail of its own.
create function ask_topic(payee text, at_provider text, code text) returns text language sql stable as $$
  select payee || '/' || code || '/' || at_provider || '/' || coalesce((
    select lower(a.kyc_status) || '-' || floor(extract(epoch from a.changed_at) * 1000)::bigint
    from accounts a where a.payee_id = payee and a.provider = at_provider), 'none')
$$;
--> statement-breakpoint
-- The subject of the next mail on a topic; null within 7 days of the last one. Two statements at once count
-- the same, so only one of them writes.
create function ask_subject(payee text, topic text) returns text language sql stable as $$
  select topic || '/' || count(*) + 1 from payee_mails m
  where m.payee_id = payee and m.event = 'action_needed' and starts_with(m.subject, topic || '/')
  having coalesce(max(m.created_at), '-infinity') <= now() - interval '7 days'
$$;
--> statement-breakpoint

-- A payment's batch is cleared to run: queued for the first time, or asked for and approved for later. So many
-- mails as a larger batch has would keep that statement for minutes: there each payment is told of when it is
-- first sent, with the statement of its chunk.
create function told_at_once(payments int) returns boolean language sql immutable as $$
  select payments <= 20000
$$;
--> statement-breakpoint
create function mail_new_batches() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from mail_settings where enabled) then return null; end if;
  insert into payee_mails (id, payee_id, event, subject, payment_id, batch_id, data)
  select mail_id(), p.payee_id, 'scheduled', p.id, p.id, p.batch_id,
    jsonb_build_object('amount', p.amount_minor::text, 'currency', p.currency)
  from made n join payments p on p.batch_id = n.id and p.status = 'PENDING'
  where n.status = 'QUEUED' and told_at_once(n.payment_count)
  on conflict (event, subject) do nothing;
  return null;
end $$;
--> statement-breakpoint
create trigger batches_mailed_new after insert on batches referencing new table as made
  for each statement execute function mail_new_batches();
--> statement-breakpoint
create function mail_batches() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from mail_settings where enabled) then return null; end if;
  insert into payee_mails (id, payee_id, event, subject, payment_id, batch_id, data)
  select mail_id(), p.payee_id, 'scheduled', p.id, p.id, p.batch_id, jsonb_strip_nulls(jsonb_build_object(
    'amount', p.amount_minor::text, 'currency', p.currency,
    'scheduledFor', case when n.status = 'PENDING' then to_char(n.scheduled_for at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end))
  from changed_to n join changed_from o on o.id = n.id
  join payments p on p.batch_id = n.id and p.status = 'PENDING'
  where told_at_once(n.payment_count) and o.status = 'PENDING' and (n.status = 'QUEUED' or (n.status = 'PENDING' and n.scheduled_for > now()
    and n.execute_requested_at is not null and o.execute_requested_at is null))
  on conflict (event, subject) do nothing;
  return null;
end $$;
--> statement-breakpoint
create trigger batches_mailed after update on batches
  referencing old table as changed_from new table as changed_to
  for each statement execute function mail_batches();
--> statement-breakpoint

-- Paid; failed for good or come back, with the provider's word, which says what the payee can do; or held
-- for something that the payee has to see to. A failed payment that is tried again by itself is no news.
create function mail_payments() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from mail_settings where enabled) then return null; end if;
  insert into payee_mails (id, payee_id, event, subject, payment_id, batch_id, data)
  select mail_id(), n.payee_id, w.event, w.subject, n.id, n.batch_id, jsonb_strip_nulls(jsonb_build_object(
    'amount', n.amount_minor::text, 'currency', n.currency, 'provider', n.provider, 'kind', w.kind,
    'providerCode', t.provider_code))
  from changed_to n
  join changed_from o on o.id = n.id
  cross join lateral (values
    ('scheduled', n.id, null, n.generation = 1 and o.generation = 0 and not told_at_once((
      select b.payment_count from batches b where b.id = n.batch_id))),
    ('paid', n.id, null, n.status = 'COMPLETED' and o.status <> 'COMPLETED'),
    ('failed', n.id || '/' || n.generation, 'failed', n.status = 'FAILED' and o.status <> 'FAILED' and n.retry_at is null),
    ('failed', n.id || '/' || n.generation, 'cancelled', n.status = 'CANCELLED' and o.status in ('PROCESSING', 'UNKNOWN')
      and n.failure_code = 'retries_exhausted'),
    ('failed', n.id || '/' || n.generation, 'returned', n.status = 'RETURNED' and o.status <> 'RETURNED')
  ) as w (event, subject, kind, happened)
  left join attempts t on w.event = 'failed' and t.payment_id = n.id and t.generation = n.generation
  where w.happened
  on conflict (event, subject) do nothing;
  if exists (select 1 from changed_to where hold_reason in ('kyc', 'no_account', 'account_changed')) then
    insert into payee_mails (id, payee_id, event, subject, payment_id, batch_id, data)
    select mail_id(), n.payee_id, 'action_needed', s.subject, n.id, n.batch_id, jsonb_build_object(
      'code', c.code, 'provider', n.provider, 'amount', n.amount_minor::text, 'currency', n.currency)
    from changed_to n
    join changed_from o on o.id = n.id
    cross join lateral (
      select case when n.hold_reason <> 'kyc' then n.hold_reason when exists (
        select 1 from accounts a where a.payee_id = n.payee_id and a.provider = n.provider and a.kyc_status = 'REJECTED'
      ) then 'kyc_rejected' else 'kyc_pending' end as code) c
    cross join lateral (select ask_subject(n.payee_id, ask_topic(n.payee_id, n.provider, c.code)) as subject) s
    where n.status = 'ON_HOLD' and o.status <> 'ON_HOLD' and n.hold_reason in ('kyc', 'no_account', 'account_changed')
      and s.subject is not null
    on conflict (event, subject) do nothing;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger payments_mailed after update on payments
  referencing old table as changed_from new table as changed_to
  for each statement execute function mail_payments();
--> statement-breakpoint

-- Left out of a batch for something that the payee has to see to.
create function mail_exclusions() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from mail_settings where enabled) then return null; end if;
  insert into payee_mails (id, payee_id, event, subject, batch_id, data)
  select mail_id(), n.payee_id, 'action_needed', s.subject, n.batch_id,
    jsonb_build_object('code', n.code, 'provider', b.provider)
  from made n
  join batches b on b.id = n.batch_id
  cross join lateral (select ask_subject(n.payee_id, ask_topic(n.payee_id, b.provider, n.code)) as subject) s
  where n.code in ('no_account', 'kyc_pending', 'kyc_rejected') and s.subject is not null
  on conflict (event, subject) do nothing;
  return null;
end $$;
--> statement-breakpoint
create trigger batch_exclusions_mailed after insert on batch_exclusions referencing new table as made
  for each statement execute function mail_exclusions();
