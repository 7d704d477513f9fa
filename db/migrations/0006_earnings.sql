CREATE TABLE "batch_exclusions" (
	"batch_id" text NOT NULL,
	"payee_id" text NOT NULL,
	"code" text NOT NULL,
	CONSTRAINT "batch_exclusions_batch_id_payee_id_pk" PRIMARY KEY("batch_id","payee_id")
);
--> statement-breakpoint
CREATE TABLE "calculation_queue" (
	"programme_id" text NOT NULL,
	"payee_id" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"dirty_from" timestamp with time zone NOT NULL,
	"rejudge_from" timestamp with time zone,
	"revision" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "calculation_queue_programme_id_payee_id_due_at_pk" PRIMARY KEY("programme_id","payee_id","due_at")
);
--> statement-breakpoint
CREATE TABLE "conversion_decisions" (
	"conversion_id" text NOT NULL,
	"revision" integer NOT NULL,
	"terms_id" text,
	"code" text,
	"counted_minor" bigint NOT NULL,
	"commission_measure" bigint NOT NULL,
	"fee_measure" bigint NOT NULL,
	"gross_minor" bigint NOT NULL,
	"fee_minor" bigint NOT NULL,
	"net_minor" bigint NOT NULL,
	"commission_id" text,
	"as_of" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "conversion_decisions_conversion_id_revision_pk" PRIMARY KEY("conversion_id","revision"),
	CONSTRAINT "conversion_decisions_code" CHECK ("conversion_decisions"."code" is null or ("conversion_decisions"."counted_minor" = 0 and "conversion_decisions"."gross_minor" = 0 and "conversion_decisions"."net_minor" = 0)),
	CONSTRAINT "conversion_decisions_parts" CHECK ("conversion_decisions"."fee_minor" >= 0 and "conversion_decisions"."net_minor" >= 0 and "conversion_decisions"."net_minor" <= "conversion_decisions"."gross_minor")
);
--> statement-breakpoint
CREATE TABLE "conversion_reversals" (
	"id" text PRIMARY KEY NOT NULL,
	"external_id" text NOT NULL,
	"conversion_id" text NOT NULL,
	"kind" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"reason" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "conversion_reversals_external_id_unique" UNIQUE("external_id"),
	CONSTRAINT "conversion_reversals_kind" CHECK ("conversion_reversals"."kind" in ('refund', 'chargeback')),
	CONSTRAINT "conversion_reversals_amount" CHECK ("conversion_reversals"."amount_minor" > 0)
);
--> statement-breakpoint
CREATE TABLE "conversions" (
	"id" text PRIMARY KEY NOT NULL,
	"programme_id" text NOT NULL,
	"external_id" text NOT NULL,
	"affiliate_external_id" text NOT NULL,
	"payee_id" text,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"clicked_at" timestamp with time zone,
	"status" text NOT NULL,
	"test" boolean DEFAULT false NOT NULL,
	"customer" text,
	"order_id" text,
	"source" text,
	"product" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "conversions_external_id_unique" UNIQUE("external_id"),
	CONSTRAINT "conversions_amount" CHECK ("conversions"."amount_minor" >= 0 and "conversions"."amount_minor" <= 9007199254740991),
	CONSTRAINT "conversions_currency" CHECK ("conversions"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "conversions_status" CHECK ("conversions"."status" in ('PENDING', 'APPROVED', 'CANCELLED'))
);
--> statement-breakpoint
CREATE TABLE "fee_months" (
	"programme_id" text NOT NULL,
	"payee_id" text NOT NULL,
	"currency" text NOT NULL,
	"month" date NOT NULL,
	"revision" integer NOT NULL,
	"terms_id" text NOT NULL,
	"fees_minor" bigint NOT NULL,
	"minimum_minor" bigint NOT NULL,
	"charge_minor" bigint NOT NULL,
	"commission_id" text,
	"as_of" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "fee_months_programme_id_payee_id_currency_month_revision_pk" PRIMARY KEY("programme_id","payee_id","currency","month","revision"),
	CONSTRAINT "fee_months_charge" CHECK ("fee_months"."charge_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"id" text PRIMARY KEY NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"kind" text NOT NULL,
	"reason" text NOT NULL,
	"owner" text NOT NULL,
	"account_id" text,
	"expires_at" timestamp with time zone,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"released_at" timestamp with time zone,
	"released_by" text,
	"release_reason" text,
	CONSTRAINT "holds_subject_kind" CHECK ("holds"."subject_kind" in ('payee', 'commission', 'payment')),
	CONSTRAINT "holds_kind" CHECK ("holds"."kind" in ('manual', 'risk', 'payment_failed')),
	CONSTRAINT "holds_released" CHECK (("holds"."released_at" is null) = ("holds"."released_by" is null)
        and ("holds"."released_at" is null) = ("holds"."release_reason" is null))
);
--> statement-breakpoint
CREATE TABLE "mail_settings" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"enabled" boolean NOT NULL,
	CONSTRAINT "mail_settings_only" CHECK ("mail_settings"."only")
);
--> statement-breakpoint
CREATE TABLE "payee_mails" (
	"id" text PRIMARY KEY NOT NULL,
	"payee_id" text NOT NULL,
	"event" text NOT NULL,
	"subject" text NOT NULL,
	"payment_id" text,
	"batch_id" text,
	"data" jsonb NOT NULL,
	"status" text DEFAULT 'PENDING' NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone,
	CONSTRAINT "payee_mails_once" UNIQUE("event","subject"),
	CONSTRAINT "payee_mails_status" CHECK ("payee_mails"."status" in ('PENDING', 'SENDING', 'SENT', 'FAILED', 'UNKNOWN')),
	CONSTRAINT "payee_mails_event" CHECK ("payee_mails"."event" in ('scheduled', 'paid', 'failed', 'action_needed'))
);
--> statement-breakpoint
CREATE TABLE "calculation_terms" (
	"id" text PRIMARY KEY NOT NULL,
	"programme_id" text NOT NULL,
	"content_hash" text NOT NULL,
	"sources" jsonb NOT NULL,
	"terms" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "calculation_terms_content_hash_unique" UNIQUE("content_hash")
);
--> statement-breakpoint
CREATE TABLE "payout_rule_versions" (
	"rule_id" text NOT NULL,
	"version" integer NOT NULL,
	"effective_from" timestamp with time zone NOT NULL,
	"effective_to" timestamp with time zone,
	"terms" jsonb NOT NULL,
	"note" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payout_rule_versions_rule_id_version_pk" PRIMARY KEY("rule_id","version"),
	CONSTRAINT "payout_rule_versions_span" CHECK ("payout_rule_versions"."effective_to" is null or "payout_rule_versions"."effective_to" > "payout_rule_versions"."effective_from")
);
--> statement-breakpoint
CREATE TABLE "payout_rules" (
	"id" text PRIMARY KEY NOT NULL,
	"programme_id" text NOT NULL,
	"group_name" text,
	"payee_id" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payout_rules_target" UNIQUE NULLS NOT DISTINCT("programme_id","group_name","payee_id"),
	CONSTRAINT "payout_rules_scope" CHECK ("payout_rules"."group_name" is null or "payout_rules"."payee_id" is null)
);
--> statement-breakpoint
CREATE TABLE "holidays" (
	"calendar" text NOT NULL,
	"day" date NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "holidays_calendar_day_pk" PRIMARY KEY("calendar","day")
);
--> statement-breakpoint
CREATE TABLE "payout_schedules" (
	"id" text PRIMARY KEY NOT NULL,
	"programme_id" text NOT NULL,
	"frequency" text NOT NULL,
	"weekday" smallint,
	"month_day" smallint,
	"anchor" date,
	"time_of_day" text NOT NULL,
	"zone" text NOT NULL,
	"calendar" text,
	"shift" text NOT NULL,
	"cutoff_time" text,
	"currency" text NOT NULL,
	"provider" text NOT NULL,
	"mode" text NOT NULL,
	"limit_minor" bigint,
	"overlap" text DEFAULT 'buffer_all' NOT NULL,
	"catchup_hours" integer DEFAULT 168 NOT NULL,
	"starts_on" date NOT NULL,
	"paused" boolean DEFAULT false NOT NULL,
	"paused_reason" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "payout_schedules_frequency" CHECK ("payout_schedules"."frequency" in ('day', 'week', 'fortnight', 'month')),
	CONSTRAINT "payout_schedules_days" CHECK (coalesce("payout_schedules"."weekday" between 1 and 7, true) and coalesce("payout_schedules"."month_day" between 1 and 31, true)),
	CONSTRAINT "payout_schedules_mode" CHECK ("payout_schedules"."mode" in ('propose', 'run_below', 'run')),
	CONSTRAINT "payout_schedules_limit" CHECK (("payout_schedules"."mode" = 'run_below') = ("payout_schedules"."limit_minor" is not null)),
	CONSTRAINT "payout_schedules_shift" CHECK ("payout_schedules"."shift" in ('next', 'previous', 'none')),
	CONSTRAINT "payout_schedules_paused" CHECK ("payout_schedules"."paused" = ("payout_schedules"."paused_reason" is not null))
);
--> statement-breakpoint
CREATE TABLE "schedule_runs" (
	"schedule_id" text NOT NULL,
	"period" text NOT NULL,
	"cutoff_at" timestamp with time zone NOT NULL,
	"outcome" text NOT NULL,
	"batch_id" text,
	"skipped" jsonb NOT NULL,
	"trigger" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "schedule_runs_schedule_id_period_pk" PRIMARY KEY("schedule_id","period"),
	CONSTRAINT "schedule_runs_outcome" CHECK (("schedule_runs"."outcome" = 'batch') = ("schedule_runs"."batch_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "programmes" (
	"id" text PRIMARY KEY NOT NULL,
	"external_id" text NOT NULL,
	"name" text NOT NULL,
	"zone" text NOT NULL,
	"automatic" boolean DEFAULT true NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "programmes_external_id_unique" UNIQUE("external_id"),
	CONSTRAINT "programmes_zone" CHECK (length("programmes"."zone") between 1 and 60)
);
--> statement-breakpoint
ALTER TABLE "imports" DROP CONSTRAINT "imports_kind";--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "failed_hold" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "programme_id" text;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "schedule_id" text;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "period" text;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "matured_by" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "skipped" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "commissions" ADD COLUMN "kind" text DEFAULT 'commission' NOT NULL;--> statement-breakpoint
ALTER TABLE "commissions" ADD COLUMN "programme_id" text;--> statement-breakpoint
ALTER TABLE "commissions" ADD COLUMN "conversion_id" text;--> statement-breakpoint
ALTER TABLE "commissions" ADD COLUMN "list_id" text;--> statement-breakpoint
ALTER TABLE "commissions" ADD COLUMN "held" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "payables" ADD COLUMN "programme_id" text;--> statement-breakpoint
ALTER TABLE "payables" ADD COLUMN "held" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "payees" ADD COLUMN "hold_kind" text;--> statement-breakpoint
ALTER TABLE "payees" ADD COLUMN "group_name" text;--> statement-breakpoint
ALTER TABLE "payees" ADD COLUMN "language" text DEFAULT 'en' NOT NULL;--> statement-breakpoint
ALTER TABLE "payees" ADD COLUMN "suspended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "payees" ADD COLUMN "suspended_reason" text;--> statement-breakpoint
ALTER TABLE "batch_exclusions" ADD CONSTRAINT "batch_exclusions_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calculation_queue" ADD CONSTRAINT "calculation_queue_programme_id_programmes_id_fk" FOREIGN KEY ("programme_id") REFERENCES "public"."programmes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversion_decisions" ADD CONSTRAINT "conversion_decisions_conversion_id_conversions_id_fk" FOREIGN KEY ("conversion_id") REFERENCES "public"."conversions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversion_reversals" ADD CONSTRAINT "conversion_reversals_conversion_id_conversions_id_fk" FOREIGN KEY ("conversion_id") REFERENCES "public"."conversions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversions" ADD CONSTRAINT "conversions_programme_id_programmes_id_fk" FOREIGN KEY ("programme_id") REFERENCES "public"."programmes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversions" ADD CONSTRAINT "conversions_payee_id_payees_id_fk" FOREIGN KEY ("payee_id") REFERENCES "public"."payees"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fee_months" ADD CONSTRAINT "fee_months_programme_id_programmes_id_fk" FOREIGN KEY ("programme_id") REFERENCES "public"."programmes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fee_months" ADD CONSTRAINT "fee_months_payee_id_payees_id_fk" FOREIGN KEY ("payee_id") REFERENCES "public"."payees"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fee_months" ADD CONSTRAINT "fee_months_terms_id_calculation_terms_id_fk" FOREIGN KEY ("terms_id") REFERENCES "public"."calculation_terms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fee_months" ADD CONSTRAINT "fee_months_commission_id_commissions_id_fk" FOREIGN KEY ("commission_id") REFERENCES "public"."commissions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payee_mails" ADD CONSTRAINT "payee_mails_payee_id_payees_id_fk" FOREIGN KEY ("payee_id") REFERENCES "public"."payees"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calculation_terms" ADD CONSTRAINT "calculation_terms_programme_id_programmes_id_fk" FOREIGN KEY ("programme_id") REFERENCES "public"."programmes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_rule_versions" ADD CONSTRAINT "payout_rule_versions_rule_id_payout_rules_id_fk" FOREIGN KEY ("rule_id") REFERENCES "public"."payout_rules"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_rules" ADD CONSTRAINT "payout_rules_programme_id_programmes_id_fk" FOREIGN KEY ("programme_id") REFERENCES "public"."programmes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_rules" ADD CONSTRAINT "payout_rules_payee_id_payees_id_fk" FOREIGN KEY ("payee_id") REFERENCES "public"."payees"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_schedules" ADD CONSTRAINT "payout_schedules_programme_id_programmes_id_fk" FOREIGN KEY ("programme_id") REFERENCES "public"."programmes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedule_runs" ADD CONSTRAINT "schedule_runs_schedule_id_payout_schedules_id_fk" FOREIGN KEY ("schedule_id") REFERENCES "public"."payout_schedules"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedule_runs" ADD CONSTRAINT "schedule_runs_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "batch_exclusions_payee" ON "batch_exclusions" USING btree ("payee_id","batch_id");--> statement-breakpoint
CREATE INDEX "calculation_queue_due" ON "calculation_queue" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "conversion_decisions_commission" ON "conversion_decisions" USING btree ("commission_id") WHERE "conversion_decisions"."commission_id" is not null;--> statement-breakpoint
CREATE INDEX "conversion_reversals_of" ON "conversion_reversals" USING btree ("conversion_id","occurred_at");--> statement-breakpoint
CREATE INDEX "conversions_payee" ON "conversions" USING btree ("programme_id","payee_id","occurred_at");--> statement-breakpoint
CREATE INDEX "conversions_order" ON "conversions" USING btree ("programme_id","order_id","occurred_at") WHERE "conversions"."order_id" is not null;--> statement-breakpoint
CREATE INDEX "conversions_customer" ON "conversions" USING btree ("programme_id","customer","occurred_at") WHERE "conversions"."customer" is not null;--> statement-breakpoint
CREATE INDEX "conversions_unknown" ON "conversions" USING btree ("affiliate_external_id") WHERE "conversions"."payee_id" is null;--> statement-breakpoint
CREATE INDEX "fee_months_commission" ON "fee_months" USING btree ("commission_id") WHERE "fee_months"."commission_id" is not null;--> statement-breakpoint
CREATE INDEX "holds_subject" ON "holds" USING btree ("subject_kind","subject_id");--> statement-breakpoint
CREATE INDEX "holds_expiring" ON "holds" USING btree ("expires_at") WHERE "holds"."released_at" is null and "holds"."expires_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "holds_one_failed" ON "holds" USING btree ("account_id") WHERE "holds"."kind" = 'payment_failed' and "holds"."released_at" is null;--> statement-breakpoint
CREATE INDEX "payee_mails_payee" ON "payee_mails" USING btree ("payee_id","id");--> statement-breakpoint
CREATE INDEX "payee_mails_due" ON "payee_mails" USING btree ("due_at") WHERE "payee_mails"."status" in ('PENDING', 'SENDING');--> statement-breakpoint
CREATE UNIQUE INDEX "payout_schedules_one" ON "payout_schedules" USING btree ("programme_id","frequency","currency","provider") WHERE "payout_schedules"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "schedule_runs_batch" ON "schedule_runs" USING btree ("batch_id");--> statement-breakpoint
CREATE UNIQUE INDEX "batches_period" ON "batches" USING btree ("programme_id","provider","currency","period") WHERE "batches"."period" is not null;--> statement-breakpoint
CREATE INDEX "commissions_maturing_payee" ON "commissions" USING btree ("payee_id","available_at") WHERE "commissions"."status" = 'PENDING' and "commissions"."available_at" is not null;--> statement-breakpoint
CREATE INDEX "commissions_conversion" ON "commissions" USING btree ("conversion_id") WHERE "commissions"."conversion_id" is not null;--> statement-breakpoint
CREATE INDEX "commissions_list" ON "commissions" USING btree ("list_id") WHERE "commissions"."list_id" is not null;--> statement-breakpoint
ALTER TABLE "payables" ADD CONSTRAINT "payables_held" CHECK (not "payables"."held" or ("payables"."payment_id" is null and not "payables"."open"));