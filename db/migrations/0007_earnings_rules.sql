-- From conversions to earnings: what the database refuses, and the programme that is there from the start.
insert into programmes (id, external_id, name, zone, created_by)
values ('prg_00000000000000000000000000000000', 'default', 'Default programme', 'UTC', 'system');
--> statement-breakpoint

-- Spans of a rule do not overlap. A range over its hash stands for equality, which alone would need an extension.
alter table payout_rule_versions add constraint payout_rule_versions_no_overlap exclude using gist (
  int8range(hashtextextended(rule_id, 0), hashtextextended(rule_id, 0), '[]') with &&,
  tstzrange(effective_from, effective_to) with &&
);
--> statement-breakpoint
create trigger payout_rule_versions_kept before delete on payout_rule_versions
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger payout_rule_versions_fixed
  before update of rule_id, version, effective_from, terms, note, created_by on payout_rule_versions
  for each row execute function refuse_rewrite();
--> statement-breakpoint
create trigger payout_rule_versions_ended before update of effective_to on payout_rule_versions
  for each row when (old.effective_to is not null) execute function refuse_rewrite();
--> statement-breakpoint
create trigger payout_rules_fixed before update or delete on payout_rules
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger calculation_terms_append_only before update or delete on calculation_terms
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger conversion_decisions_append_only before update or delete on conversion_decisions
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger conversion_reversals_append_only before update or delete on conversion_reversals
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger fee_months_append_only before update or delete on fee_months
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger schedule_runs_append_only before update or delete on schedule_runs
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger batch_exclusions_append_only before update or delete on batch_exclusions
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger conversions_kept before delete on conversions
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger conversions_fixed
  before update of id, programme_id, external_id, affiliate_external_id, amount_minor, currency, occurred_at, test on conversions
  for each row execute function refuse_rewrite();
--> statement-breakpoint
create trigger conversions_fixed_payee before update of payee_id on conversions
  for each row when (old.payee_id is not null and new.payee_id is distinct from old.payee_id)
  execute function refuse_rewrite();
--> statement-breakpoint
create trigger commissions_fixed_source before update of kind, programme_id, conversion_id, list_id on commissions
  for each row execute function refuse_rewrite();
--> statement-breakpoint
create trigger batches_fixed_source before update of programme_id, schedule_id, period, matured_by on batches
  for each row execute function refuse_rewrite();
--> statement-breakpoint

-- Nothing is given back that was not paid. The conversion is locked, so that two at once see each other.
create function check_reversal() returns trigger language plpgsql as $$
declare
  whole bigint;
begin
  select amount_minor into whole from conversions where id = new.conversion_id for update;
  if whole < new.amount_minor + coalesce(
    (select sum(amount_minor) from conversion_reversals where conversion_id = new.conversion_id), 0) then
    raise exception 'reversal % gives back more than the conversion came to', new.external_id
      using errcode = 'check_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger conversion_reversals_whole before insert on conversion_reversals
  for each row execute function check_reversal();
