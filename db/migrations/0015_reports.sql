CREATE TABLE "alert_notices" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alert_notices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"alert_id" text NOT NULL,
	"channel" text NOT NULL,
	"word" text NOT NULL,
	"status" text DEFAULT 'PENDING' NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "alert_rules" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"measure" text NOT NULL,
	"provider" text,
	"currency" text,
	"threshold" double precision NOT NULL,
	"window_minutes" integer NOT NULL,
	"for_minutes" integer DEFAULT 0 NOT NULL,
	"severity" text NOT NULL,
	"channels" jsonb NOT NULL,
	"repeat_minutes" integer,
	"enabled" boolean DEFAULT true NOT NULL,
	"updated_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"looked_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "alert_rules_severity" CHECK ("alert_rules"."severity" in ('info', 'warning', 'critical')),
	CONSTRAINT "alert_rules_window" CHECK ("alert_rules"."window_minutes" between 1 and 10080),
	CONSTRAINT "alert_rules_for" CHECK ("alert_rules"."for_minutes" between 0 and 1440)
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" text PRIMARY KEY NOT NULL,
	"rule_id" text NOT NULL,
	"subject" text NOT NULL,
	"severity" text NOT NULL,
	"status" text NOT NULL,
	"value" double precision NOT NULL,
	"summary" text NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"fired_at" timestamp with time zone,
	"notified_at" timestamp with time zone,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"acknowledged_by" text,
	"acknowledged_at" timestamp with time zone,
	"note" text,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "alerts_status" CHECK ("alerts"."status" in ('PENDING', 'FIRING', 'RESOLVED')),
	CONSTRAINT "alerts_resolved" CHECK (("alerts"."status" = 'RESOLVED') = ("alerts"."resolved_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "report_export_parts" (
	"export_id" text NOT NULL,
	"part" integer NOT NULL,
	"rows" integer NOT NULL,
	"sha256" text NOT NULL,
	"content" "bytea" NOT NULL,
	CONSTRAINT "report_export_parts_export_id_part_pk" PRIMARY KEY("export_id","part")
);
--> statement-breakpoint
CREATE TABLE "report_exports" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"format" text NOT NULL,
	"filter" jsonb NOT NULL,
	"status" text DEFAULT 'QUEUED' NOT NULL,
	"rows_expected" bigint NOT NULL,
	"rows_done" bigint DEFAULT 0 NOT NULL,
	"bytes_done" bigint DEFAULT 0 NOT NULL,
	"sha256" text,
	"failure" text,
	"cursor" jsonb,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "report_exports_format" CHECK ("report_exports"."format" in ('csv', 'jsonl')),
	CONSTRAINT "report_exports_status" CHECK ("report_exports"."status" in ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED')),
	CONSTRAINT "report_exports_hash" CHECK (("report_exports"."sha256" is not null) = ("report_exports"."status" in ('DONE', 'EXPIRED')))
);
--> statement-breakpoint
CREATE TABLE "ledger_slots" (
	"slot" timestamp with time zone NOT NULL,
	"account" text NOT NULL,
	"currency" text NOT NULL,
	"kind" text NOT NULL,
	"lines" integer NOT NULL,
	"debit_minor" bigint NOT NULL,
	"credit_minor" bigint NOT NULL,
	CONSTRAINT "ledger_slots_slot_account_currency_kind_pk" PRIMARY KEY("slot","account","currency","kind")
);
--> statement-breakpoint
CREATE TABLE "report_changes" (
	"source" text NOT NULL,
	"slot" timestamp with time zone NOT NULL,
	"xact" bigint NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "report_changes_source_slot_xact_pk" PRIMARY KEY("source","slot","xact"),
	CONSTRAINT "report_changes_source" CHECK ("report_changes"."source" in ('payments', 'ledger'))
);
--> statement-breakpoint
CREATE TABLE "report_slots" (
	"slot" timestamp with time zone NOT NULL,
	"quarters" integer NOT NULL,
	"basis" text NOT NULL,
	"provider" text NOT NULL,
	"currency" text NOT NULL,
	"programme_id" text NOT NULL,
	"status" text NOT NULL,
	"payments" integer NOT NULL,
	"amount_minor" bigint NOT NULL,
	CONSTRAINT "report_slots_pk" PRIMARY KEY("basis","quarters","slot","provider","currency","programme_id","status"),
	CONSTRAINT "report_slots_basis" CHECK ("report_slots"."basis" in ('made', 'paid')),
	CONSTRAINT "report_slots_quarters" CHECK ("report_slots"."quarters" in (1, 4, 24, 96))
);
--> statement-breakpoint
CREATE TABLE "saved_views" (
	"id" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"screen" text NOT NULL,
	"name" text NOT NULL,
	"search" jsonb NOT NULL,
	"shared" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "statements" (
	"number" bigint PRIMARY KEY NOT NULL,
	"payee_id" text NOT NULL,
	"payment_id" text,
	"year" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "statements_of_one" CHECK (("statements"."payment_id" is null) <> ("statements"."year" is null)),
	CONSTRAINT "statements_number" CHECK ("statements"."number" > 0)
);
--> statement-breakpoint
ALTER TABLE "alert_notices" ADD CONSTRAINT "alert_notices_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_rule_id_alert_rules_id_fk" FOREIGN KEY ("rule_id") REFERENCES "public"."alert_rules"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_export_parts" ADD CONSTRAINT "report_export_parts_export_id_report_exports_id_fk" FOREIGN KEY ("export_id") REFERENCES "public"."report_exports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_notices_pending" ON "alert_notices" USING btree ("due_at") WHERE "alert_notices"."status" = 'PENDING';--> statement-breakpoint
CREATE INDEX "alert_notices_alert" ON "alert_notices" USING btree ("alert_id");--> statement-breakpoint
CREATE UNIQUE INDEX "alert_rules_name" ON "alert_rules" USING btree ("name") WHERE "alert_rules"."deleted_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_one_open" ON "alerts" USING btree ("rule_id","subject") WHERE "alerts"."status" <> 'RESOLVED';--> statement-breakpoint
CREATE INDEX "alerts_since" ON "alerts" USING btree ("since");--> statement-breakpoint
CREATE INDEX "report_exports_by" ON "report_exports" USING btree ("created_by","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "saved_views_name" ON "saved_views" USING btree ("owner","screen","name");--> statement-breakpoint
CREATE INDEX "saved_views_screen" ON "saved_views" USING btree ("screen");--> statement-breakpoint
CREATE UNIQUE INDEX "statements_payment" ON "statements" USING btree ("payment_id") WHERE "statements"."payment_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "statements_year" ON "statements" USING btree ("payee_id","year") WHERE "statements"."year" is not null;--> statement-breakpoint
CREATE INDEX "statements_payee" ON "statements" USING btree ("payee_id");--> statement-breakpoint
CREATE INDEX "ledger_entries_created" ON "ledger_entries" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "payments_created" ON "payments" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "payments_completed" ON "payments" USING btree ("completed_at") WHERE "payments"."completed_at" is not null;