-- What the rules look up for each decision. No row that is written once a payment or an earning is in these.

-- Where and when an actor works, read without the table; db/queries/risk-acts.ts has the list.
create index audit_logs_acts on audit_logs (actor, created_at) include (action, ip_address, user_agent)
where action in ('batch.approved', 'batch.execution_requested', 'batch.resumed', 'debt.written_off', 'hold.released',
  'account.revealed', 'api_key.created', 'approval_rule.changed', 'approval_rule.created', 'audit.viewed',
  'batch.created', 'batch.edited', 'batch.rejected', 'export.created', 'policy.changed', 'role.granted',
  'rule.version_added', 'sign_in.succeeded', 'step_up.succeeded', 'permission.denied');
--> statement-breakpoint
create index audit_logs_watched on audit_logs (action, created_at)
where action in ('sign_in.failed', 'step_up.failed', 'api_key.rejected', 'webhook.rejected', 'policy.changed',
  'approval_rule.changed', 'approval_rule.deleted', 'currency_rate.set', 'allow_list.changed');
--> statement-breakpoint
create index audit_logs_invited on audit_logs ((details->>'userId'), id) where action = 'user.invited';
--> statement-breakpoint
create index approvals_newest on approvals (created_at);
--> statement-breakpoint
create index payout_rule_versions_newest on payout_rule_versions (created_at);
--> statement-breakpoint
create index risk_events_passed on risk_events (actor, resolved_at) where status = 'RESOLVED' and actor is not null;
--> statement-breakpoint
create index risk_events_subject on risk_events (rule, subject);
--> statement-breakpoint

-- Where rules act: who is behind an actor, and which payments wait for a person to resolve an event.

-- A key acts for the person who owns it, or who made it.
create function person_behind(actor text) returns text language sql stable as $$
  select coalesce((
    select coalesce(k.owner, case when k.created_by like 'user:%' then k.created_by end) from api_keys k
    where actor like 'key:%' and k.id = substr(actor, 5)
  ), actor)
$$;
--> statement-breakpoint

-- Why a payment was held by a rule, once for each rule: what a person has let pass is not held by it again.
create table payment_risks (
  payment_id text not null references payments (id),
  rule text not null,
  event_id text not null references risk_events (id),
  created_at timestamp with time zone not null default now(),
  primary key (payment_id, rule)
);
--> statement-breakpoint
create index payment_risks_event on payment_risks (event_id);
--> statement-breakpoint

-- Nothing of a batch is sent before it was judged.
alter table batches add column risk_judged_at timestamp with time zone;
--> statement-breakpoint
-- Up to which change of its account a payment was looked at by a person, or bound; none: as it was made.
alter table payments add column account_seen_at timestamp with time zone;
--> statement-breakpoint
create index risk_events_actor on risk_events (actor) where status = 'OPEN' and actor is not null;
--> statement-breakpoint

-- What a rule finds is told like everything else that happens; once more where it has grown worse.
create function announce_risk() returns trigger language plpgsql as $$
begin
  if exists (select 1 from webhook_endpoints where status = 'ENABLED' and deleted_at is null) then
    insert into outbox_events (id, type, data)
    values (event_id(), 'risk.raised', jsonb_strip_nulls(jsonb_build_object(
      'riskEventId', new.id, 'rule', new.rule, 'level', new.level, 'action', new.action, 'batchId', new.batch_id,
      'paymentId', new.payment_id, 'affiliateId', new.payee_id, 'actor', new.actor, 'explanation', new.explanation)));
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger risk_events_announced after insert on risk_events
  for each row when (new.status = 'OPEN') execute function announce_risk();
--> statement-breakpoint
create trigger risk_events_worse_announced after update of level on risk_events
  for each row when (new.status = 'OPEN' and new.level is distinct from old.level) execute function announce_risk();
