-- Reports add payments and ledger lines up by quarters of an hour; these marks say which of them are out
-- of date. A mark is written by the statement that changes a row, so no report can miss the change. A
-- transaction that marks a slot twice marks it once.

create function report_slot(at timestamptz) returns timestamptz language sql immutable as $$
  select date_bin('15 minutes', at, timestamptz '2000-01-01 00:00:00+00')
$$;
--> statement-breakpoint
create function mark_payment_slots() returns trigger language plpgsql as $$
begin
  insert into report_changes (source, slot, xact)
  select 'payments', slot, pg_current_xact_id()::text::bigint
  from (
    select report_slot(created_at) as slot from changed_to
    union
    select report_slot(completed_at) from changed_to where completed_at is not null
  ) touched
  on conflict do nothing;
  return null;
end $$;
--> statement-breakpoint
create trigger payments_mark_made after insert on payments
  referencing new table as changed_to
  for each statement execute function mark_payment_slots();
--> statement-breakpoint
create trigger payments_mark_changed after update on payments
  referencing new table as changed_to
  for each statement execute function mark_payment_slots();
--> statement-breakpoint
create function mark_ledger_slots() returns trigger language plpgsql as $$
begin
  insert into report_changes (source, slot, xact)
  select distinct 'ledger', report_slot(created_at), pg_current_xact_id()::text::bigint from made
  on conflict do nothing;
  return null;
end $$;
--> statement-breakpoint
create trigger ledger_entries_mark after insert on ledger_entries
  referencing new table as made
  for each statement execute function mark_ledger_slots();
--> statement-breakpoint
-- What came back is little, and reports read it line by line, from the index alone.
create index ledger_entries_returned on ledger_entries (created_at) include (currency, payment_id, account, side, amount_minor)
where split_part(entry_id, ':', 2) = 'returned' and (account = 'payee_payable' or starts_with(account, 'returned/'));
--> statement-breakpoint
-- What each payee was paid, and earned, is added up for lists that begin with the largest, from the index
-- alone. A payment is in it from when it is settled.
create index payments_paid on payments (currency, payee_id) include (completed_at, amount_minor, provider)
where completed_at is not null;
--> statement-breakpoint
create index commissions_earned on commissions (currency, payee_id) include (earned_at, amount_minor, programme_id)
where status <> 'REVERSED' and kind not in ('write_off', 'part');
--> statement-breakpoint
-- What was there before the marks were is to be added up as well.
insert into report_changes (source, slot, xact)
select distinct 'payments', report_slot(at), 0 from (
  select created_at as at from payments
  union all
  select completed_at from payments where completed_at is not null
) moments;
--> statement-breakpoint
insert into report_changes (source, slot, xact)
select distinct 'ledger', report_slot(created_at), 0 from ledger_entries;
--> statement-breakpoint

-- Screens are told that there is something new, never what: who listens reads the audit log, in which
-- every change has its row. Postgres commits transactions that give notice one by one, so of those that
-- commit at the same time one does it for all: the others have rows that whoever hears it meets as well, or
-- finds open and looks for again.
create function tell_news() returns trigger language plpgsql as $$
begin
  if pg_try_advisory_xact_lock(hashtextextended('bursar_news', 0)) then
    perform pg_notify('bursar_news', '');
  end if;
  return null;
end $$;
--> statement-breakpoint
-- At the end of the transaction, so that nobody is silent for one that is not about to commit; and for the
-- first of its rows alone.
create constraint trigger audit_logs_told after insert on audit_logs
  deferrable initially deferred for each row
  when (case when current_setting('bursar.told', true) = 'yes' then false
    else set_config('bursar.told', 'yes', true) = 'yes' end)
  execute function tell_news();
--> statement-breakpoint

create trigger statements_append_only before update or delete on statements
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger statements_no_truncate before truncate on statements
  for each statement execute function refuse_change();
--> statement-breakpoint
create trigger report_export_parts_fixed before update on report_export_parts
  for each row execute function refuse_change();
--> statement-breakpoint

