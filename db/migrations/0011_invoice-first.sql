DROP INDEX "subscriptions_one_live";--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "bank_reference" text;--> statement-breakpoint
CREATE UNIQUE INDEX "subscriptions_one_awaiting" ON "subscriptions" USING btree ("organization_id","product") WHERE ended_at is null and status = 'awaiting_payment';--> statement-breakpoint
CREATE UNIQUE INDEX "subscriptions_one_live" ON "subscriptions" USING btree ("organization_id","product") WHERE ended_at is null and status <> 'awaiting_payment';