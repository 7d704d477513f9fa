-- What must not be is refused by the database itself, whatever the code above it does.

create sequence batch_queue_rank;
--> statement-breakpoint
alter table payables set (fillfactor = 70);
--> statement-breakpoint
alter table payments set (fillfactor = 70);
--> statement-breakpoint
alter table attempts set (fillfactor = 70);
--> statement-breakpoint

-- Append-only: ledger and audit rows are never changed, deleted or truncated.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: write a new row that points at the old one', tg_table_name
    using errcode = 'restrict_violation';
end $$;
--> statement-breakpoint
create trigger ledger_entries_append_only before update or delete on ledger_entries
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger ledger_entries_no_truncate before truncate on ledger_entries
  for each statement execute function refuse_change();
--> statement-breakpoint
create trigger audit_logs_append_only before update or delete on audit_logs
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger audit_logs_no_truncate before truncate on audit_logs
  for each statement execute function refuse_change();
--> statement-breakpoint
create trigger commissions_kept before delete on commissions
  for each row execute function refuse_change();
--> statement-breakpoint

-- Double entry: at commit, the lines of an entry balance in each currency.
create function check_entry_balances() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from ledger_entries
    where entry_id = new.entry_id
    group by currency
    having sum(case side when 'debit' then amount_minor else -amount_minor end) <> 0
  ) then
    raise exception 'ledger entry % does not balance', new.entry_id using errcode = 'check_violation';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger ledger_entries_balance after insert on ledger_entries
  deferrable initially deferred
  for each row execute function check_entry_balances();
--> statement-breakpoint

-- One live payment per commission: a commission stands in one payable, a payable in one payment, and
-- neither moves to another while it is claimed.
create function refuse_second_claim() returns trigger language plpgsql as $$
begin
  raise exception 'payable % is claimed by payment %', old.id, old.payment_id
    using errcode = 'unique_violation';
end $$;
--> statement-breakpoint
create trigger payables_one_claim before update of payment_id on payables
  for each row when (old.payment_id is not null and new.payment_id is not null and old.payment_id <> new.payment_id)
  execute function refuse_second_claim();
--> statement-breakpoint
create function refuse_claimed_payable() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from payables where id in (old.payable_id, new.payable_id) and payment_id is not null
  ) then
    raise exception 'commission % cannot join or leave a payable that a payment claims', old.id
      using errcode = 'unique_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger commissions_one_payable before update of payable_id on commissions
  for each row when (old.payable_id is distinct from new.payable_id)
  execute function refuse_claimed_payable();
--> statement-breakpoint
create trigger payables_claimed_sum before update of amount_minor, commission_count on payables
  for each row when (old.payment_id is not null)
  execute function refuse_second_claim();
--> statement-breakpoint

-- What a row says about money never changes; only where it stands does.
create function refuse_rewrite() returns trigger language plpgsql as $$
begin
  raise exception 'what a row of % says about money never changes after it was written', tg_table_name
    using errcode = 'restrict_violation';
end $$;
--> statement-breakpoint
create trigger commissions_fixed before update of id, payee_id, amount_minor, currency, external_id on commissions
  for each row execute function refuse_rewrite();
--> statement-breakpoint
create trigger payments_fixed
  before update of id, batch_id, payee_id, account_id, account_ref, provider, currency, amount_minor on payments
  for each row execute function refuse_rewrite();
--> statement-breakpoint
create trigger attempts_fixed
  before update of payment_id, generation, idempotency_key, request_hash on attempts
  for each row execute function refuse_rewrite();
--> statement-breakpoint

-- The published state graphs. A payment whose retries are used up passes FAILED on its way to
-- CANCELLED in one statement; both steps stand in the audit log.
create function check_payment_step() returns trigger language plpgsql as $$
begin
  if (old.status, new.status) in (
    ('PENDING', 'PROCESSING'), ('PENDING', 'ON_HOLD'), ('PENDING', 'CANCELLED'),
    ('PROCESSING', 'COMPLETED'), ('PROCESSING', 'UNKNOWN'), ('PROCESSING', 'FAILED'),
    ('PROCESSING', 'CANCELLED'),
    ('UNKNOWN', 'PROCESSING'), ('UNKNOWN', 'COMPLETED'), ('UNKNOWN', 'FAILED'), ('UNKNOWN', 'CANCELLED'),
    ('ON_HOLD', 'PENDING'), ('ON_HOLD', 'CANCELLED'),
    ('FAILED', 'PENDING'), ('FAILED', 'CANCELLED'),
    ('COMPLETED', 'RETURNED'), ('CANCELLED', 'PENDING')
  ) then return new; end if;
  raise exception 'payment % cannot go from % to %', old.id, old.status, new.status
    using errcode = 'check_violation';
end $$;
--> statement-breakpoint
create trigger payments_step before update of status on payments
  for each row when (old.status <> new.status) execute function check_payment_step();
--> statement-breakpoint
create function check_batch_step() returns trigger language plpgsql as $$
begin
  if (old.status, new.status) in (
    ('PENDING', 'QUEUED'), ('PENDING', 'CANCELLED'),
    ('QUEUED', 'PROCESSING'), ('QUEUED', 'SETTLING'), ('QUEUED', 'CANCELLED'),
    ('PROCESSING', 'SETTLING'), ('PROCESSING', 'QUEUED'), ('PROCESSING', 'CANCELLED'),
    ('SETTLING', 'COMPLETED'), ('SETTLING', 'FAILED'), ('SETTLING', 'CANCELLED'), ('SETTLING', 'QUEUED'),
    ('COMPLETED', 'QUEUED'), ('FAILED', 'QUEUED')
  ) then return new; end if;
  raise exception 'batch % cannot go from % to %', old.id, old.status, new.status
    using errcode = 'check_violation';
end $$;
--> statement-breakpoint
create trigger batches_step before update of status on batches
  for each row when (old.status <> new.status) execute function check_batch_step();
--> statement-breakpoint
create function check_commission_step() returns trigger language plpgsql as $$
begin
  if (old.status, new.status) in (
    ('PENDING', 'APPROVED'), ('PENDING', 'REVERSED'), ('APPROVED', 'REVERSED')
  ) then return new; end if;
  raise exception 'commission % cannot go from % to %', old.id, old.status, new.status
    using errcode = 'check_violation';
end $$;
--> statement-breakpoint
create trigger commissions_step before update of status on commissions
  for each row when (old.status <> new.status) execute function check_commission_step();
