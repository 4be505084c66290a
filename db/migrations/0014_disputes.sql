ALTER TABLE "payments" ADD COLUMN "dispute_ref" text;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "dispute_lost" bigint;