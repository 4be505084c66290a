DROP INDEX "documents_one_renewal";--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "early" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "subscriptions_resubscribe_due" ON "subscriptions" USING btree ("pending_effective_at") WHERE pending_kind = 'resubscribe' and ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "documents_one_renewal" ON "documents" USING btree ("organization_id","subscription_id","period_start") WHERE kind = 'renewal' and status <> 'void' and not early;