-- How a release was divided, and what of it was given back, is written once.
create trigger split_models_append_only before update or delete on split_models
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger escrows_append_only before update or delete on escrows
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger escrow_releases_append_only before update or delete on escrow_releases
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger escrow_shares_append_only before update or delete on escrow_shares
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger escrow_refunds_append_only before update or delete on escrow_refunds
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger escrow_refund_shares_append_only before update or delete on escrow_refund_shares
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger batches_fixed_release before update of release_id on batches
  for each row when (old.release_id is distinct from new.release_id) execute function refuse_rewrite();
--> statement-breakpoint
create trigger commissions_fixed_origin before update of release_id, reverses on commissions
  for each row execute function refuse_rewrite();
--> statement-breakpoint

-- At commit the parts of a release are the release.
create function check_release_parts() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from (
      select coalesce(sum(gross_minor), 0) as gross, coalesce(sum(platform_fee_minor), 0) as fee,
        coalesce(sum(tax_minor), 0) as tax, coalesce(sum(net_minor), 0) as net
      from escrow_shares where release_id = new.id
    ) s
    where s.gross <> new.amount_minor or s.fee <> new.platform_fee_minor or s.tax <> new.tax_minor
      or s.net <> new.distributed_minor
  ) then
    raise exception 'the shares of release % are not what it was divided into', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger escrow_releases_whole after insert on escrow_releases
  deferrable initially deferred for each row execute function check_release_parts();
--> statement-breakpoint

-- At commit the parts of a refund are the refund, and nothing is taken back that was not given.
create function check_refund_parts() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from (
      select coalesce(sum(platform_fee_minor), 0) as fee, coalesce(sum(tax_minor), 0) as tax,
        coalesce(sum(net_minor), 0) as net
      from escrow_refund_shares where refund_id = new.id
    ) s
    where s.fee <> new.platform_fee_minor or s.tax <> new.tax_minor or s.fee + s.tax + s.net <> new.amount_minor
  ) or new.refunded_before_minor <> (
    select coalesce(sum(amount_minor), 0) from escrow_refunds where release_id = new.release_id and id <> new.id
      and refunded_before_minor < new.refunded_before_minor
  ) or exists (
    select 1 from escrow_shares s join lateral (
      select sum(r.platform_fee_minor) as fee, sum(r.tax_minor) as tax, sum(r.net_minor) as net
      from escrow_refund_shares r where r.share_id = s.id
    ) r on true
    where s.release_id = new.release_id
      and (r.fee > s.platform_fee_minor or r.tax > s.tax_minor or r.net > s.net_minor)
  ) then
    raise exception 'refund % takes back what was not given', new.external_id using errcode = 'check_violation';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger escrow_refunds_whole after insert on escrow_refunds
  deferrable initially deferred for each row execute function check_refund_parts();
--> statement-breakpoint

-- Where a payment goes is fixed with it; that of an escrow share is looked up whenever it is sent anew.
drop trigger payments_fixed on payments;
--> statement-breakpoint
create trigger payments_fixed
  before update of id, batch_id, payee_id, provider, currency, amount_minor on payments
  for each row execute function refuse_rewrite();
--> statement-breakpoint
create function check_payment_account() returns trigger language plpgsql as $$
begin
  if old.status = 'PENDING' and new.status in ('PENDING', 'ON_HOLD') and exists (
    select 1 from batches where id = old.batch_id and release_id is not null
  ) then return new; end if;
  raise exception 'where payment % goes is fixed', old.id using errcode = 'restrict_violation';
end $$;
--> statement-breakpoint
create trigger payments_fixed_account before update of account_id, account_ref on payments
  for each row when (old.account_id is distinct from new.account_id or old.account_ref is distinct from new.account_ref)
  execute function check_payment_account();
--> statement-breakpoint
update payments set held_at = updated_at where status = 'ON_HOLD';
--> statement-breakpoint

-- An entry is written by one statement and balances at its end. Once for all its lines: a release to
-- 10,000 recipients has as many, and each of them looking at all would take minutes.
drop trigger ledger_entries_balance on ledger_entries;
--> statement-breakpoint
drop function check_entry_balances();
--> statement-breakpoint
create function check_new_entries() returns trigger language plpgsql as $$
declare
  wrong text;
begin
  select m.entry_id into wrong
  from (select distinct entry_id from made) m
  cross join lateral (
    select 1 from ledger_entries l where l.entry_id = m.entry_id
    group by l.currency having sum(case l.side when 'debit' then l.amount_minor else -l.amount_minor end) <> 0
    offset 0
  ) off
  limit 1;
  if wrong is not null then
    raise exception 'ledger entry % does not balance', wrong using errcode = 'check_violation';
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger ledger_entries_balance after insert on ledger_entries referencing new table as made
  for each statement execute function check_new_entries();
--> statement-breakpoint

-- What happens to payments and batches is told to the endpoints that users have registered, whichever
-- statement makes it happen. Nothing is written while nobody wants to know.
create function event_id() returns text language sql volatile as $$
  select 'evt_' || lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
    || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14)
$$;
--> statement-breakpoint
create function escrow_of(batch text) returns jsonb language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object('escrowId', escrow_id, 'projectId', project_id, 'milestoneId', milestone_id))
  from escrow_releases where batch_id = batch
