DROP INDEX "usage_leases_open";--> statement-breakpoint
ALTER TABLE "usage_leases" ADD COLUMN "extra_maximum" bigint;--> statement-breakpoint
CREATE INDEX "usage_leases_held" ON "usage_leases" USING btree ("organization_id","subscription_id","expires_at_wall") WHERE settled_at is null;