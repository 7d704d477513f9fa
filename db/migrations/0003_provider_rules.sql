-- A provider's list is read again where a crash loses it.
alter table reconciliation_items set unlogged;
--> statement-breakpoint
-- A signed request is what it was signed as, for ever.
create trigger submission_groups_append_only before update or delete on submission_groups
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger cases_kept before delete on cases
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger payments_fixed_origin before update of reissue_of on payments
  for each row execute function refuse_rewrite();
--> statement-breakpoint
create trigger attempts_kept_request before update of request_sealed on attempts
  for each row when (old.request_sealed is not null)
  execute function refuse_rewrite();
