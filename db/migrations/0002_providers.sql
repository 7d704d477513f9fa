CREATE TABLE "cases" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"severity" text NOT NULL,
	"status" text DEFAULT 'OPEN' NOT NULL,
	"subject" text NOT NULL,
	"summary" text NOT NULL,
	"provider" text,
	"batch_id" text,
	"payment_id" text,
	"reconciliation_id" text,
	"details" jsonb NOT NULL,
	"owner" text,
	"note" text,
	"resolution" text,
	"resolved_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "cases_status" CHECK ("cases"."status" in ('OPEN', 'RESOLVED')),
	CONSTRAINT "cases_resolved" CHECK (("cases"."status" = 'RESOLVED') = ("cases"."resolved_at" is not null and "cases"."resolution" is not null))
);
--> statement-breakpoint
CREATE TABLE "provider_channels" (
	"provider" text NOT NULL,
	"channel_code" text NOT NULL,
	"currency" text NOT NULL,
	"name" text NOT NULL,
	"category" text NOT NULL,
	"minimum_minor" bigint NOT NULL,
	"maximum_minor" bigint NOT NULL,
	"increment_minor" bigint NOT NULL,
	"synced_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "provider_channels_provider_channel_code_currency_pk" PRIMARY KEY("provider","channel_code","currency")
);
--> statement-breakpoint
CREATE TABLE "provider_states" (
	"provider" text NOT NULL,
	"process" text NOT NULL,
	"circuit" text NOT NULL,
	"failures" integer NOT NULL,
	"reason" text,
	"since" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "provider_states_provider_process_pk" PRIMARY KEY("provider","process"),
	CONSTRAINT "provider_states_circuit" CHECK ("provider_states"."circuit" in ('closed', 'open', 'half_open'))
);
--> statement-breakpoint
CREATE TABLE "rate_budgets" (
	"key" text PRIMARY KEY NOT NULL,
	"tokens" double precision NOT NULL,
	"refilled_at" timestamp with time zone DEFAULT now() NOT NULL,
	"blocked_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "reconciliation_items" (
	"reconciliation_id" text NOT NULL,
	"reference" text NOT NULL,
	"provider_payment_id" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciliations" (
	"id" text PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"day" date NOT NULL,
	"status" text DEFAULT 'RUNNING' NOT NULL,
	"requested_by" text NOT NULL,
	"matched" integer DEFAULT 0 NOT NULL,
	"missing_there" integer DEFAULT 0 NOT NULL,
	"missing_here" integer DEFAULT 0 NOT NULL,
	"amount_differs" integer DEFAULT 0 NOT NULL,
	"status_differs" integer DEFAULT 0 NOT NULL,
	"report" jsonb,
	"failure" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "reconciliations_status" CHECK ("reconciliations"."status" in ('RUNNING', 'DONE', 'FAILED'))
);
--> statement-breakpoint
CREATE TABLE "submission_groups" (
	"id" text PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"batch_id" text NOT NULL,
	"request_sealed" text NOT NULL,
	"request_hash" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "submission_groups_provider" CHECK ("submission_groups"."provider" <> '')
);
--> statement-breakpoint
ALTER TABLE "accounts" DROP CONSTRAINT "accounts_provider";--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "details_sealed" text;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "details_masked" jsonb;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "channel_code" text;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "destination_index" text;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "blocked_code" text;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "blocked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "request_sealed" text;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "group_id" text;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "halt_code" text;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "retry_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "later_retries" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "reissue_of" text;--> statement-breakpoint
ALTER TABLE "webhook_events" ADD COLUMN "provider_payment_id" text;--> statement-breakpoint
ALTER TABLE "webhook_events" ADD COLUMN "replays" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "submission_groups" ADD CONSTRAINT "submission_groups_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "cases_one_open" ON "cases" USING btree ("kind","subject") WHERE "cases"."status" = 'OPEN';--> statement-breakpoint
CREATE INDEX "cases_newest" ON "cases" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "cases_payment" ON "cases" USING btree ("payment_id") WHERE "cases"."payment_id" is not null;--> statement-breakpoint
CREATE INDEX "reconciliation_items_run" ON "reconciliation_items" USING btree ("reconciliation_id");--> statement-breakpoint
CREATE INDEX "reconciliations_day" ON "reconciliations" USING btree ("provider","day","id");--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_group_id_submission_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."submission_groups"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accounts_destination" ON "accounts" USING btree ("destination_index") WHERE "accounts"."destination_index" is not null;--> statement-breakpoint
CREATE INDEX "attempts_at_provider" ON "attempts" USING btree ("provider_payment_id") WHERE "attempts"."group_id" is not null;--> statement-breakpoint
CREATE INDEX "attempts_created" ON "attempts" USING brin ("created_at");--> statement-breakpoint
CREATE INDEX "attempts_group" ON "attempts" USING btree ("group_id") WHERE "attempts"."group_id" is not null;--> statement-breakpoint
CREATE INDEX "payments_retry" ON "payments" USING btree ("batch_id") WHERE "payments"."retry_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "payments_one_reissue" ON "payments" USING btree ("reissue_of") WHERE "payments"."reissue_of" is not null and "payments"."status" <> 'CANCELLED';--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_provider" CHECK ("accounts"."provider" in ('riseworks', 'xendit', 'stripe', 'mock', 'generic'));--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_halted" CHECK ("batches"."halt_code" is null or "batches"."paused_at" is not null);--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_retry_at" CHECK ("payments"."retry_at" is null or "payments"."status" = 'FAILED');