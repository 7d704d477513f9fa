CREATE TABLE "accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"payee_id" text NOT NULL,
	"provider" text NOT NULL,
	"account_ref" text NOT NULL,
	"email" text,
	"details" jsonb,
	"kyc_status" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"verified_at" timestamp with time zone,
	"synced_at" timestamp with time zone,
	CONSTRAINT "accounts_one_per_provider" UNIQUE("payee_id","provider"),
	CONSTRAINT "accounts_provider" CHECK ("accounts"."provider" in ('riseworks', 'xendit', 'stripe', 'mock')),
	CONSTRAINT "accounts_kyc_status" CHECK ("accounts"."kyc_status" in ('NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED'))
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"secret_hash" text NOT NULL,
	"role" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "api_keys_role" CHECK ("api_keys"."role" in ('viewer', 'operator', 'processor', 'manager', 'admin', 'super_admin'))
);
--> statement-breakpoint
CREATE TABLE "approvals" (
	"id" text PRIMARY KEY NOT NULL,
	"batch_id" text NOT NULL,
	"content_hash" text NOT NULL,
	"decision" text NOT NULL,
	"actor" text NOT NULL,
	"comment" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "approvals_decision" CHECK ("approvals"."decision" in ('approved', 'rejected'))
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"payment_id" text NOT NULL,
	"generation" integer NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" text NOT NULL,
	"status" text NOT NULL,
	"sends" integer DEFAULT 1 NOT NULL,
	"provider_payment_id" text,
	"provider_code" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_sent_at" timestamp with time zone DEFAULT now() NOT NULL,
	"answered_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	CONSTRAINT "attempts_payment_id_generation_pk" PRIMARY KEY("payment_id","generation"),
	CONSTRAINT "attempts_status" CHECK ("attempts"."status" in ('SENDING', 'DEFERRED', 'ACCEPTED', 'UNKNOWN', 'SETTLED', 'FAILED')),
	CONSTRAINT "attempts_key" CHECK ("attempts"."idempotency_key" = "attempts"."payment_id" || ':' || "attempts"."generation"),
	CONSTRAINT "attempts_generation" CHECK ("attempts"."generation" between 1 and 9999)
);
--> statement-breakpoint
CREATE TABLE "audit_logs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_logs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"action" text NOT NULL,
	"status" text NOT NULL,
	"batch_id" text,
	"payment_id" text,
	"from_state" text,
	"to_state" text,
	"actor" text NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"details" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audit_logs_status" CHECK ("audit_logs"."status" in ('SUCCESS', 'FAILURE', 'WARNING', 'INFO'))
);
--> statement-breakpoint
CREATE TABLE "batches" (
	"id" text PRIMARY KEY NOT NULL,
	"batch_number" bigint GENERATED ALWAYS AS IDENTITY (sequence name "batches_batch_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"status" text DEFAULT 'PENDING' NOT NULL,
	"provider" text NOT NULL,
	"currency" text NOT NULL,
	"total_minor" bigint NOT NULL,
	"payment_count" integer NOT NULL,
	"chunk_count" integer NOT NULL,
	"content_hash" text NOT NULL,
	"required_approvals" integer DEFAULT 0 NOT NULL,
	"note" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"scheduled_for" timestamp with time zone,
	"execute_requested_at" timestamp with time zone,
	"queued_at" timestamp with time zone,
	"queue_rank" bigint,
	"executed_at" timestamp with time zone,
	"settling_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	"paused_at" timestamp with time zone,
	"paused_reason" text,
	"cancel_requested_at" timestamp with time zone,
	"cancel_reason" text,
	"completed_count" integer DEFAULT 0 NOT NULL,
	"failed_count" integer DEFAULT 0 NOT NULL,
	"held_count" integer DEFAULT 0 NOT NULL,
	"completed_minor" bigint DEFAULT 0 NOT NULL,
	"failed_minor" bigint DEFAULT 0 NOT NULL,
	"held_minor" bigint DEFAULT 0 NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "batches_status" CHECK ("batches"."status" in ('PENDING', 'QUEUED', 'PROCESSING', 'SETTLING', 'COMPLETED', 'FAILED', 'CANCELLED')),
	CONSTRAINT "batches_currency" CHECK ("batches"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "batches_total" CHECK ("batches"."total_minor" > 0),
	CONSTRAINT "batches_size" CHECK ("batches"."payment_count" between 1 and 1000000),
	CONSTRAINT "batches_paused" CHECK (("batches"."paused_at" is null) = ("batches"."paused_reason" is null)),
	CONSTRAINT "batches_queued" CHECK ("batches"."status" <> 'QUEUED' or "batches"."queue_rank" is not null)
);
--> statement-breakpoint
CREATE TABLE "commissions" (
	"id" text PRIMARY KEY NOT NULL,
	"external_id" text NOT NULL,
	"payee_id" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"status" text NOT NULL,
	"payable_id" text,
	"earned_at" timestamp with time zone NOT NULL,
	"available_at" timestamp with time zone,
	"description" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "commissions_external_id_unique" UNIQUE("external_id"),
	CONSTRAINT "commissions_amount" CHECK ("commissions"."amount_minor" <> 0 and abs("commissions"."amount_minor") <= 9007199254740991),
	CONSTRAINT "commissions_currency" CHECK ("commissions"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "commissions_status" CHECK ("commissions"."status" in ('PENDING', 'APPROVED', 'REVERSED')),
	CONSTRAINT "commissions_payable" CHECK (("commissions"."status" = 'APPROVED') = ("commissions"."payable_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "currencies" (
	"code" text PRIMARY KEY NOT NULL,
	"digits" smallint NOT NULL,
	"minimum_payout_minor" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"actor" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"response_status" integer,
	"response_body" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"locked_until" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_actor_key_pk" PRIMARY KEY("actor","key"),
	CONSTRAINT "idempotency_keys_answer" CHECK (("idempotency_keys"."response_status" is null) = ("idempotency_keys"."response_body" is null))
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"dry_run" boolean NOT NULL,
	"accepted" integer NOT NULL,
	"rejected" integer NOT NULL,
	"errors" jsonb NOT NULL,
	"body_sha256" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "imports_kind" CHECK ("imports"."kind" in ('affiliates', 'commissions'))
);
--> statement-breakpoint
CREATE TABLE "ledger_entries" (
	"entry_id" text NOT NULL,
	"line" smallint NOT NULL,
	"account" text NOT NULL,
	"side" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"payee_id" text,
	"payment_id" text,
	"batch_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ledger_entries_entry_id_line_pk" PRIMARY KEY("entry_id","line"),
	CONSTRAINT "ledger_entries_amount" CHECK ("ledger_entries"."amount_minor" > 0),
	CONSTRAINT "ledger_entries_side" CHECK ("ledger_entries"."side" in ('debit', 'credit')),
	CONSTRAINT "ledger_entries_currency" CHECK ("ledger_entries"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
CREATE TABLE "payables" (
	"id" text PRIMARY KEY NOT NULL,
	"payee_id" text NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"commission_count" integer NOT NULL,
	"oldest_earned_at" timestamp with time zone,
	"open" boolean NOT NULL,
	"payment_id" text,
	"paid_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payables_count" CHECK ("payables"."commission_count" between 0 and 10000),
	CONSTRAINT "payables_open" CHECK (not "payables"."open" or "payables"."payment_id" is null),
	CONSTRAINT "payables_paid" CHECK ("payables"."paid_at" is null or "payables"."payment_id" is not null),
	CONSTRAINT "payables_currency" CHECK ("payables"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
CREATE TABLE "released_payables" (
	"payment_id" text NOT NULL,
	"payable_id" text NOT NULL,
	"released_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "released_payables_payment_id_payable_id_pk" PRIMARY KEY("payment_id","payable_id")
);
--> statement-breakpoint
CREATE TABLE "payees" (
	"id" text PRIMARY KEY NOT NULL,
	"external_id" text NOT NULL,
	"full_name" text NOT NULL,
	"email" text NOT NULL,
	"country" text NOT NULL,
	"currency" text NOT NULL,
	"hold_reason" text,
	"held_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payees_external_id_unique" UNIQUE("external_id")
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" text PRIMARY KEY NOT NULL,
	"batch_id" text NOT NULL,
	"payee_id" text NOT NULL,
	"account_id" text NOT NULL,
	"account_ref" text NOT NULL,
	"provider" text NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"commission_count" integer NOT NULL,
	"chunk" integer NOT NULL,
	"ordinal" integer NOT NULL,
	"status" text DEFAULT 'PENDING' NOT NULL,
	"generation" integer DEFAULT 0 NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone,
	"fence" text,
	"provider_payment_id" text,
	"failure_code" text,
	"failure_reason" text,
	"hold_reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"submitted_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payments_place" UNIQUE("batch_id","ordinal"),
	CONSTRAINT "payments_amount" CHECK ("payments"."amount_minor" > 0 and "payments"."amount_minor" <= 9007199254740991),
	CONSTRAINT "payments_currency" CHECK ("payments"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "payments_commissions" CHECK ("payments"."commission_count" between 0 and 10000),
	CONSTRAINT "payments_failures" CHECK ("payments"."failures" between 0 and 4),
	CONSTRAINT "payments_status" CHECK ("payments"."status" in ('PENDING', 'PROCESSING', 'UNKNOWN', 'ON_HOLD', 'FAILED', 'COMPLETED', 'CANCELLED', 'RETURNED')),
	CONSTRAINT "payments_held" CHECK (("payments"."status" = 'ON_HOLD') = ("payments"."hold_reason" is not null)),
	CONSTRAINT "payments_completed" CHECK (("payments"."status" in ('COMPLETED', 'RETURNED')) = ("payments"."completed_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "webhook_events" (
	"provider" text NOT NULL,
	"event_id" text NOT NULL,
	"type" text NOT NULL,
	"reference" text,
	"payment_id" text,
	"payload" text NOT NULL,
	"result" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"applied_at" timestamp with time zone,
	CONSTRAINT "webhook_events_provider_event_id_pk" PRIMARY KEY("provider","event_id"),
	CONSTRAINT "webhook_events_result" CHECK ("webhook_events"."result" in ('applied', 'waiting', 'ignored', 'contradiction', 'unmatched'))
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_payee_id_payees_id_fk" FOREIGN KEY ("payee_id") REFERENCES "public"."payees"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commissions" ADD CONSTRAINT "commissions_payee_id_payees_id_fk" FOREIGN KEY ("payee_id") REFERENCES "public"."payees"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commissions" ADD CONSTRAINT "commissions_payable_id_payables_id_fk" FOREIGN KEY ("payable_id") REFERENCES "public"."payables"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payables" ADD CONSTRAINT "payables_payee_id_payees_id_fk" FOREIGN KEY ("payee_id") REFERENCES "public"."payees"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "released_payables" ADD CONSTRAINT "released_payables_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "released_payables" ADD CONSTRAINT "released_payables_payable_id_payables_id_fk" FOREIGN KEY ("payable_id") REFERENCES "public"."payables"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_secret" ON "api_keys" USING btree ("secret_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "approvals_one_word_each" ON "approvals" USING btree ("batch_id","content_hash","actor");--> statement-breakpoint
CREATE UNIQUE INDEX "attempts_one_open" ON "attempts" USING btree ("payment_id") WHERE "attempts"."status" in ('SENDING', 'DEFERRED', 'ACCEPTED', 'UNKNOWN');--> statement-breakpoint
CREATE INDEX "audit_logs_batch" ON "audit_logs" USING btree ("batch_id","id") WHERE "audit_logs"."batch_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_logs_payment" ON "audit_logs" USING btree ("payment_id","id") WHERE "audit_logs"."payment_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "batches_number" ON "batches" USING btree ("batch_number");--> statement-breakpoint
CREATE UNIQUE INDEX "batches_one_processing" ON "batches" USING btree ("status") WHERE "batches"."status" = 'PROCESSING';--> statement-breakpoint
CREATE INDEX "batches_queue" ON "batches" USING btree ("queue_rank") WHERE "batches"."status" = 'QUEUED';--> statement-breakpoint
CREATE INDEX "batches_open" ON "batches" USING btree ("status") WHERE "batches"."status" in ('QUEUED', 'PROCESSING', 'SETTLING');--> statement-breakpoint
CREATE INDEX "commissions_payee" ON "commissions" USING btree ("payee_id","id");--> statement-breakpoint
CREATE INDEX "commissions_maturing" ON "commissions" USING btree ("available_at") WHERE "commissions"."status" = 'PENDING' and "commissions"."available_at" is not null;--> statement-breakpoint
CREATE INDEX "ledger_entries_payee" ON "ledger_entries" USING btree ("payee_id","currency");--> statement-breakpoint
CREATE UNIQUE INDEX "payables_one_open" ON "payables" USING btree ("payee_id","currency") WHERE "payables"."open";--> statement-breakpoint
CREATE INDEX "payables_payee" ON "payables" USING btree ("payee_id");--> statement-breakpoint
CREATE INDEX "payables_unpaid" ON "payables" USING btree ("currency","payee_id") WHERE "payables"."paid_at" is null;--> statement-breakpoint
CREATE INDEX "payees_email" ON "payees" USING btree ("email");--> statement-breakpoint
CREATE INDEX "payments_payee" ON "payments" USING btree ("payee_id","id");--> statement-breakpoint
CREATE INDEX "payments_open" ON "payments" USING btree ("batch_id","chunk") WHERE "payments"."status" in ('PENDING', 'PROCESSING', 'UNKNOWN');--> statement-breakpoint
CREATE INDEX "webhook_events_waiting" ON "webhook_events" USING btree ("created_at") WHERE "webhook_events"."result" = 'waiting';--> statement-breakpoint
CREATE INDEX "webhook_events_payment" ON "webhook_events" USING btree ("payment_id");