-- What alert rules look up. No row that is written once a payment on its way is in those of failures,
-- and ranges of a table that grows at its end cost next to nothing.
create index payments_failed on payments (batch_id)
where status = 'FAILED' or (status = 'CANCELLED' and failure_code not in ('cancelled_by_person', 'parked_too_long', 'refunded', 'approval_expired'));
--> statement-breakpoint
create index webhook_events_received on webhook_events using brin (created_at);
--> statement-breakpoint
create index event_deliveries_given_up on event_deliveries (due_at) where status = 'GIVEN_UP';
--> statement-breakpoint
create index payee_mails_given_up on payee_mails (due_at) where status in ('FAILED', 'UNKNOWN');
--> statement-breakpoint

-- A test, and an alert, are for the endpoint that they name, whatever that wants to hear of; that an alert
-- is over is told after that it was there.
create or replace function address_events() returns trigger language plpgsql as $$
begin
  insert into event_deliveries (endpoint_id, sequence, lane)
  select w.id, e.sequence, coalesce(e.batch_id, e.data ->> 'alertId', e.id)
  from made e join webhook_endpoints w on w.status = 'ENABLED' and w.deleted_at is null
    and case when e.type in ('payout.test', 'alert.fired', 'alert.resolved') then w.id = e.data ->> 'endpointId'
      else w.event_types = '[]'::jsonb or jsonb_exists(w.event_types, e.type) end;
  return null;
end $$;
--> statement-breakpoint

-- The rules that are there from the start; they tell the log until somebody says whom else. What balance is
-- low nobody knows but its owner: that one is to be changed, then switched on.
insert into alert_rules (id, name, measure, currency, threshold, window_minutes, for_minutes, severity, channels, repeat_minutes, enabled, updated_by)
values
  ('alr_00000000000000000000000000000001', 'Stuck payments', 'stuck_payments', null, 1, 60, 0, 'warning', '["log"]', 1440, true, 'system'),
  ('alr_00000000000000000000000000000002', 'Payments in doubt', 'unknown_age_minutes', null, 30, 60, 0, 'critical', '["log"]', 240, true, 'system'),
  ('alr_00000000000000000000000000000003', 'Failing payments', 'failure_rate', null, 0.2, 60, 0, 'warning', '["log"]', null, true, 'system'),
  ('alr_00000000000000000000000000000004', 'Differences with the provider', 'reconciliation_differences', null, 1, 60, 0, 'warning', '["log"]', 1440, true, 'system'),
  ('alr_00000000000000000000000000000005', 'Silent provider', 'webhook_silence_minutes', null, 720, 1440, 0, 'warning', '["log"]', null, true, 'system'),
  ('alr_00000000000000000000000000000006', 'No worker', 'worker_missing', null, 1, 60, 2, 'critical', '["log"]', 30, true, 'system'),
  ('alr_00000000000000000000000000000007', 'Books break an invariant', 'invariant_broken', null, 1, 1440, 0, 'critical', '["log"]', 1440, true, 'system'),
  ('alr_00000000000000000000000000000008', 'Books do not balance', 'balance_of_books', null, 1, 1440, 0, 'critical', '["log"]', 1440, true, 'system'),
  ('alr_00000000000000000000000000000009', 'Batch waits in the queue', 'queue_age_minutes', null, 60, 60, 0, 'warning', '["log"]', null, true, 'system'),
  ('alr_0000000000000000000000000000000a', 'Audit log is not sealed', 'audit_unsealed_seconds', null, 120, 60, 2, 'critical', '["log"]', 60, true, 'system'),
  ('alr_0000000000000000000000000000000b', 'Mails or events were given up', 'mail_or_delivery_given_up', null, 1, 60, 0, 'warning', '["log"]', null, true, 'system'),
  ('alr_0000000000000000000000000000000c', 'Low balance', 'low_balance', 'USD', 100000, 1440, 0, 'warning', '["log"]', 1440, false, 'system');
--> statement-breakpoint
-- Those that read all of the books do so from the second day on: there is nothing to find on the first.
update alert_rules set looked_at = now() where measure in ('invariant_broken', 'balance_of_books');