$$;
--> statement-breakpoint
create function announce_payments() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from webhook_endpoints where status = 'ENABLED' and deleted_at is null) then
    return null;
  end if;
  insert into outbox_events (id, type, batch_id, payment_id, data)
  select event_id(), 'payout.item.' || w.word, n.batch_id, n.id, jsonb_strip_nulls(jsonb_build_object(
    'batchId', n.batch_id, 'paymentId', n.id, 'affiliateId', n.payee_id, 'recipientId', s.recipient_id,
    'escrow', escrow_of(n.batch_id), 'status', n.status, 'amount', n.amount_minor, 'currency', n.currency,
    'provider', n.provider, 'reference', n.id || ':' || greatest(1, n.generation),
    'providerPaymentId', n.provider_payment_id, 'failureCode', n.failure_code,
    'failureReason', n.failure_reason, 'holdReason', n.hold_reason))
  from changed_to n
  join changed_from o on o.id = n.id
  left join escrow_shares s on s.id = 'shr_' || substr(n.id, 5)
  cross join lateral (values
    (1, 'submitted', n.status in ('PROCESSING', 'COMPLETED') and n.provider_payment_id is not null
      and (o.provider_payment_id is distinct from n.provider_payment_id or o.generation <> n.generation)),
    (2, 'paid', n.status = 'COMPLETED' and o.status <> 'COMPLETED'),
    (2, 'failed', (n.status = 'FAILED' and o.status <> 'FAILED')
      or (n.status = 'CANCELLED' and o.status in ('PROCESSING', 'UNKNOWN') and n.failure_code not in ('cancelled_by_person', 'refunded'))),
    (2, 'cancelled', n.status = 'CANCELLED' and o.status <> 'CANCELLED'
      and (o.status in ('PENDING', 'ON_HOLD', 'FAILED') or n.failure_code in ('cancelled_by_person', 'refunded'))),
    (2, 'held', n.status = 'ON_HOLD' and o.status <> 'ON_HOLD'),
    (2, 'returned', n.status = 'RETURNED' and o.status <> 'RETURNED')
  ) as w (place, word, happened)
  where w.happened
  order by n.id, w.place;
  return null;
end $$;
--> statement-breakpoint
create trigger payments_announced after update on payments
  referencing old table as changed_from new table as changed_to
  for each statement execute function announce_payments();
--> statement-breakpoint
create function batch_news(b batches) returns jsonb language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'batchId', b.id, 'batchNumber', b.batch_number, 'status', b.status, 'provider', b.provider, 'currency', b.currency,
    'totalAmount', b.total_minor, 'paymentCount', b.payment_count, 'scheduledFor', b.scheduled_for,
    'escrow', escrow_of(b.id), 'completedCount', b.completed_count, 'completedAmount', b.completed_minor,
    'failedCount', b.failed_count, 'failedAmount', b.failed_minor, 'heldCount', b.held_count, 'heldAmount', b.held_minor))
$$;
--> statement-breakpoint
create function announce_new_batches() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from webhook_endpoints where status = 'ENABLED' and deleted_at is null) then
    return null;
  end if;
  insert into outbox_events (id, type, batch_id, data)
  select event_id(), 'payout.batch.scheduled', n.id, batch_news(b)
  from made n join batches b on b.id = n.id where n.execute_requested_at is not null
  order by n.id;
  return null;
end $$;
--> statement-breakpoint
create trigger batches_announced_new after insert on batches referencing new table as made
  for each statement execute function announce_new_batches();
--> statement-breakpoint
create function announce_batches() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from webhook_endpoints where status = 'ENABLED' and deleted_at is null) then
    return null;
  end if;
  insert into outbox_events (id, type, batch_id, data)
  select event_id(), 'payout.batch.scheduled', n.id, batch_news(b)
  from changed_to n join changed_from o on o.id = n.id join batches b on b.id = n.id
  where n.execute_requested_at is not null and o.execute_requested_at is null
  order by n.id;
  return null;
end $$;
--> statement-breakpoint
create trigger batches_announced after update on batches
  referencing old table as changed_from new table as changed_to
  for each statement execute function announce_batches();
--> statement-breakpoint
-- A statement that cancels a batch changes it before its payments. Its end is told at commit, so after them.
create function announce_batch_end() returns trigger language plpgsql as $$
begin
  if exists (select 1 from webhook_endpoints where status = 'ENABLED' and deleted_at is null) then
    insert into outbox_events (id, type, batch_id, data)
    values (event_id(), 'payout.batch.completed', new.id, batch_news(new));
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger batches_announced_end after update on batches deferrable initially deferred for each row
  when (new.status in ('COMPLETED', 'FAILED', 'CANCELLED') and old.status not in ('COMPLETED', 'FAILED', 'CANCELLED'))
  execute function announce_batch_end();
--> statement-breakpoint
-- A test is for the endpoint that it names, whatever that wants to hear of.
create function address_events() returns trigger language plpgsql as $$
begin
  insert into event_deliveries (endpoint_id, sequence, lane)
  select w.id, e.sequence, coalesce(e.batch_id, e.id)
  from made e join webhook_endpoints w on w.status = 'ENABLED' and w.deleted_at is null
    and case e.type when 'payout.test' then w.id = e.data ->> 'endpointId'
      else w.event_types = '[]'::jsonb or jsonb_exists(w.event_types, e.type) end;
  return null;
end $$;
--> statement-breakpoint
create trigger outbox_events_addressed after insert on outbox_events referencing new table as made
  for each statement execute function address_events();
--> statement-breakpoint
create trigger outbox_events_append_only before update on outbox_events
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger delivery_attempts_append_only before update on delivery_attempts
  for each row execute function refuse_change();
--> statement-breakpoint

-- Lines of a batch lie close together, so an index of ranges is enough: a hundredth of the size of one of
-- rows. By blooms, since a return weeks later would stretch the range between two bounds over everything.
create index ledger_entries_batch on ledger_entries
  using brin (batch_id text_bloom_ops(n_distinct_per_range = 200)) with (pages_per_range = 32);
