CREATE TABLE "escrow_refund_shares" (
	"refund_id" text NOT NULL,
	"share_id" text NOT NULL,
	"platform_fee_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"net_minor" bigint NOT NULL,
	"commission_id" text,
	CONSTRAINT "escrow_refund_shares_refund_id_share_id_pk" PRIMARY KEY("refund_id","share_id"),
	CONSTRAINT "escrow_refund_shares_parts" CHECK ("escrow_refund_shares"."platform_fee_minor" >= 0 and "escrow_refund_shares"."tax_minor" >= 0 and "escrow_refund_shares"."net_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "escrow_refunds" (
	"id" text PRIMARY KEY NOT NULL,
	"external_id" text NOT NULL,
	"release_id" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"platform_fee_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"reason" text NOT NULL,
	"refunded_before_minor" bigint NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "escrow_refunds_amount" CHECK ("escrow_refunds"."amount_minor" > 0),
	CONSTRAINT "escrow_refunds_parts" CHECK ("escrow_refunds"."platform_fee_minor" >= 0 and "escrow_refunds"."tax_minor" >= 0 and "escrow_refunds"."refunded_before_minor" >= 0
        and "escrow_refunds"."platform_fee_minor" + "escrow_refunds"."tax_minor" <= "escrow_refunds"."amount_minor")
);
--> statement-breakpoint
CREATE TABLE "escrow_releases" (
	"id" text PRIMARY KEY NOT NULL,
	"escrow_id" text NOT NULL,
	"project_id" text NOT NULL,
	"milestone_id" text,
	"by_milestone" boolean NOT NULL,
	"model_version" integer NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"distributed_minor" bigint NOT NULL,
	"platform_fee_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"batch_id" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "escrow_releases_batch" UNIQUE("batch_id"),
	CONSTRAINT "escrow_releases_once" UNIQUE NULLS NOT DISTINCT("escrow_id","milestone_id"),
	CONSTRAINT "escrow_releases_milestone" CHECK ("escrow_releases"."by_milestone" = ("escrow_releases"."milestone_id" is not null)),
	CONSTRAINT "escrow_releases_amount" CHECK ("escrow_releases"."amount_minor" > 0 and "escrow_releases"."amount_minor" <= 9007199254740991),
	CONSTRAINT "escrow_releases_parts" CHECK ("escrow_releases"."distributed_minor" >= 0 and "escrow_releases"."platform_fee_minor" >= 0 and "escrow_releases"."tax_minor" >= 0
        and "escrow_releases"."distributed_minor" + "escrow_releases"."platform_fee_minor" + "escrow_releases"."tax_minor" = "escrow_releases"."amount_minor")
);
--> statement-breakpoint
CREATE TABLE "escrow_shares" (
	"id" text PRIMARY KEY NOT NULL,
	"release_id" text NOT NULL,
	"ordinal" integer NOT NULL,
	"recipient_id" text NOT NULL,
	"payee_id" text NOT NULL,
	"gross_minor" bigint NOT NULL,
	"platform_fee_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"net_minor" bigint NOT NULL,
	"netted_minor" bigint NOT NULL,
	"commission_id" text,
	"payment_id" text,
	CONSTRAINT "escrow_shares_place" UNIQUE("release_id","ordinal"),
	CONSTRAINT "escrow_shares_parts" CHECK ("escrow_shares"."gross_minor" >= 0 and "escrow_shares"."platform_fee_minor" >= 0 and "escrow_shares"."tax_minor" >= 0 and "escrow_shares"."net_minor" >= 0
        and "escrow_shares"."platform_fee_minor" + "escrow_shares"."tax_minor" + "escrow_shares"."net_minor" = "escrow_shares"."gross_minor"),
	CONSTRAINT "escrow_shares_netted" CHECK ("escrow_shares"."netted_minor" >= 0 and "escrow_shares"."netted_minor" <= "escrow_shares"."net_minor")
);
--> statement-breakpoint
CREATE TABLE "escrows" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"currency" text NOT NULL,
	"by_milestone" boolean NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "escrows_terms" UNIQUE("id","project_id","currency","by_milestone")
);
--> statement-breakpoint
CREATE TABLE "delivery_attempts" (
	"endpoint_id" text NOT NULL,
	"sequence" bigint NOT NULL,
	"attempt" integer NOT NULL,
	"response_status" integer,
	"error" text,
	"duration_ms" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "delivery_attempts_endpoint_id_sequence_attempt_pk" PRIMARY KEY("endpoint_id","sequence","attempt")
);
--> statement-breakpoint
CREATE TABLE "event_deliveries" (
	"endpoint_id" text NOT NULL,
	"sequence" bigint NOT NULL,
	"lane" text NOT NULL,
	"status" text DEFAULT 'PENDING' NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "event_deliveries_endpoint_id_sequence_pk" PRIMARY KEY("endpoint_id","sequence"),
	CONSTRAINT "event_deliveries_status" CHECK ("event_deliveries"."status" in ('PENDING', 'DELIVERED', 'GIVEN_UP')),
	CONSTRAINT "event_deliveries_delivered" CHECK (("event_deliveries"."status" = 'DELIVERED') = ("event_deliveries"."delivered_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "outbox_events" (
	"sequence" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_events_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" text NOT NULL,
	"type" text NOT NULL,
	"batch_id" text,
	"payment_id" text,
	"data" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"id" text PRIMARY KEY NOT NULL,
	"url" text NOT NULL,
	"description" text,
	"event_types" jsonb NOT NULL,
	"status" text DEFAULT 'ENABLED' NOT NULL,
	"disabled_reason" text,
	"secret_sealed" text NOT NULL,
	"old_secret_sealed" text,
	"old_secret_until" timestamp with time zone,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "webhook_endpoints_status" CHECK ("webhook_endpoints"."status" in ('ENABLED', 'DISABLED')),
	CONSTRAINT "webhook_endpoints_disabled" CHECK (("webhook_endpoints"."status" = 'DISABLED') = ("webhook_endpoints"."disabled_reason" is not null))
);
--> statement-breakpoint
CREATE TABLE "split_models" (
	"project_id" text NOT NULL,
	"version" integer NOT NULL,
	"model" jsonb NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "split_models_project_id_version_pk" PRIMARY KEY("project_id","version"),
	CONSTRAINT "split_models_version" CHECK ("split_models"."version" > 0)
);
--> statement-breakpoint
ALTER TABLE "payments" ALTER COLUMN "account_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ALTER COLUMN "account_ref" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "release_id" text;--> statement-breakpoint
ALTER TABLE "commissions" ADD COLUMN "release_id" text;--> statement-breakpoint
ALTER TABLE "commissions" ADD COLUMN "reverses" text;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD COLUMN "escrow_id" text;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD COLUMN "corrects" text;--> statement-breakpoint
ALTER TABLE "payees" ADD COLUMN "registered" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "held_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "escrow_refund_shares" ADD CONSTRAINT "escrow_refund_shares_refund_id_escrow_refunds_id_fk" FOREIGN KEY ("refund_id") REFERENCES "public"."escrow_refunds"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escrow_refund_shares" ADD CONSTRAINT "escrow_refund_shares_share_id_escrow_shares_id_fk" FOREIGN KEY ("share_id") REFERENCES "public"."escrow_shares"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escrow_refund_shares" ADD CONSTRAINT "escrow_refund_shares_commission_id_commissions_id_fk" FOREIGN KEY ("commission_id") REFERENCES "public"."commissions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escrow_refunds" ADD CONSTRAINT "escrow_refunds_release_id_escrow_releases_id_fk" FOREIGN KEY ("release_id") REFERENCES "public"."escrow_releases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escrow_releases" ADD CONSTRAINT "escrow_releases_terms" FOREIGN KEY ("escrow_id","project_id","currency","by_milestone") REFERENCES "public"."escrows"("id","project_id","currency","by_milestone") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escrow_releases" ADD CONSTRAINT "escrow_releases_model" FOREIGN KEY ("project_id","model_version") REFERENCES "public"."split_models"("project_id","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escrow_shares" ADD CONSTRAINT "escrow_shares_release_id_escrow_releases_id_fk" FOREIGN KEY ("release_id") REFERENCES "public"."escrow_releases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escrow_shares" ADD CONSTRAINT "escrow_shares_payee_id_payees_id_fk" FOREIGN KEY ("payee_id") REFERENCES "public"."payees"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escrow_shares" ADD CONSTRAINT "escrow_shares_commission_id_commissions_id_fk" FOREIGN KEY ("commission_id") REFERENCES "public"."commissions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_deliveries" ADD CONSTRAINT "event_deliveries_endpoint_id_webhook_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."webhook_endpoints"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_deliveries" ADD CONSTRAINT "event_deliveries_sequence_outbox_events_sequence_fk" FOREIGN KEY ("sequence") REFERENCES "public"."outbox_events"("sequence") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "escrow_refund_shares_share" ON "escrow_refund_shares" USING btree ("share_id");--> statement-breakpoint
CREATE UNIQUE INDEX "escrow_refunds_external" ON "escrow_refunds" USING btree ("external_id");--> statement-breakpoint
CREATE UNIQUE INDEX "escrow_refunds_order" ON "escrow_refunds" USING btree ("release_id","refunded_before_minor");--> statement-breakpoint
CREATE INDEX "escrow_releases_project" ON "escrow_releases" USING btree ("project_id","id");--> statement-breakpoint
CREATE INDEX "escrow_shares_payee" ON "escrow_shares" USING btree ("payee_id");--> statement-breakpoint
CREATE INDEX "event_deliveries_pending" ON "event_deliveries" USING btree ("endpoint_id","lane","sequence") WHERE "event_deliveries"."status" = 'PENDING';--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_events_id" ON "outbox_events" USING btree ("id");--> statement-breakpoint
CREATE INDEX "webhook_endpoints_enabled" ON "webhook_endpoints" USING btree ("id") WHERE "webhook_endpoints"."status" = 'ENABLED' and "webhook_endpoints"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "accounts_reference" ON "accounts" USING btree ("provider","account_ref");--> statement-breakpoint
CREATE UNIQUE INDEX "batches_release" ON "batches" USING btree ("release_id") WHERE "batches"."release_id" is not null;--> statement-breakpoint
CREATE INDEX "ledger_entries_escrow" ON "ledger_entries" USING btree ("escrow_id") WHERE "ledger_entries"."escrow_id" is not null;--> statement-breakpoint
CREATE INDEX "payments_held" ON "payments" USING btree ("batch_id") WHERE "payments"."status" = 'ON_HOLD';--> statement-breakpoint
CREATE INDEX "payments_held_of" ON "payments" USING btree ("payee_id") WHERE "payments"."status" = 'ON_HOLD';--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_account" CHECK (("payments"."account_id" is null) = ("payments"."account_ref" is null)
        and ("payments"."account_id" is not null or "payments"."status" in ('PENDING', 'ON_HOLD', 'CANCELLED')));