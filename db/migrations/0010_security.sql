CREATE TABLE "approval_requirements" (
	"batch_id" text NOT NULL,
	"ordinal" integer NOT NULL,
	"rule_id" text,
	"name" text NOT NULL,
	"reason" text NOT NULL,
	"steps" jsonb NOT NULL,
	"ordered" boolean DEFAULT false NOT NULL,
	"excluded" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"escalates_at" timestamp with time zone,
	"escalated_at" timestamp with time zone,
	CONSTRAINT "approval_requirements_batch_id_ordinal_pk" PRIMARY KEY("batch_id","ordinal")
);
--> statement-breakpoint
CREATE TABLE "approval_rules" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"conditions" jsonb NOT NULL,
	"steps" jsonb NOT NULL,
	"ordered" boolean DEFAULT false NOT NULL,
	"expires_after_minutes" integer,
	"escalate_after_minutes" integer,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_by" text NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "approval_rules_expires" CHECK ("approval_rules"."expires_after_minutes" between 1 and 525600),
	CONSTRAINT "approval_rules_escalates" CHECK ("approval_rules"."escalate_after_minutes" between 1 and 525600)
);
--> statement-breakpoint
CREATE TABLE "audit_blocks" (
	"height" bigint PRIMARY KEY NOT NULL,
	"from_xact" bigint NOT NULL,
	"to_xact" bigint NOT NULL,
	"row_count" bigint NOT NULL,
	"last_id" bigint NOT NULL,
	"rows_hash" text NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL,
	"key_id" text NOT NULL,
	"signature" text NOT NULL,
	"sealed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audit_blocks_height" CHECK ("audit_blocks"."height" > 0),
	CONSTRAINT "audit_blocks_span" CHECK ("audit_blocks"."from_xact" <= "audit_blocks"."to_xact")
);
--> statement-breakpoint
CREATE TABLE "allow_lists" (
	"id" text PRIMARY KEY NOT NULL,
	"scope" text NOT NULL,
	"subject" text NOT NULL,
	"cidrs" text[] NOT NULL,
	"note" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_by" text NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "allow_lists_scope" CHECK ("allow_lists"."scope" in ('role', 'key', 'operation'))
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"key" text PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "risk_events" (
	"id" text PRIMARY KEY NOT NULL,
	"rule" text NOT NULL,
	"level" text NOT NULL,
	"action" text NOT NULL,
	"status" text DEFAULT 'OPEN' NOT NULL,
	"subject" text NOT NULL,
	"actor" text,
	"payee_id" text,
	"account_id" text,
	"payment_id" text,
	"batch_id" text,
	"explanation" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"owner" text,
	"resolution" text,
	"resolution_reason" text,
	"resolved_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "risk_events_level" CHECK ("risk_events"."level" in ('low', 'medium', 'high', 'critical')),
	CONSTRAINT "risk_events_status" CHECK ("risk_events"."status" in ('OPEN', 'RESOLVED')),
	CONSTRAINT "risk_events_resolved" CHECK (("risk_events"."status" = 'RESOLVED') = ("risk_events"."resolved_at" is not null and "risk_events"."resolution" is not null
        and "risk_events"."resolution_reason" is not null and "risk_events"."resolved_by" is not null))
);
--> statement-breakpoint
CREATE TABLE "currency_rates" (
	"currency" text NOT NULL,
	"day" date NOT NULL,
	"base_currency" text NOT NULL,
	"rate" numeric(30, 12) NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "currency_rates_base_currency_currency_day_pk" PRIMARY KEY("base_currency","currency","day"),
	CONSTRAINT "currency_rates_rate" CHECK ("currency_rates"."rate" > 0)
);
--> statement-breakpoint
CREATE TABLE "security_policy" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"base_currency" text DEFAULT 'USD' NOT NULL,
	"high_value_minor" bigint DEFAULT 100000 NOT NULL,
	"second_approver_factor" integer DEFAULT 10 NOT NULL,
	"undo_window_seconds" integer DEFAULT 0 NOT NULL,
	"account_cooldown_hours" integer DEFAULT 72 NOT NULL,
	"risk" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_by" text DEFAULT 'system' NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "security_policy_one" CHECK ("security_policy"."id"),
	CONSTRAINT "security_policy_high_value" CHECK ("security_policy"."high_value_minor" > 0),
	CONSTRAINT "security_policy_factor" CHECK ("security_policy"."second_approver_factor" between 1 and 1000000),
	CONSTRAINT "security_policy_undo" CHECK ("security_policy"."undo_window_seconds" between 0 and 604800),
	CONSTRAINT "security_policy_cooldown" CHECK ("security_policy"."account_cooldown_hours" between 0 and 8760)
);
--> statement-breakpoint
CREATE TABLE "role_changes" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"from_role" text,
	"to_role" text,
	"reason" text,
	"actor" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "user_identities" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "user_second_factors" (
	"id" text PRIMARY KEY NOT NULL,
	"secret" text NOT NULL,
	"backup_codes" text NOT NULL,
	"user_id" text NOT NULL,
	"verified" boolean DEFAULT true NOT NULL,
	"failed_verification_count" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "user_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"token" text NOT NULL,
	"user_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"authenticated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "user_verifications" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"role" text,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"two_factor_enabled" boolean DEFAULT false NOT NULL,
	"frozen_at" timestamp with time zone,
	"frozen_reason" text,
	"created_by" text DEFAULT 'system' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_role" CHECK ("users"."role" in ('viewer', 'operator', 'processor', 'manager', 'admin', 'super_admin')),
	CONSTRAINT "users_frozen" CHECK (("users"."frozen_at" is null) = ("users"."frozen_reason" is null))
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "changed_by" text;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "verified_by" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "scopes" text[];--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "cidrs" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "owner" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "rotated_from" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "frozen_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "frozen_reason" text;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "role" text;--> statement-breakpoint
ALTER TABLE "audit_logs" ADD COLUMN "xact" bigint DEFAULT (pg_current_xact_id()::text::bigint) NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "source" text DEFAULT 'manual' NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "edited_by" text;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "edited_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "approval_requirements" ADD CONSTRAINT "approval_requirements_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_changes" ADD CONSTRAINT "role_changes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_identities" ADD CONSTRAINT "user_identities_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_second_factors" ADD CONSTRAINT "user_second_factors_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_sessions" ADD CONSTRAINT "user_sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "approval_requirements_expires" ON "approval_requirements" USING btree ("expires_at") WHERE "approval_requirements"."expires_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "audit_blocks_previous" ON "audit_blocks" USING btree ("previous_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "allow_lists_one_each" ON "allow_lists" USING btree ("scope","subject");--> statement-breakpoint
CREATE INDEX "rate_limits_expire" ON "rate_limits" USING btree ("expire");--> statement-breakpoint
CREATE UNIQUE INDEX "risk_events_one_open" ON "risk_events" USING btree ("rule","subject") WHERE "risk_events"."status" = 'OPEN';--> statement-breakpoint
CREATE INDEX "risk_events_newest" ON "risk_events" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "risk_events_batch" ON "risk_events" USING btree ("batch_id") WHERE "risk_events"."batch_id" is not null;--> statement-breakpoint
CREATE INDEX "risk_events_payee" ON "risk_events" USING btree ("payee_id") WHERE "risk_events"."payee_id" is not null;--> statement-breakpoint
CREATE INDEX "role_changes_user" ON "role_changes" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "user_identities_account" ON "user_identities" USING btree ("provider_id","account_id");--> statement-breakpoint
CREATE INDEX "user_identities_user" ON "user_identities" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "user_second_factors_user" ON "user_second_factors" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "user_sessions_token" ON "user_sessions" USING btree ("token");--> statement-breakpoint
CREATE INDEX "user_sessions_user" ON "user_sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "user_verifications_identifier" ON "user_verifications" USING btree ("identifier");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "users" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "audit_logs_xact" ON "audit_logs" USING brin ("xact");--> statement-breakpoint
CREATE INDEX "audit_logs_actor" ON "audit_logs" USING btree ("actor","created_at") WHERE "audit_logs"."actor" <> 'system';