CREATE TABLE "provider_readings" (
	"list" text PRIMARY KEY NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone,
	"after" text
);
--> statement-breakpoint
ALTER TABLE "webhook_inbox" ADD COLUMN "missed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "webhook_inbox_missed" ON "webhook_inbox" USING btree ("missed","received_at");--> statement-breakpoint

GRANT SELECT, INSERT, UPDATE ON provider_readings TO headroom_engine;
