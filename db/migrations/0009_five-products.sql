ALTER TYPE "public"."ledger_account" ADD VALUE 'prepaid';--> statement-breakpoint
ALTER TYPE "public"."ledger_account" ADD VALUE 'personal_credit';--> statement-breakpoint
ALTER TYPE "public"."ledger_account" ADD VALUE 'adjustments';--> statement-breakpoint
ALTER TYPE "public"."ledger_account" ADD VALUE 'disputes';--> statement-breakpoint
CREATE TABLE "prepaid_accounts" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"currency" text NOT NULL,
	"debt" numeric(38, 12) NOT NULL,
	"debt_posted" numeric(38, 12) NOT NULL,
	"recharge" boolean DEFAULT false NOT NULL,
	"recharge_threshold" bigint,
	"recharge_amount" bigint,
	"recharge_monthly_limit" bigint,
	"armed" boolean DEFAULT false NOT NULL,
	"failures_in_a_row" smallint DEFAULT 0 NOT NULL,
	CONSTRAINT "prepaid_accounts_debt" CHECK ("prepaid_accounts"."debt" >= 0)
);
--> statement-breakpoint
CREATE TABLE "prepaid_draws" (
	"organization_id" uuid NOT NULL,
	"grant_id" uuid NOT NULL,
	"day" date NOT NULL,
	"meter" text NOT NULL,
	"amount" numeric(38, 12) NOT NULL,
	"posted" numeric(38, 12) NOT NULL,
	CONSTRAINT "prepaid_draws_organization_id_grant_id_day_meter_pk" PRIMARY KEY("organization_id","grant_id","day","meter")
);
--> statement-breakpoint
CREATE TABLE "prepaid_grants" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"source" text NOT NULL,
	"document_id" uuid,
	"currency" text NOT NULL,
	"amount" numeric(38, 12) NOT NULL,
	"remaining" numeric(38, 12) NOT NULL,
	"granted_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"expired_amount" numeric(38, 12),
	"noticed_days" smallint,
	CONSTRAINT "prepaid_grants_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "prepaid_grants_remaining" CHECK ("prepaid_grants"."remaining" >= 0)
);
--> statement-breakpoint
CREATE TABLE "custom_plans" (
	"organization_id" uuid NOT NULL,
	"id" text NOT NULL,
	"product" text NOT NULL,
	"based_on" text NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "custom_plans_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "custom_plans_id" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "limit_requests" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"subscription_id" uuid NOT NULL,
	"hard_limit" bigint NOT NULL,
	"use_case" text NOT NULL,
	"status" text NOT NULL,
	"requested_by" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone,
	CONSTRAINT "limit_requests_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "limit_requests_id" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "seat_changes" (
	"organization_id" uuid NOT NULL,
	"subscription_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"type" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"joined_at" timestamp (3) with time zone,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "seat_changes_organization_id_subscription_id_id_pk" PRIMARY KEY("organization_id","subscription_id","id")
);
--> statement-breakpoint
CREATE TABLE "usage_leases" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"subscription_id" uuid NOT NULL,
	"meter" text NOT NULL,
	"period_start" timestamp (3) with time zone NOT NULL,
	"segment" smallint NOT NULL,
	"granted" bigint NOT NULL,
	"reserved_amount" numeric(38, 12) NOT NULL,
	"granted_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"expires_at_wall" timestamp (3) with time zone NOT NULL,
	"settled_units" bigint,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "usage_leases_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "usage_leases_id" UNIQUE("id")
);
--> statement-breakpoint
DROP INDEX "pending_actions_one";--> statement-breakpoint
ALTER TABLE "pending_actions" ALTER COLUMN "subscription_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "override_reason" text;--> statement-breakpoint
ALTER TABLE "members" ADD COLUMN "personal_credit" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "pending_kind" text;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "trial_end" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "hard_limit" bigint;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "hard_limit_maximum" bigint;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "pay_as_you_go" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "pay_as_you_go_cap" bigint;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "auto_upgrade" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "auto_renew" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "auto_purchase_failed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "seats_paid" integer;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "billing_month_start" timestamp (3) with time zone;--> statement-breakpoint
UPDATE "subscriptions" SET "billing_month_start" = "period_start";--> statement-breakpoint
ALTER TABLE "subscriptions" ALTER COLUMN "billing_month_start" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "review_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "cap_spent_before" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "usage_segments" ADD COLUMN "over_limit" text;--> statement-breakpoint
UPDATE "usage_segments" SET "over_limit" = CASE WHEN "overage_unit_price" IS NULL THEN 'block' ELSE 'overage' END;--> statement-breakpoint
ALTER TABLE "usage_segments" ALTER COLUMN "over_limit" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "usage_segments" RENAME COLUMN "overage_unit_price" TO "unit_price";--> statement-breakpoint
ALTER TABLE "usage_segments" ADD COLUMN "block_units" bigint;--> statement-breakpoint
ALTER TABLE "usage_segments" ADD COLUMN "extra_maximum" bigint;--> statement-breakpoint
UPDATE "usage_segments" SET "extra_maximum" = 0 WHERE "over_limit" = 'block';--> statement-breakpoint
UPDATE "subscriptions" SET "pending_kind" = 'change' WHERE "pending_plan" IS NOT NULL;--> statement-breakpoint
ALTER TABLE "usage_segments" ADD COLUMN "extra_at_month_start" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "usage_segments" ADD COLUMN "billed_at_month_start" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "prepaid_accounts" ADD CONSTRAINT "prepaid_accounts_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prepaid_draws" ADD CONSTRAINT "prepaid_draws_organization_id_grant_id_prepaid_grants_organization_id_id_fk" FOREIGN KEY ("organization_id","grant_id") REFERENCES "public"."prepaid_grants"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prepaid_grants" ADD CONSTRAINT "prepaid_grants_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "custom_plans" ADD CONSTRAINT "custom_plans_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "limit_requests" ADD CONSTRAINT "limit_requests_organization_id_subscription_id_subscriptions_organization_id_id_fk" FOREIGN KEY ("organization_id","subscription_id") REFERENCES "public"."subscriptions"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seat_changes" ADD CONSTRAINT "seat_changes_organization_id_subscription_id_subscriptions_organization_id_id_fk" FOREIGN KEY ("organization_id","subscription_id") REFERENCES "public"."subscriptions"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_leases" ADD CONSTRAINT "usage_leases_organization_id_subscription_id_subscriptions_organization_id_id_fk" FOREIGN KEY ("organization_id","subscription_id") REFERENCES "public"."subscriptions"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "prepaid_draws_unposted" ON "prepaid_draws" USING btree ("day") WHERE amount <> posted;--> statement-breakpoint
CREATE INDEX "prepaid_grants_live" ON "prepaid_grants" USING btree ("organization_id","expires_at","id") WHERE remaining > 0;--> statement-breakpoint
CREATE INDEX "prepaid_grants_expiry" ON "prepaid_grants" USING btree ("expires_at") WHERE remaining > 0;--> statement-breakpoint
CREATE INDEX "seat_changes_open" ON "seat_changes" USING btree ("organization_id","subscription_id") WHERE settled_at is null;--> statement-breakpoint
CREATE INDEX "usage_leases_open" ON "usage_leases" USING btree ("organization_id","subscription_id","meter") WHERE settled_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "pending_actions_one_recharge" ON "pending_actions" USING btree ("organization_id") WHERE state = 'waiting' and kind = 'auto_recharge';--> statement-breakpoint
CREATE INDEX "subscriptions_review_due" ON "subscriptions" USING btree ("review_at") WHERE review_at is not null and ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "pending_actions_one" ON "pending_actions" USING btree ("organization_id","subscription_id") WHERE state = 'waiting' and subscription_id is not null;--> statement-breakpoint
-- Row-level security of the new tables (decision 10).
DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['prepaid_accounts', 'prepaid_draws', 'prepaid_grants', 'custom_plans', 'limit_requests', 'seat_changes', 'usage_leases'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY web ON %I TO headroom_web USING (organization_id = (SELECT current_organization())) WITH CHECK (organization_id = (SELECT current_organization()))', tenant_table);
    EXECUTE format('CREATE POLICY engine ON %I TO headroom_engine USING (true) WITH CHECK (true)', tenant_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO headroom_web, headroom_engine', tenant_table);
  END LOOP;
END $$;
