-- The audit log is sealed in whole transactions; seals are as append-only as what they cover. Who may
-- insert at all, and that nobody who serves may do anything else here, is a matter of privileges.

alter table audit_blocks add column row_marks bytea not null;
--> statement-breakpoint
create trigger audit_blocks_append_only before update or delete on audit_blocks
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger audit_blocks_no_truncate before truncate on audit_blocks
  for each statement execute function refuse_change();
--> statement-breakpoint

-- A database that was restored into another cluster counts transactions from a lower number; what is
-- added here brings new rows above those that are sealed. `bursar audit restart` sets it.
create function audit_offset() returns bigint language sql stable as 'select 0::bigint';
--> statement-breakpoint
alter table audit_logs
  alter column xact set default (pg_current_xact_id()::text::bigint + audit_offset());
--> statement-breakpoint

-- Seals read the newest rows all the time: these must not be looked for in all that was not summarised.
alter index audit_logs_xact set (autosummarize = on);
--> statement-breakpoint

-- What an audit row says of a change: the fields that differ, as they were and as they are.
create function audit_changes(before jsonb, after jsonb) returns jsonb language sql immutable as $$
  select jsonb_build_object('before', coalesce(jsonb_object_agg(key, before->key), '{}'),
    'after', coalesce(jsonb_object_agg(key, after->key), '{}'))
  from jsonb_object_keys(before || after) key
  where before->key is distinct from after->key
$$;
